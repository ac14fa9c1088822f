(** What may be done with an open file without waiting: a set, as the bits of poll(2) and epoll(7)
    (Linux, include/uapi/asm-generic/poll.h). *)

type t = private int

val none : t
val readable : t  (** POLLIN, POLLRDNORM *)

val priority : t  (** POLLPRI *)

val writable : t  (** POLLOUT, POLLWRNORM *)

val error : t  (** POLLERR *)

val hangup : t  (** POLLHUP: nobody will ever write here again, and all is read *)

val read_hangup : t  (** POLLRDHUP: the peer has stopped to write *)

val always : t
(** What is told whether it was asked for or not: {!error} and {!hangup}. *)

val all : t
(** Every bit: what is rung when anything may have changed. *)

val union : t -> t -> t
val inter : t -> t -> t
val is_empty : t -> bool

val of_bits : int -> t
(** Unknown bits are dropped. *)
