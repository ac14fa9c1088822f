(** A stretch of addresses, all below 2{^62}. *)

type t = { base : int; size : int  (** in bytes; may be 0 *) }

val make : what:string -> offset:int -> base:int -> size:int -> (t, Error.t) result
(** [Too_large], for [what] at this offset of the blob, when its end does not fit an [int]. *)

val pp : Format.formatter -> t -> unit
(** [0x9000000-0x9000fff], or [0x9000000 (empty)]. *)
