(** What /proc tells of a process in figures: stat, statm and status.

    Sources: proc(5), and filesystems/proc.rst of Linux's documentation for the fields' order. *)

val stat : Proc_subject.t -> string
val statm : Proc_subject.t -> string
val status : Proc_subject.t -> string
