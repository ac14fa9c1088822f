(** What /proc tells out of a process's memory and of it: maps, cmdline, environ, auxv. *)

open Fs

val maps : Proc_subject.t -> (string, Errno.t) result
val command_line : Proc_subject.t -> (string, Errno.t) result
val environment : Proc_subject.t -> (string, Errno.t) result
val auxiliary : Proc_subject.t -> (string, Errno.t) result

val path : Proc_subject.t -> Mounts.place -> string
(** As the process would name it; what has lost its name is told as deleted. *)
