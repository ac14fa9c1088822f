(** A core's part of the scheduler: what its loop has, and keeps account of.

    All of it belongs to the loop, but [inbox], [some_ended], and what only grows. The modules above
    change the fields as they need. Times are values of the clock's counter ({!Hal.Core.ticks}). *)

open Picos

type t = {
  mutable since : int;  (** when the running turn began, or the first of some quick ones *)
  mutable running : int;  (** a task's id; 0 between tasks *)
  mutable quick : int;  (** of [granted], not yet allowed in [drivers] *)
  drivers : t Fifo.t;
  mutable tasks : task list;  (** the register; among them some that have ended *)
  index : int;
  serves : bool array;  (** by {!Kind.index} *)
  idle : Idle.t;  (** the machine's *)
  virtual_ : t Fair.t;
  local : t Fair.t;
  inbox : task Inbox.t;
  deadlines : Deadlines.t;
  mutable drivers_first_since : int;
      (** since when others wait for the drivers here; [max_int]: they don't *)
  mutable virtual_first_since : int;  (** since when local ones wait for virtual ones *)
  mutable stops : bool;  (** the loop is to end *)
  mutable next_id : int;
  id_step : int;
  mutable registered : int;
  mutable swept : int;
  mutable some_ended : bool;  (** of [tasks]; set by any core *)
  mutable left_at_rest : int;
  mutable granted : int;  (** quick turns, since the loop last looked around *)
  mutable credit : int;
  short : int;
  mutable turns : int;  (** that tasks had *)
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
    around behind it. Where turns are short (below two microseconds) one in 48 is timed. Turns of
    virtual and local tasks always are, and all while the trace is on. *)

val end_turn : t -> task -> unit
(** The running task has let go: its time is accounted, the next turn begins. While the task is
    still this core's. *)

val end_quick_turn : task -> unit
(** The same, when it is known that it is quick. *)

val end_timed_turn : t -> task -> unit
(** The same, when it is known that it isn't. *)

val end_quick_turns : t -> unit
(** When some were granted: the clock is read, and the next turn is timed. *)

(** {1 Tasks}

    A core's register has the virtual and local tasks made there, and of the drivers those that have
    waited for something, or for which something was asked. So a driver that only runs, as most that
    live short do, is never put there; it is in the queue, or has just been taken from it. *)

val new_task :
  t ->
  Task.terms ->
  Task.share ->
  Fiber.t ->
  (Fiber.t -> unit) ->
  yielded:(unit, unit) Hal.Deep.continuation ->
  waiting:(Task.canceled, unit) Hal.Deep.continuation ->
  task
(** {!Task.make}, with an id that is unique among all cores. *)

val register : t -> task -> unit

val tasks : t -> task list
(** All, and perhaps some that have ended. From any core: it may be out of date. *)

val spawned : t -> int
(** How many were made here. *)

val running : int -> task
(** That of the core of this index, while it runs one. It is looked for among all. *)

val clean_at_rest : t -> unit
(** Lets go of tasks that ended. When the core idles, so nothing is in its queues; of many
    registered ones only when a fair part of them may have ended. *)
