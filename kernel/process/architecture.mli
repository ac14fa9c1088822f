(** In what the three architectures' interfaces to programs differ, but for the numbers of calls
    ({!Number}). *)

type t = X86_64 | Aarch64 | Riscv64

val this : t
val machine : Elf.Header.machine
val name : string
(** As uname(2) says. *)

val hardware_capabilities : int
(** AT_HWCAP: what every core of ours has. *)

(** {1 Flags of open(2) and fcntl(2)} *)

val o_directory : int
val o_nofollow : int
val o_direct : int

(** {1 Signal frames}

    What a handler finds on its stack. Sources: each architecture's arch/*/kernel/signal.c in Linux,
    for the layout alone. *)

val trampoline : string
(** Code that makes the call rt_sigreturn. *)

val red_zone : int
(** Bytes below the stack pointer that a handler must leave alone. *)

type frame = {
  sp : int;  (** where it begins, and the handler's stack pointer *)
  bytes : bytes;
  information : int;  (** address of its [siginfo_t] *)
  context : int;  (** address of its [ucontext_t] *)
}

val frame :
  below:int ->
  registers:bytes ->
  information:bytes ->
  mask:Signal.Set.t ->
  stack:int * int * int ->
  restorer:int ->
  frame
(** [registers] as {!Hal.User.frame} gives them; [stack]: the alternate stack's address, flags and
    size. *)

val context_at : sp:int -> int
(** Where the [ucontext_t] is when rt_sigreturn is called. *)

type returned = { registers : bytes; mask : Signal.Set.t; alternate : int * int * int }

val returned :
  read:(at:int -> int -> (bytes, Fs.Errno.t) result) -> at:int -> (returned, Fs.Errno.t) result
(** What the [ucontext_t] there says. *)

(** {1 clone} *)

val tls_is_fourth : bool
(** clone's arguments are flags, stack, parent_tid, tls, child_tid; else child_tid comes before
    tls. *)
