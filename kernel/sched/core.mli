(** The cores' loops: Picos' five effects on run queues.

    Each core has a queue of each kind of task, which its own loop alone touches, an inbox in which other cores put
    tasks, and its deadlines. Waking a task of another core is a push, and an interrupt when that core is idle. A
    core with more than one ready task gives of them to idle ones. *)

open Picos

type counts = {
  mutable spawned : int;
  mutable ended : int;
  mutable sent : int;  (** tasks put in other cores' inboxes *)
  mutable received : int;  (** tasks that came from another core for good *)
  mutable waits : int;  (** times without a ready task *)
  mutable waited_ticks : int;
}

type t = private {
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

type machine = private { cores : t array; idle : Idle.t; members : int array array }

val machine : machine ref

exception Hog
(** What a fiber gets that kept its core for too long without suspending. *)

val configure : cores:int -> (int -> Kind.t list) -> unit
(** Fresh cores, each with the kinds that it serves. Before any {!loop}. *)

val prepare : t -> Fiber.t -> (Fiber.t -> unit) -> unit
(** Gives a core its first task, before its {!loop} runs.
    @raise Invalid_argument when the fiber's {!Task.spec} asks for a core that does not serve its kind. *)

val loop : int -> unit
(** Runs core [index] until {!stop}. On the domain that stands for that core. *)

val stop : unit -> unit
(** Ends every loop after its running task suspends. Tasks left are dropped. *)

val this : unit -> Task.t
(** The calling fiber. An effect, of the loop alone. *)

val now_ns : t -> int
(** When its running turn began. *)

val ready : t -> Kind.t -> int
(** How many tasks wait in its queue. *)

val report : (Task.t -> exn -> Printexc.raw_backtrace -> unit) ref
(** Called when a task's main raised; the task has ended. *)
