(** Random work on a file system and its model, step by step. *)

open Redoxfs

type t

val create : Random.State.t -> ?large:bool -> Fs.t -> Model.t -> t
(** [large]: files of up to 600 KB, else 60 KB. *)

val fs : t -> Fs.t
val model : t -> Model.t

val has_opened : t -> bool

val resume : t -> Fs.t -> Model.t -> unit
(** Goes on with another mount. *)

val step : t -> unit
(** Something is done to both, or is refused for the same reason. A full file system may refuse, or
    one whose device fails, and then has not changed.
    @raise Failure when they differ. *)
