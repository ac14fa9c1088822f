(** Operations on Linux's own files, with the answers as numbers and text. *)

type t

val create : unit -> t
(** In the process's root directory. *)

val run : t -> Operation.who -> Operation.t -> string
(** As {!Our_side.run}. *)
