(** Addresses of local sockets as the calls have them: [struct sockaddr_un], which is two bytes of
    the family and up to 108 of the path (unix(7)). *)

open Fs

type t =
  | Unspecified  (** of no family: to part from a peer *)
  | Nameless  (** of the family alone *)
  | Abstract of string
  | Path of string

val longest : int
(** Bytes of any address. *)

val get : Process.thread -> at:int -> length:int -> (t, Errno.t) result
(** [EINVAL] for a length that cannot be, and for other families. *)

val put : Process.thread -> at:int -> length_at:int -> string -> (unit, Errno.t) result
(** Tells a name, as {!Unix_socket.own_name} gives it: as much as there is room for, and the whole
    length. Nothing when [at] is 0. *)

val put_sender : Process.thread -> at:int -> room:int -> string -> (int, Errno.t) result
(** The same for who sent a message; the length, 0 when he has no name. *)

val found : Process.thread -> t -> (Unix_socket.place, Errno.t) result
(** Whom it names, who may be written to: [ENOENT] and others of the path, [EACCES], and
    [ECONNREFUSED] for what is no socket. *)

val bind : Process.thread -> File.t -> Unix_socket.t -> t -> (unit, Errno.t) result
(** Names the socket, which is that file. Makes the path's node. [EADDRINUSE] when there is one. *)
