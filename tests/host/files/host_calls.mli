(** Linux's own calls, which answer their result or a negative error number. *)

val open_ : string -> int -> int -> int
val close : int -> int
val mkdir : string -> int -> int
val rmdir : string -> int
val unlink : string -> int

val symlink : string -> string -> int
(** The target first. *)

val chdir : string -> int
val chroot : string -> int
val chmod : string -> int -> int
val truncate : string -> int -> int
val ftruncate : int -> int -> int
val mknod : string -> int -> int -> int

val link : string -> string -> bool -> int
(** Whether to follow the first one. *)

val rename : string -> string -> int -> int
val chown : string -> int -> int -> bool -> int

val access : string -> int -> int
(** As the effective user. *)

val utimens : string -> int -> int -> int
(** Accessed and modified: seconds, -1 for now, -2 for as it is. *)

val readlink : string -> bytes -> int
val getcwd : bytes -> int
(** How long it is, with the 0 at its end. *)

val pread : int -> bytes -> int -> int
val pwrite : int -> bytes -> int -> int

val stat : string -> bool -> int array
(** Whether to follow. An error number alone; or mode with its kind, links, uid, gid, size, inode,
    and the three times as seconds and nanoseconds. *)

val become : int -> int -> int -> int
(** User, group, and another group or -1: for the calls that follow. *)
