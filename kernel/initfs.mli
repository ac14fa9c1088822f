(** The boot module's files: a read-only tree in memory, unpacked once at boot. *)

type node = Directory of (string * node) list  (** sorted by name *) | File of file
and file

type error = No_such_file of string | Not_a_directory of string | Is_a_directory of string

val pp_error : Format.formatter -> error -> unit

type t

val empty : t

val of_archive : Hal.Machine.contents -> (t, Ustar.error) result
(** Files keep their bytes where the loader put them. Symbolic links are followed when a path is
    looked up, at most 16 deep. *)

val find : t -> string -> (node, error) result
(** By path; relative ones start at the root. *)

val size : file -> int
val read_file : t -> string -> (string, error) result
