(** Receiving from local sockets. *)

type received = {
  count : int;
  length : int;  (** of the whole message, for {!Datagram} and {!Seqpacket} *)
  from : string option;  (** the sender's name; nothing when nothing came *)
  credentials : Unix_end.credentials option;
  rights : File.t list;  (** held by who asked *)
}

type progress
(** Of one request, which may try several times. *)

val start : unit -> progress

val attempt :
  Unix_end.t ->
  progress ->
  waits:bool ->
  peek:bool ->
  all:bool ->
  Transfer.t ->
  (received, Errno.t) result
(** [all]: as much as asked for, of a stream; [waits]: whether [EAGAIN] would lead to waiting,
    behind which the same progress tries again. The errors are those of unix_stream_read_generic and
    unix_dgram_recvmsg of Linux. *)

val so_far : progress -> received
(** What has come, should it end before all did. *)
