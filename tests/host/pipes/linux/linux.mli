(** System calls of the Linux that runs the tests. Each gives its result, or a negative error
    number. Flags and options are numbers as Linux has them; none of them may wait. *)

val ignore_sigpipe : unit -> unit
val nonblock : int
(** O_NONBLOCK, SOCK_NONBLOCK, EFD_NONBLOCK *)

val pipe : int -> int * int
val read : int -> bytes -> int -> int -> int
val write : int -> bytes -> int -> int -> int
val read_at : int -> bytes -> int -> int -> int
(** [read_at fd bytes at length]; so {!write_at} *)

val write_at : int -> bytes -> int -> int -> int
val seek : int -> int -> int -> int
val close : int -> int
val dup : int -> int
val fcntl : int -> int -> int -> int
val set_pipe_size : int

val ioctl_int : int -> int -> int
(** The number that the call stores. *)

val bytes_ready : int
(** FIONREAD *)

val open_ : string -> int -> int
val mkfifo : string -> int

val poll : int -> int -> int
(** The bits of one descriptor, of those asked for. *)

val eventfd : int -> int -> int
val epoll_create : unit -> int

val epoll_ctl : int -> int -> int -> int -> int -> int
(** [epoll_ctl epoll operation fd events data] *)

val epoll_wait : int -> int -> ((int * int) list, int) result
(** At most so many pairs of data and events. *)

(** {1 Local sockets}

    Names are the bytes behind the family; the empty one is none. *)

val socket : int -> int
val socketpair : int -> int * int
val bind : int -> string -> int
val connect : int -> string -> int
val listen : int -> int -> int
val accept : int -> int -> int
val shutdown : int -> int -> int

val socket_name : int -> int -> int * string
(** The own (0) or the peer's (1). *)

val getsockopt : int -> int -> int
val setsockopt : int -> int -> int -> int

val send : int -> string -> int -> int array -> string -> int
(** [send fd data flags descriptors name] *)

val receive : int -> bytes -> int -> int -> int -> int * int * string * int array
(** [receive fd buffer length flags room]: with room for so many descriptors; the result, flags, the
    sender's name, descriptors. *)
