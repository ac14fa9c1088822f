(** What a device that is played reaches in memory: what is allocated, and nothing else. Each
    attempt at more is a fault of its driver, and is kept. *)

type t

exception Trespass

val create : unit -> t

val memory : t -> int -> int -> Hal.Dma.t
(** By device address and length.
    @raise Trespass when not all of it is allocated now, in one piece. *)

val trespasses : t -> string list
(** What was attempted. *)

(** {1 Numbers at an address} *)

val get16 : t -> int -> int
val get32 : t -> int -> int
val get64 : t -> int -> int
val set16 : t -> int -> int -> unit
val set32 : t -> int -> int -> unit

(** {1 Addresses in two registers} *)

val with_low : int -> int -> int
(** An address and its new lower 32 bits. *)

val with_high : int -> int -> int
