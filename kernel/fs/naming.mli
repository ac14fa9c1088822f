(** The calls that make and remove names: mkdir(2), mknod(2), symlink(2), link(2), unlink(2),
    rmdir(2), rename(2). Relative paths begin at [start], or the process's directory. *)

val mkdir : Walk.t -> ?start:Mounts.place -> string -> mode:int -> (unit, Errno.t) result

val mknod :
  Walk.t ->
  ?start:Mounts.place ->
  string ->
  Node.kind ->
  mode:int ->
  special:int ->
  (Mounts.place, Errno.t) result
(** [EPERM] for a directory or a symbolic link, and for devices when it isn't user 0. What was
    made. *)

val symlink : Walk.t -> ?start:Mounts.place -> target:string -> string -> (unit, Errno.t) result

val link :
  Walk.t -> Mounts.place -> ?start:Mounts.place -> string -> (unit, Errno.t) result
(** Another name for what a path, or an open file, led to. *)

val unlink : Walk.t -> ?start:Mounts.place -> string -> (unit, Errno.t) result
val rmdir : Walk.t -> ?start:Mounts.place -> string -> (unit, Errno.t) result

val rename :
  Walk.t ->
  ?start:Mounts.place ->
  string ->
  ?start':Mounts.place ->
  string ->
  Node.how ->
  (unit, Errno.t) result
