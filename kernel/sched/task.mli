(** A fiber, as its scheduler keeps it. Its fields belong to the core that has it: in a queue, or
    running. *)

open Picos

(** How a task goes on when it next has the core; and what became of it when it let go of the core.
    *)
type step =
  | Start of (Fiber.t -> unit)
  | Answer of ((exn * Printexc.raw_backtrace) option, step) Effect.Deep.continuation  (** from
                                                                                          [Await] *)
  | Continue of (unit, step) Effect.Deep.continuation  (** from [Yield] *)
  | Suspended  (** it waits, and may go on elsewhere already *)
  | Over
  | Failed of exn * Printexc.raw_backtrace  (** its main raised *)

type state =
  | Ready
  | Running
  | Waiting
  | Throttled  (** its budget is used up until its period ends *)
  | Ended

type t = {
  name : string;  (** first: a panic's C reads it (runtime/loop.h) *)
  id : int;
  fiber : Fiber.t;
  kind : Kind.t;
  bound : int;  (** the only core that it may run on, or -1 *)
  born : int;  (** the core that registered it *)
  weight : int;  (** its share, against others' of the same kind; not of drivers *)
  quota_ns : int;  (** what it may run in each [period_ns]; 0: no limit *)
  period_ns : int;
  mutable step : step;  (** while it waits, and in {!Fair} *)
  mutable state : state;
  mutable urgent : bool;  (** it was canceled: first in the queue *)
  mutable core : int;  (** that it ran on last *)
  mutable reason : string;  (** what it waits for, when it said so *)
  mutable reason_number : int;  (** the same for the trace *)
  mutable run_ticks : int;  (** of the clock's counter *)
  mutable turns : int;
  mutable virtual_ns : int;  (** of {!Fair}: time used, by weight *)
  mutable order : int;
  mutable used_ns : int;  (** of the quota, until [period_end_ns] *)
  mutable period_end_ns : int;
}

val none : t
(** No task: what an empty queue gives. *)

(** What a spawner may ask for, in the new fiber's local storage. *)
type spec = {
  name : string option;  (** else the parent's *)
  kind : Kind.t option;  (** else the parent's *)
  core : int option;
  weight : int;
  budget : (int * int) option;  (** quota and period, in nanoseconds *)
}

val inherited : spec
val spec : spec Fiber.FLS.t

val create : parent:t -> id:int -> core:int -> Fiber.t -> t
(** A ready task, in no queue, that has no step yet. *)
