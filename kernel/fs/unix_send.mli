(** Sending through local sockets. *)

val attempt :
  Unix_end.t ->
  target:(Unix_end.t, Errno.t) result option ->
  rights:File.t list ->
  Unix_end.credentials ->
  Transfer.t ->
  unit ->
  (int, Errno.t) result
(** Begins to send to the target, unless finding it failed, or to the peer, and gives what tries. A
    stream takes as much as there is room for, and can be begun anew with what is left; the others
    take the whole message, or [EAGAIN] and the same attempt may try again. The errors are those of
    unix_stream_sendmsg and unix_dgram_sendmsg of Linux. *)
