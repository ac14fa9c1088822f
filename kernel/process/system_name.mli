(** What the system calls itself before programs. *)

val system : string
(** Linux, whose interface it has. *)

val release : string
(** The version of Linux that programs are to expect. *)

val version : string
val host : string ref
