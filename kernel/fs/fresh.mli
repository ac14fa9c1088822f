(** What a new node is like: whose, and with which permissions (open(2), mkdir(2), inode(7)). *)

val create :
  Walk.t ->
  Mounts.place ->
  string ->
  Node.fresh ->
  mode:int ->
  (Node.t, Errno.t) result
(** In a directory that may be written, without the bits of the umask; in a directory with the
    set-group-id bit it gets that one's group, and a directory the bit too. *)

val is_there : Mounts.place -> (unit, Errno.t) result
(** [ENOENT] when the directory was removed. *)

val check : Walk.t -> Mounts.place -> (unit, Errno.t) result
(** Whether names may be added there: also [EACCES], [EROFS]. *)
