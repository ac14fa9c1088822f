(** One block as it was read, with the place that it was read from, which errors name. *)

type t = { index : int; bytes : Buffer.t  (** {!bytes} of them *) }

val bytes : int
(** 4096. *)

val fresh : unit -> Buffer.t
(** A block of zeros, to be filled. *)

val pointer : t -> field:string -> slot:int -> int -> (Pointer.t, Error.t) result
(** What stands at an offset, see {!Pointer.get}. *)

val size : t -> field:string -> int -> (int, Error.t) result
(** Eight bytes that count something, below 2{^62}. *)

val fail : t -> string -> Error.problem -> ('a, Error.t) result
val check : t -> bool -> string -> Error.problem -> (unit, Error.t) result
(** See {!Error}. *)
