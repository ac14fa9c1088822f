(** Files that stand for processes (pidfd_open(2)): readable once the process has ended, waited for
    or not. Such a file means this process for good, whoever has its number later. *)

open Fs

type t
type File.what += Process of t

val create : nonblocking:bool -> t * File.t
(** For a process that is yet to be made. *)

val set : t -> Process.t -> unit
(** Once. *)

val process : t -> (Process.t, Errno.t) result
(** [EBADF] as long as it has none. *)

val of_file : File.t -> (Process.t, Errno.t) result
(** [EBADF] for any other file. *)

val is_there : Process.t -> bool
(** It lives, or has not been waited for. *)
