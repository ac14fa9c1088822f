(** Operations on a file system in memory, with the answers as numbers and text. *)

type t

val create : unit -> t

val run : t -> Operation.who -> Operation.t -> string
(** What came of it: a number or text, or a negative error number. *)

val root : t -> Fs.Walk.t
(** As user 0 at the root. *)

val finish : t -> unit
(** Closes what is open. *)
