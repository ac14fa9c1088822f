(** What /proc tells of a process beside figures and memory: limits, mounts, its name, and how soon
    it is to be ended when memory is short. *)

open Fs

val limits : Proc_subject.t -> string
val mounts : Proc_subject.t -> string
val mount_information : Proc_subject.t -> string
val name : Proc_subject.t -> string

val set_name : Proc_subject.t -> string -> (unit, Errno.t) result
(** Only one's own threads': [EINVAL]. *)

val memory_score : Proc_subject.t -> string
(** -1000 to 1000; it is kept, and told. *)

val set_memory_score : Proc_subject.t -> string -> (unit, Errno.t) result
(** [EINVAL], and [EACCES] for a lower one than before unless user 0 does it. *)
