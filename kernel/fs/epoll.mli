(** Sets of files whose readiness is waited for together (epoll(7)). A set is a file itself,
    readable when something in it is ready; so sets may be in sets, up to five deep and never in a
    circle.

    Files of the set that may be ready stand in a line. {!wait} looks at them from its front, and
    those that go on being told (neither [edge] nor [once]) go to its end, so that none is forgotten
    when there is room for a few only. A file that is closed leaves all sets. *)

type t

type File.what += Epoll of t

type interest = {
  bits : Readiness.t;  (** {!Readiness.always} is added *)
  edge : bool;  (** Told once, until more is possible than before: EPOLLET. *)
  once : bool;  (** Told once, until it is changed: EPOLLONESHOT. *)
  exclusive : bool;  (** EPOLLEXCLUSIVE. All sets that are waited at are woken all the same. *)
  data : int64;  (** what {!wait} tells *)
}

val create : unit -> File.t

(** {1 The set}

    What is in it is told apart by files and their descriptors. *)

val add : t -> File.t -> fd:int -> interest -> (unit, Errno.t) result
(** [EPERM] for a file whose readiness never changes; [EEXIST]; [ENOSPC] when
    all sets together have too much in them; [ELOOP] for a set that would be in
    itself or too deep; [EINVAL] for the set itself, and for an exclusive set. *)

val change : t -> File.t -> fd:int -> interest -> (unit, Errno.t) result
(** [ENOENT] when it is not there; [EINVAL] when it is, or should become, exclusive. *)

val remove : t -> File.t -> fd:int -> (unit, Errno.t) result
(** [ENOENT]. *)

(** {1 Waiting} *)

type event = { ready : Readiness.t; data : int64 }

val wait : t -> most:int -> Patience.t -> (event list, Errno.t) result
(** So many events at most, [[]] when the time is up. [EINVAL] when [most] is not positive, [EINTR]
    when interrupted. *)
