(** Processes and their threads: what there is to know of each. The calls that change them are
    {!Birth}, {!Ending}, {!Signals} and linux/.

    One lock guards the tree: who is whose parent, group and session, which threads a process has,
    and what became of it ({!locked}). A process's signals have a lock of their own. What only a
    thread itself reads and writes has none. *)

open Fs

type status = Exited of int | Killed of { signal : Signal.t; core : bool }

val encode : status -> int
(** As wait(2) tells it. *)

type image = {
  path : string;  (** of the executable *)
  arguments : string list;
  name : string;  (** at most 15 bytes *)
  argument_range : int * int;  (** addresses: start and end *)
  environment_range : int * int;
  auxiliary_range : int * int;
  file : Mounts.place option;  (** [path]'s, or its interpreter's *)
}

type pending = { mutable set : Signal.Set.t; mutable infos : Signal.info list  (** oldest first *) }

type disposition = Default | Ignore | Handler of int  (** its address *)

type action = { does : disposition; flags : int; restorer : int; mask : Signal.Set.t }

type state = Running | Stopped of Signal.t | Ended of status

type limit = { soft : int; hard : int }

type posix_timer = {
  timer : Timers.t Lazy.t;
  mutable overrun : int;  (** what the latest signal tells *)
  mutable told : int;  (** what the one told that was taken last *)
}

type t = {
  pid : int;
  signals_turn : Sync.Lock.t;  (** of [pending], [actions] and the threads' [pending] and [mask] *)
  actions : action array;  (** by signal; 0 is unused *)
  pending : pending;  (** for whichever thread *)
  mutable stop_taken : bool;  (** with the lock of signals: it stops, unless it is to go on first *)
  files : Descriptors.t Atomic.t;
  view : Walk.t Atomic.t;
  mutable identity : Identity.t;
  limits : limit array;  (** by {!Limit}'s numbers *)
  changed : Watch.t;  (** rung when a child's state has changed *)
  went_on : Watch.t;  (** rung when it is to go on after a stop, or to end, and when it has ended *)
  ended : status Sync.Ivar.t;
  started_ns : int;
  intervals : Timers.t option array;  (** real, virtual, of profiling; and of RLIMIT_CPU *)
  mutable timers : (int * posix_timer) list;
  mutable memory : Memory.t;
  mutable image : image;
  (* The tree's. *)
  mutable parent : t option;
  mutable children : t list;
  mutable group : int;
  mutable session : int;
  mutable threads : thread list;
  mutable state : state;
  mutable orphaned : bool;  (** its parent has ended, and nobody took it *)
  mutable told : bool;  (** of a stop, or of going on: the parent has been told *)
  mutable goes_on : bool;  (** a stop has ended, which waiting may tell *)
  mutable ending : status option;  (** all its threads are to end *)
  mutable execs : thread option;  (** all its other threads are to end *)
  mutable exit_signal : int;  (** for the parent; 0 for none *)
  mutable children_ns : int;  (** of those that were waited for *)
  mutable run_ns : int;  (** of threads that ended *)
  mutable has_execed : bool;
  mutable borrows : Watch.t option;  (** vfork: rung when it no longer uses the parent's memory *)
  mutable keys : (string * int) list;  (** {!Setting}'s, by name *)
}

and thread = {
  mutable tid : int;
  process : t;
  mutable user : Hal.User.t;
  mutable mask : Signal.Set.t;
  mutable kept_mask : Signal.Set.t option;  (** to come back after a handler: sigsuspend's *)
  own : pending;
  mutable stack : stack;
  mutable clear_tid : int;  (** an address, or 0 *)
  mutable robust : int;
  mutable interrupted : restart option;  (** its call ended with EINTR *)
  mutable limited : bool;  (** its call waited for a limited time: that it ended so is told *)
  mutable resume : (unit -> (int, Errno.t) result) option;  (** restart_syscall *)
  mutable waits_for : Signal.Set.t;  (** blocked ones that are to be its all the same *)
  watch : Watch.t;  (** rung when there is a signal for it *)
  mutable patience : Fs.Patience.t;  (** {!Signals.patience} *)
  attention : bool Atomic.t;  (** it must look at signals, stops and ends before it goes on *)
  runs_on : int Atomic.t;  (** the core where it was in user mode last, or is; -1 at first *)
  mutable cores : int list option;  (** that it may run on; [None]: all *)
  mutable confined : int list option;  (** the ones that its fiber is confined to *)
  mutable name : string;
  mutable call : int;  (** the number of its call, or -1 *)
}

and stack = { base : int; size : int; disarms : bool }  (** [size] 0: none *)

and restart =
  | With_flag  (** again, unless a handler without SA_RESTART ran *)
  | Without_handler  (** again, unless a handler ran *)
  | Resumed  (** the same, by [resume] *)

val locked : (unit -> 'a) -> 'a
(** With the tree's lock. Not twice. *)

(** {1 Being found} *)

val find : int -> t option
(** By pid; also one that has ended and was not waited for. With the lock. *)

val find_thread : int -> thread option
(** With the lock. *)

val all : unit -> t list
(** With the lock; by pid. *)

val fresh_id : unit -> int option
(** A number that no process, thread, group or session has, for a process or thread; [None] when
    there are too many. With the lock. *)

val enter : t -> unit
val enter_thread : thread -> unit
val leave : t -> unit
val leave_thread : thread -> unit
(** With the lock. *)

val latest_id : unit -> int
(** The one that was given last. *)

val id_limit : int
(** Numbers are below. *)

val most : int
(** Processes, and threads, that there can be. *)

val count : unit -> int
(** Processes that have not been waited for. *)

val current : unit -> thread option
(** The one whose fiber calls. *)

val set_current : thread -> unit
(** The calling fiber is the thread's. *)

(** {1 Making} *)

val make :
  pid:int ->
  parent:t option ->
  group:int ->
  session:int ->
  memory:Memory.t ->
  files:Descriptors.t ->
  view:Walk.t Atomic.t ->
  identity:Identity.t ->
  image:image ->
  limits:limit array ->
  actions:action array ->
  t

val make_thread : t -> tid:int -> Hal.User.t -> mask:Signal.Set.t -> thread

(** {1 Asking} *)

val is_privileged : t -> bool
(** {!Identity.is_privileged} *)

val limit : t -> int -> int
(** The soft one, by {!Limit}'s numbers. *)

val thread_ns : thread -> int
(** Nanoseconds in user mode. A thread that ends, or becomes another program, gives its registers
    back meanwhile: 0 then. *)

val used_ns : t -> int
(** The same of all threads that it has or had. *)

val is_over : t -> bool
(** All its threads, or all but one, are to end. With the lock. *)

val parent_number : t -> int
(** 0 when it has none and never had. *)

val tell_numbers : thread -> unit
(** Has the nucleus answer for its numbers as they are now. With the lock. *)

val has_files_alone : t -> bool
(** Nobody but its only thread opens or closes its descriptors. *)

val is_leader : thread -> bool
val by_default : action
val no_stack : stack

val alert : thread -> unit
(** Has it look at signals and ends: wherever it waits or runs. *)

val cores : thread -> int list
(** On which it may run. *)

val set_cores : thread -> int list -> unit
(** In order, at least one, all of them of those that serve processes. It moves before it enters
    user mode again, which it leaves for that; what it waits for it goes on to wait for. *)
