(** Signals, by Linux's numbers, which are the same on the three architectures
    (include/uapi/asm-generic/signal.h). *)

type t = int
(** 1 to 64 *)

val hup : t
val int : t
val quit : t
val ill : t
val trap : t
val bus : t
val fpe : t
val kill : t
val segv : t
val pipe : t
val alrm : t
val chld : t
val cont : t
val stop : t
val tstp : t
val ttin : t
val ttou : t
val vtalrm : t
val prof : t
val winch : t
val sys : t
val xcpu : t
val xfsz : t
val first_realtime : t
(** From here on each that is sent is delivered once. *)

val last : t
val is_valid : t -> bool
val name : t -> string

type default = Terminate | Core | Ignore | Stop | Continue

val default : t -> default

(** {1 Sets} *)

module Set : sig
  type signal := t
  type t

  val empty : t
  val add : t -> signal -> t
  val remove : t -> signal -> t
  val mem : t -> signal -> bool
  val union : t -> t -> t
  val inter : t -> t -> t
  val diff : t -> t -> t
  val is_empty : t -> bool
  val lowest : t -> signal
  (** Of one that is not empty. *)

  val of_list : signal list -> t
  val of_bits : int64 -> t
  (** Bit 0 is signal 1. *)

  val to_bits : t -> int64
end

(** {1 What is told with one} *)

type cause =
  | User of { pid : int; uid : int }  (** kill *)
  | Thread of { pid : int; uid : int }  (** tgkill *)
  | Queued of { code : int; pid : int; uid : int; value : int64 }  (** sigqueue *)
  | Timer of { id : int; overrun : int; value : int64 }
  | Kernel
  | Child of { pid : int; uid : int; code : int; status : int }
  | Address of { code : int; address : int }  (** SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP *)

type info = { signal : t; cause : cause }

val information_length : int

val information : info -> bytes
(** As [siginfo_t]. *)

val report : info -> bytes
(** As [struct signalfd_siginfo], which is as long. *)
