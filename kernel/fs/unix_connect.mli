(** How local sockets come together and part. Watching what these wait for: {!Unix_end.t}'s [watch]
    for {!accept}, the target's [drained] for {!connect}. *)

open Unix_end

val join : t -> t -> unit
(** Makes a pair of two new ones. *)

val connect : t -> t -> credentials -> (unit, Errno.t) result
(** To a socket that listens, for {!Stream} and {!Seqpacket}: [ECONNREFUSED], [EISCONN], [EINVAL];
    [EAGAIN] while too many wait there to be accepted. For {!Datagram} sets the peer: [EPERM] when
    that has another. The credentials are the caller's. *)

val disconnect : t -> (unit, Errno.t) result
(** A {!Datagram} has no peer from now on; [EINVAL] for others. *)

val lose : t -> t -> unit
(** The second has gone: if it was the {!Datagram}'s peer, it is so no more. *)

val listen : t -> credentials -> most:int -> (unit, Errno.t) result
(** [EOPNOTSUPP], [EINVAL]. [most]: one more may wait to be accepted. *)

val accept : t -> waits:bool -> (t, Errno.t) result
(** [EOPNOTSUPP], [EINVAL]. *)

val shutdown : t -> read:bool -> write:bool -> unit
(** Ends that for the socket, and for its peer the other way, but not between {!Datagram}s. *)

val close : t -> unit
(** Never canceled. *)
