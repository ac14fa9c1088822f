external ignore_sigpipe : unit -> unit = "linux_ignore_sigpipe"
external pipe : int -> int * int = "linux_pipe"
external read : int -> bytes -> int -> int -> int = "linux_read"
external write : int -> bytes -> int -> int -> int = "linux_write"
external read_at : int -> bytes -> int -> int -> int = "linux_read_at"
external write_at : int -> bytes -> int -> int -> int = "linux_write_at"
external seek : int -> int -> int -> int = "linux_seek"
external close : int -> int = "linux_close"
external dup : int -> int = "linux_dup"
external fcntl : int -> int -> int -> int = "linux_fcntl"
external ioctl_int : int -> int -> int = "linux_ioctl_int"
external open_ : string -> int -> int = "linux_open"
external mkfifo : string -> int = "linux_mkfifo"
external poll : int -> int -> int = "linux_poll"
external eventfd : int -> int -> int = "linux_eventfd"
external epoll_create : unit -> int = "linux_epoll_create"
external epoll_ctl : int -> int -> int -> int -> int -> int = "linux_epoll_ctl"
external epoll_wait_ : int -> int -> int array = "linux_epoll_wait"
external socket : int -> int = "linux_socket"
external socketpair : int -> int * int = "linux_socketpair"
external bind : int -> string -> int = "linux_bind"
external connect : int -> string -> int = "linux_connect"
external listen : int -> int -> int = "linux_listen"
external accept : int -> int -> int = "linux_accept"
external shutdown : int -> int -> int = "linux_shutdown"
external socket_name : int -> int -> int * string = "linux_socket_name"
external getsockopt : int -> int -> int = "linux_getsockopt"
external setsockopt : int -> int -> int -> int = "linux_setsockopt"
external send : int -> string -> int -> int array -> string -> int = "linux_send"

external receive : int -> bytes -> int -> int -> int -> int * int * string * int array
  = "linux_receive"

let epoll_wait epoll most =
  let answer = epoll_wait_ epoll most in
  if answer.(0) < 0 then Error (-answer.(0))
  else Ok (List.init answer.(0) (fun i -> (answer.((2 * i) + 1), answer.((2 * i) + 2))))

let nonblock = 0x800
let set_pipe_size = 1031
let bytes_ready = 0x541b
