(** Arguments that are paths. The calls whose names end in [at] have a directory's descriptor as
    well, from which a relative path starts, and flags; for the others these are {!cwd} and 0. *)

open Fs

val cwd : int
(** [AT_FDCWD]: the descriptor that stands for the working directory. *)

val at_symlink_nofollow : int
val at_empty_path : int

val follows : int -> bool
(** Whether flags let the link be followed that a path ends with. *)

val start : Process.thread -> int -> string -> (Mounts.place option, Errno.t) result
(** {!Opened.start}, of the thread's descriptors. *)

val path_from : Process.thread -> fd:int -> int -> (Mounts.place option * string, Errno.t) result
(** Where the path starts that the argument of this number points to, and the path. *)

type found = { node : Node.t; place : Mounts.place option  (** if a path led there *) }

val of_file : File.t -> found

val find :
  Process.thread -> fd:int -> int -> flags:int -> follow:bool -> (found, Errno.t) result
(** What the path stands for. With [AT_EMPTY_PATH] in the flags and an empty path it is what the
    descriptor has open. *)

val tell : found -> int -> unit
(** {!Notices}: what has happened to it. *)

val node_at :
  Process.thread -> fd:int -> int -> flags:int -> follow:bool -> (Node.t, Errno.t) result
(** {!find}'s. *)
