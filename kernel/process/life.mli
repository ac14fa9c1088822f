(** How threads and processes come into being and end: clone, fork, exit, wait. *)

open Fs
open Process

(** {1 Limits} (Linux's numbers) *)

val nr_limits : int
val infinite : int
val limit_stack : int
val limit_files : int
val limit_file_size : int

val subreaper : string
(** The key of who adopts its descendants' orphans ({!Process.t}'s [keys]). *)

val death_signal : string
(** And of the signal that a process gets when its parent ends. *)

val frames_limit : unit -> int
(** The most that a process may have. *)

(** {1 Beginning} *)

val first :
  name:string -> files:Descriptors.t -> view:Walk.t -> (Process.t * thread, Errno.t) result
(** A process without a parent, in a session and group of its own, with an empty memory: {!Exec}
    gives it a program. *)

val start : thread -> unit
(** Its fiber begins, of the local scheduler. *)

val body : (thread -> unit) ref
(** What a thread's fiber does: {!Run}. *)

type sharing = {
  memory : bool;
  files : bool;
  place : bool;  (** working directory, root, umask *)
  actions : bool;
  thread : bool;
  untraced_parent : bool;  (** the caller's parent is the child's *)
  waits : bool;  (** the caller waits until the child's memory is its own (vfork) *)
}

type request = {
  sharing : sharing;
  sp : int option;
  thread_pointer : int option;
  parent_tid : int option;  (** where the number is written, in the caller's memory *)
  child_tid : int option;  (** and in the child's *)
  clear_tid : int;  (** what is zeroed and woken when the thread ends; 0: nothing *)
  exit_signal : int;
}

val clone : thread -> request -> (int, Errno.t) result

(** {1 Ending} *)

val exit_thread : thread -> unit
(** At the end of its fiber: what it held is given up; the last one ends the process. *)

val alone : thread -> (unit, Errno.t) result
(** All other threads of its process end, and it takes the process's number: before exec. [EAGAIN]
    when another one does the same. *)

val has_own_memory : Process.t -> unit
(** Who waits for vfork's end goes on. *)

val interval_of_limit : int
(** Which of the intervals is RLIMIT_CPU's. *)

val stop_timer : Timers.t -> unit
val stop_posix_timers : Process.t -> unit

val is_orphaned : int -> int -> bool
(** Whether nobody of a session can let a stopped group of it go on. With the tree's lock. *)

val at_end : (Process.t -> unit) ref
(** Called when a process ends, without the lock. *)

val child_cause : Process.t -> status -> Signal.cause
(** What its parent is told. *)

(** {1 Waiting} *)

type whom = Any | Pid of int | Group of int

type kind = Every | Plain  (** whose end is told by SIGCHLD *) | Clones  (** others *)

type event = Has_ended of status | Has_stopped of Signal.t | Goes_on

type found = { child : Process.t; event : event; uid : int; run_ns : int }

val wait :
  thread ->
  whom ->
  kind:kind ->
  ended:bool ->
  stopped:bool ->
  goes_on:bool ->
  reap:bool ->
  Patience.t ->
  (found option, Errno.t) result
(** [None] when there is none and it does not wait. [ECHILD], [EINTR] *)
