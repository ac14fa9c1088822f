(** What the kernel remembers of files that a path led to. *)

open Fs

type File.what += Placed of Mounts.place  (** a regular file, a directory or a device *)
type File.what += Path_only of Mounts.place  (** O_PATH: there is nothing but the place *)

val place : File.t -> Mounts.place option

val start : Descriptors.t -> int -> string -> (Mounts.place option, Errno.t) result
(** Where a path begins that is said to be relative to a descriptor: [None] for the working
    directory, or when the path does not care. *)
