(** The end of threads and processes, and waiting for that of children: exit, exit_group, wait4,
    waitid ({!Ending}, {!Waiting}). *)

val all : Call.t list
