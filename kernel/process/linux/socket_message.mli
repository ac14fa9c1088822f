(** Messages of sockets as sendmsg(2) and recvmsg(2) have them: [struct msghdr], and what is sent
    along, which is a row of [struct cmsghdr] (cmsg(3)). *)

open Fs

type t = {
  name_at : int;
  name_length : int;
  data : Transfer.t;
  control_at : int;
  control_length : int;
}

val bytes : int
(** Of a [struct msghdr]. *)

val get : Process.thread -> int -> (t, Errno.t) result

type ancillary = { rights : File.t list;  (** held *) credentials : Unix_socket.credentials }

val with_ancillary :
  Process.thread -> t -> (ancillary -> ('a, Errno.t) result) -> ('a, Errno.t) result
(** With what is to be sent along. [EINVAL] for what is none, [EBADF], [EPERM] for others'
    credentials and [ESRCH] for nobody's. *)

val put :
  Process.thread -> at:int -> t -> Unix_socket.t -> close_on_exec:bool -> flags:int ->
  Unix_socket.received -> (unit, Errno.t) result
(** Tells who has sent a message, what came along and the flags, with those of what was cut. The
    files become descriptors; those for which there is no room are let go. *)
