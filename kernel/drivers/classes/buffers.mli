(** The buffers of a queue of a network interface ({!Network}): where they stand in one piece of
    memory, and in whose hand each is. Any fiber on any core. *)

val small_bytes : int
(** 2048. *)

type layout = {
  receives : int;  (** small ones to receive in: 0 to [receives] - 1 *)
  sends : int;  (** ones to send, which follow *)
  large : int;  (** the last so many of these are large: 66 KiB *)
}

val place : layout -> int -> int
(** Where in the memory a buffer begins. *)

type t

val create : name:string -> layout -> (int -> Hal.Dma.t) -> t
(** In memory of so many bytes, which the function gives. Those to send are free, those to receive
    in are lent in life 0. *)

val layout : t -> layout
val count : t -> int
val memory : t -> Hal.Dma.t
val start : t -> int -> int
val bytes : t -> int -> int

val is_sender : t -> int -> bool
(** It is one to send. *)

(** {1 Hands} *)

type hand = private int

val unused : hand
val owned : hand
(** A user has it. *)

val lent : int -> hand
(** The driver of this life has it. *)

val hand : t -> int -> hand
val set : t -> int -> hand -> unit

val is_lent_before : hand -> int -> bool
(** The driver of a life before this one has it. *)

val move : t -> int -> from:hand -> into:hand -> bool
(** Whether it was in that hand, and hence is now in the other. *)

val is_owned : t -> int -> bool
(** Whether there is such a buffer, and a user has it. *)

(** {1 Free ones} *)

type size = Small | Large

val take : t -> size -> int array -> most:int -> int
(** As many as there are, up to so many; they are owned. *)

val await : t -> size -> unit
(** Until there may be one. *)

val give_back : t -> int -> unit
(** To the free ones, whose hand it has already. *)
