(** Devices that are two streams of bytes: consoles, serial lines, channels to the host. A stream
    stays while drivers of its device come and go: whoever reads or writes waits meanwhile, and
    loses at most what a driver had when it ended, some kilobytes. *)

type t

val name : t -> string
(** ["stream0"]. *)

val device : t -> string

val title : t -> string
(** As the device calls it; may be empty. *)

val is_connected : t -> bool
(** Somebody is at the other end, as far as the device tells. *)

val read : t -> bytes -> pos:int -> len:int -> int
(** Waits, and stores at least one byte. 0: the stream has no driver any more. *)

val write : t -> bytes -> pos:int -> len:int -> int
(** Waits for room, and takes at least one byte: how many, which are on their way. 0 as above. *)

val write_all : t -> string -> bool
(** Whether it took all. *)

val all : unit -> t list
(** By name. *)

val find : string -> t option

type counts = {
  received : int;  (** bytes *)
  sent : int;  (** that a driver was given *)
}

val counts : t -> counts
val statistics : t -> Port.statistics option
(** Of the present driver. *)

(** {1 For drivers}

    Items are bytes, both ways ({!Port.next_bytes}, {!Port.answer_bytes}). *)

val offer : Device.t -> number:int -> core:int -> Sched.Bell.t -> t * Port.driver
(** The device has a stream, its [number]th. *)

val set_title : t -> string -> unit
val set_connected : t -> bool -> unit
val withdraw : t -> unit
(** The device has no such stream any more, until it is offered again. *)
