(** Fibers that work beside a test, spread over the cores, until it ends them. *)

type t

val start : name:string -> (unit -> unit) array -> t
(** Each is called by the name and its place. *)

val await : t -> unit
(** Until all have ended. Raises what one of them raised. *)

val finish : t -> unit
(** Cancels all, and waits until they have cleaned up. *)
