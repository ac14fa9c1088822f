(** Flags of open(2), and of the calls that make descriptors otherwise, that are the same on all
    architectures (include/uapi/asm-generic/fcntl.h); for others see {!Architecture}. *)

val creat : int
val excl : int
val noctty : int
val trunc : int
val append : int
val nonblock : int
val noatime : int
val cloexec : int
val path : int
val tmpfile : int

val has : int -> int -> bool
(** [has flags flag] *)
