(** Files that are memory and have no name: memfd_create(2). *)

open Fs

val create : string -> (Mounts.place -> Node.file -> File.t) -> (File.t, Errno.t) result
(** A new one, shown by that name. *)
