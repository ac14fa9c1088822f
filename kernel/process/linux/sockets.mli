(** What calls on local sockets have in common, reading and writing among them. *)

open Fs

val of_file : File.t -> (Unix_socket.t, Errno.t) result
(** [ENOTSOCK] *)

val owner : Process.thread -> Unix_socket.credentials
(** As whom it makes sockets and connects: what SO_PEERCRED tells. *)

val sender : Process.thread -> Unix_socket.credentials
(** As whom it sends: what SCM_CREDENTIALS tells. *)

val limited : Process.thread -> float -> ('a, Errno.t) result -> ('a, Errno.t) result
(** The answer of what waited so many seconds at most: unless that was for ever, its interruption is
    told in any case (signal(7), interruption of system calls). *)

val named : Unix_socket.t -> (unit, Errno.t) result
(** Gives a socket a name that is told credentials and has none, so that it can be answered. *)

val send :
  Process.thread ->
  Unix_socket.t ->
  ?target:Unix_socket.place ->
  ?rights:File.t list ->
  ?silent:bool ->
  Unix_socket.credentials ->
  Patience.t ->
  Transfer.t ->
  Call.answer
(** [EPIPE] of a stream also sends SIGPIPE, unless [silent]. *)

val told_of_pipe : Process.thread -> Call.answer -> Call.answer
(** [EPIPE] also sends SIGPIPE. *)
