(** Files that tell what happens to others (inotify(7)): a queue of events of the marks
    ({!Notices}) that it has on nodes, each known by a number, its watch descriptor. Of an event
    that is like the newest in the queue there is but one; a queue that is full gets one that says
    so (IN_Q_OVERFLOW), and no more until that has been read. *)

type t
type File.what += Inotify of t

val create : user:int -> File.status -> (File.t, Errno.t) result
(** [EMFILE] when the user has {!most_instances}. *)

val add : t -> Node.t -> int -> (int, Errno.t) result
(** A mark with this mask, or what becomes of the one that is on the node, by Linux's flags in the
    mask; its number. [ENOSPC] when the user has {!most_marks}, [EEXIST] with IN_MASK_CREATE. *)

val remove : t -> int -> (unit, Errno.t) result
(** [EINVAL] when there is none of that number. *)

val known : int
(** All bits that a mask may have. *)

val events : int
(** Those of them that are events. *)

val most_queued : int
val most_instances : int
val most_marks : int
