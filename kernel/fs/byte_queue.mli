(** Bytes on their way, up to so many; for whoever holds its owner's lock. *)

type t

val create : int -> t
(** With room for so many. *)

val length : t -> int
val room : t -> int
val clear : t -> unit

val add : t -> string -> unit
(** @raise Invalid_argument when there is no room for all of it. *)

val take : t -> most:int -> string
(** The oldest. *)
