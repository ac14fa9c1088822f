(** A core's part of the scheduler: what its loop has, and keeps account of.

    All of it belongs to the loop, but [inbox], [some_ended], and what only grows. The modules above
    change the fields as they need. *)

type counts = {
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;  (** tasks put in other cores' inboxes *)
  mutable received : int;  (** tasks that came from another core for good *)
  mutable waits : int;  (** times without a ready task *)
  mutable waited_ticks : int;
}

type t = {
  mutable turns : int;  (** tasks run *)
  mutable running : int;  (** a task's id; 0 between tasks *)
  mutable tasks : Task.t array;  (** made here: [nr_tasks], among them some that have ended *)
  mutable nr_tasks : int;
  mutable some_ended : bool;
  mutable swept_at : int;
  index : int;
  serves : bool array;  (** by {!Kind.index} *)
  mutable woken : Fifo.t;
  mutable nr_drivers : int;
  mutable nr_fair : int;
  virtual_ : Fair.t;
  local : Fair.t;
  inbox : Task.t Inbox.t;
  deadlines : Deadlines.t;
  mutable turn : int;
  mutable drivers_first_since : int;
  mutable virtual_first_since : int;
  counts : counts;
}

type machine = { cores : t array; idle : Idle.t; members : int array array }

val machine : machine ref

exception Hog
(** What a fiber gets that kept its core for too long without suspending. *)

val configure : cores:int -> (int -> Kind.t list) -> unit
(** Fresh cores, each with the kinds that it serves. Before any {!loop}. *)

val serves : t -> Kind.t -> bool

val fair : t -> Kind.t -> Fair.t
(** The queue of virtual or of local tasks. *)

val ticks : t -> int
(** When its running turn began, on the clock's counter. *)

val now_ns : t -> int
(** The same in nanoseconds. *)

val ready : t -> Kind.t -> int
(** How many tasks of this kind wait for the core. *)

val end_turn : t -> Task.t -> unit
(** The running task has let go: its time is accounted, the next turn begins. While the task is
    still this core's. *)

(** {1 The register of tasks} *)

val next_id : t -> int
(** Unique among all cores. *)

val register : t -> Task.t -> unit

val sweep_at_rest : t -> unit
(** Lets go of tasks that ended. When the core idles; of many only when a fair part of them may
    have. *)
