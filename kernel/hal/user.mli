(** User mode: registers of a process's thread, and going there. *)

type t
(** Integer, FP and vector registers, and the thread pointer. *)

val create : Space.t -> pc:int -> sp:int -> t
(** All others are 0. The space must live as long as anybody runs this. *)

val copy : t -> Space.t -> t
(** The same registers in another space, or the same one. *)

val release : t -> unit
(** Idempotent. Nobody runs it, then or later; what is read of its registers then means nothing. *)

(** {1 What the nucleus answers by itself}

    getpid, gettid, getppid; clock_gettime of the usual clocks; and waking at a futex as long as
    nobody waits at any. *)

val set_ids : t -> pid:int -> tid:int -> parent:int -> unit

val count_futex_waiters : int -> unit
(** So many more, or fewer, wait: said before the word is compared, and after the waiting. *)

(** {1 Going there} *)

type stop =
  | Call  (** a system call; the program counter is behind it *)
  | Fault of { address : int; wants : Space.wants; cause : Space.fault }
  | Exception of exception_
  | Interrupted  (** the time is up, or the core has something else to do *)

and exception_ =
  | Instruction
  | Breakpoint
  | Alignment
  | Arithmetic
  | Bus
  | Step  (** x86_64: the trap flag *)
  | Protection  (** x86_64: an address that cannot be, or a privileged instruction *)

val run : t -> until:int -> stop
(** Goes on there until something of this happens, at the latest at this time ({!Core.ticks};
    [max_int]: never), or when the scheduler's loop of this core has something to do. The core's domain takes
    part in collections meanwhile. *)

val run_ns : t -> int
(** Time in user mode. *)

(** {1 System calls}

    Numbers of 64 bits that OCaml's [int] cannot hold become [min_int]. *)

val number : t -> int
val argument : t -> int -> int
(** From 0 to 5. *)

val argument32 : t -> int -> int
(** Its lower half, with its sign. *)

val set_result : t -> int -> unit
val rewind : t -> unit
(** The call is made again: before {!set_result}. *)

(** {1 Registers} *)

val pc : t -> int
val sp : t -> int
val set_sp : t -> int -> unit
val set_thread_pointer : t -> int -> unit
val thread_pointer : t -> int

val enter_function : t -> pc:int -> sp:int -> returns:int -> int -> int -> int -> unit
(** To go on in a function with three arguments that returns to [returns]; on x86_64 that lies on
    the stack already, at [sp]. *)

(** {1 Signal frames}

    The registers as Linux lays them out in a signal frame: the architecture's [mcontext_t], and the
    FP state that it is followed by or, on x86_64, points to. *)

val frame_length : int
val frame : t -> bytes

val set_frame : t -> bytes -> unit
(** What a program may not set (privilege, interrupts) stays as it was.
    @raise Invalid_argument when the length is another. *)
