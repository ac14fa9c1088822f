(** A core's part of the scheduler: what its loop has, and keeps account of.

    All of it belongs to the loop, but [inbox], [some_ended], and what only grows. The modules above
    change the fields as they need. Times are values of the clock's counter ({!Hal.Core.ticks}). *)

type t = {
  mutable since : int;  (** when the running turn began *)
  mutable running : int;  (** a task's id; 0 between tasks *)
  mutable tasks : task list;  (** made here; among them some that have ended *)
  index : int;
  serves : bool array;  (** by {!Kind.index} *)
  drivers : t Fifo.t;
  virtual_ : t Fair.t;
  local : t Fair.t;
  inbox : task Inbox.t;
  deadlines : Deadlines.t;
  mutable drivers_first_since : int;
      (** since when others wait for the drivers here; [max_int]: they don't *)
  mutable virtual_first_since : int;  (** since when local ones wait for virtual ones *)
  mutable stops : bool;  (** the loop is to end *)
  mutable next_id : int;
  mutable swept_at : int;
  mutable swept_live : int;
  mutable some_ended : bool;  (** of [tasks]; set by any core *)
  mutable granted : int;  (** quick turns, since the loop last looked around *)
  mutable quick : int;  (** of them, not yet allowed in [drivers] *)
  mutable credit : int;
  mutable enough : int;
  short : int;
  mutable turns : int;  (** that tasks had *)
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;  (** tasks put in other cores' inboxes *)
  mutable received : int;  (** tasks that came from another core for good *)
  mutable waits : int;  (** times without a ready task *)
  mutable waited_ticks : int;
}

and task = t Task.t

type machine = {
  cores : t array;
  idle : Idle.t;
  members : int array array;  (** by {!Kind.index} *)
}

val machine : machine ref

exception Hog
(** What a fiber gets that kept its core for too long without suspending. *)

val configure : cores:int -> (int -> Kind.t list) -> unit
(** Fresh cores, each with the kinds that it serves. Before any loop. *)

val nobody : task
(** No task. *)

val serves : t -> Kind.t -> bool

val fair : t -> Kind.t -> t Fair.t
(** The queue of virtual or of local tasks. *)

val now_ns : t -> int
(** When the running turn began, on the monotonic clock. *)

val ready : t -> Kind.t -> int
(** How many tasks of this kind wait for the core. *)

(** {1 Accounting}

    A turn is {e timed}, from when the clock was last read, or {e quick}: then it is taken to be as
    long as the latest timed one of the same task, the clock is not read, and the loop doesn't look
    around behind it. Where turns are short (below a microsecond) one in 48 is timed. Turns of
    virtual and local tasks always are, and all while the trace is on. *)

val end_turn : t -> task -> unit
(** The running task has let go: its time is accounted, the next turn begins. While the task is
    still this core's. *)

val end_quick_turn : task -> unit
(** The same, when it is known that it is quick. *)

val end_quick_turns : t -> unit
(** When some were granted: the clock is read, and the next turn is timed. *)

(** {1 The register of tasks} *)

val next_id : t -> int
(** Unique among all cores. *)

val register : t -> task -> unit

val sweep_at_rest : t -> unit
(** Lets go of tasks that ended. When the core idles, so nothing is in its queues; of many tasks
    only when a fair part of them may have ended. *)
