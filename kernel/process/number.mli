(** The numbers of Linux's system calls: x86_64 has its own, the other two the generic ones
    (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h). *)

val limit : int
(** All numbers are below. *)

val of_name : string -> int option
(** On this architecture; [None] for one that it does not have. *)

val name : int -> string
(** Or the number, for one that no call has. *)
