(** Local sockets (unix(7)), as Linux's behave to who uses and polls them (net/unix/af_unix.c):
    streams, datagrams, and sequences of packets, with names in file systems and abstract ones,
    passing files and credentials.

    A socket is a file; these requests are for files that are sockets. What may wait takes a
    {!Patience}, of which the socket's timeouts leave a part; a nonblocking file does not wait.
    Bytes on their way are kept in the kernel's own memory, as much as the sender's room allows. *)

type t = Unix_end.t
type kind = Unix_end.kind = Stream | Datagram | Seqpacket
type credentials = Unix_end.credentials = { pid : int; uid : int; gid : int }

type place = Unix_names.place =
  | Automatic
  | Abstract of string
  | Named of Node.t * string

type File.what += Socket of t
(** The same as {!Unix_end}'s. *)

val create : kind -> credentials -> File.t
val pair : kind -> credentials -> File.t * File.t
val kind : t -> kind

(** {1 Coming together} *)

val bind : t -> place -> (unit, Errno.t) result
(** For {!Named} the node has been made before; who makes it asks {!is_bound} first. *)

val listen : t -> credentials -> most:int -> (unit, Errno.t) result
val connect : t -> credentials -> place -> Patience.t -> (unit, Errno.t) result
val disconnect : t -> (unit, Errno.t) result
val accept : t -> Patience.t -> (File.t, Errno.t) result
val shutdown : t -> read:bool -> write:bool -> unit

val own_name : t -> string
(** The bytes of sun_path: for a path with a zero behind it, for an abstract name with one before
    it; empty when it has none. *)

val peer_name : t -> (string, Errno.t) result
(** [ENOTCONN]. *)

(** {1 Messages} *)

val send :
  t ->
  ?target:place ->
  ?rights:File.t list ->
  credentials ->
  Patience.t ->
  Transfer.t ->
  (int, Errno.t) result
(** The files, 253 at most, are held by the message from then on, besides by who has them.
    [ETOOMANYREFS] when the user has too many under way, [ENOBUFS] when all sockets together hold
    too much. [EPIPE] of a {!Stream} is a reason for SIGPIPE. *)

type received = Unix_receive.received = {
  count : int;
  length : int;
  from : string option;
  credentials : credentials option;
  rights : File.t list;
}

val receive : t -> ?peek:bool -> ?all:bool -> Patience.t -> Transfer.t -> (received, Errno.t) result
(** The files received are held by the caller. *)

(** {1 Options} *)

val take_error : t -> Errno.t option
(** What SO_ERROR tells, once. *)

val is_listening : t -> bool
val peer_credentials : t -> credentials
val passes_credentials : t -> bool
val set_passes_credentials : t -> bool -> unit
val send_room : t -> int
val set_send_room : t -> int -> unit
(** As SO_SNDBUF: twice as many bytes, within limits. *)

val receive_room : t -> int
val set_receive_room : t -> int -> unit
(** SO_RCVBUF; it has no effect. *)

val send_timeout : t -> float
(** Seconds; infinite at first. *)

val set_send_timeout : t -> float -> unit
val receive_timeout : t -> float
val set_receive_timeout : t -> float -> unit

val kept : t -> int -> default:int -> int
val keep : t -> int -> int -> unit
(** Options that have no effect, by numbers of the caller's. *)
