(** Directories: what is in them (getdents), and the one where a process's paths begin (chdir,
    chroot, getcwd), with the umask that belongs to it. *)

val all : Call.t list
