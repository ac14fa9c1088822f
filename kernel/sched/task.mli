(** A fiber, as its scheduler keeps it. Its fields belong to the core that has it: in a queue, or
    running. ['core] is the record of a core ({!Core.t}), which knows tasks in turn. *)

open Picos

type state =
  | Ready  (** it goes on with [yielded]; or it is its core's [running] one *)
  | Answered  (** ready, to go on with [waiting] *)
  | Urgent  (** the same, and first in the queue: it was canceled *)
  | New  (** ready, to begin with [main] *)
  | Waiting
  | Throttled  (** its budget is used up until its period ends *)
  | Ended

type canceled = (exn * Printexc.raw_backtrace) option
(** The answer to [Trigger.Await]. *)

(** What was asked for a fiber when it was spawned. *)
type terms = private {
  name : string;  (** first: a panic's C reads it (runtime/loop.h) *)
  kind : Kind.t;
  bound : int;  (** a core that it may run on, the only one but for [among]; -1: all may *)
  among : int array;  (** the cores that it may run on, as {!Idle.mask}, if it is bound to several *)
  weight : int;  (** its share, against others' of the same kind; not of drivers *)
  quota_ns : int;  (** what it may run in each [period_ns]; 0: no limit *)
  period_ns : int;
  inherited : terms option;  (** of its children, if not the same *)
}

val terms : ?bound:int -> ?weight:int -> ?budget_ns:int * int -> Kind.t -> string -> terms
(** Bound to no core, of {!whole_weight} and without a limit when not said. *)

val inherited : terms -> terms
(** Of its children for which nothing is asked. *)

val anywhere : terms -> terms
(** The same, bound to no core. *)

val confined : terms -> first:int -> int array -> terms
(** The same, bound to these cores, of which one is given; its children's are as before. *)

val whole_weight : int
(** The weight of a task for which nobody asked for more or less. *)

(** What {!Fair} and budgets keep of virtual and local tasks. *)
type share = {
  mutable virtual_ns : int;  (** time used, by weight *)
  mutable order : int;
  mutable used_ns : int;  (** of the quota, until [period_end_ns] *)
  mutable period_end_ns : int;
}

val new_share : unit -> share
val no_share : share
(** Of all drivers. *)

type 'core t = {
  mutable terms : terms;  (** the first two are known to runtime/loop.h *)
  id : int;
  fiber : Fiber.t;
  main : Fiber.t -> unit;
  born : 'core;
  mutable core : 'core;  (** that it ran on last *)
  yielded : (unit, unit) Hal.Deep.cell;  (** the latest continuation, used up or not *)
  mutable waiting : (canceled, unit) Hal.Deep.continuation;  (** likewise *)
  mutable state : state;
  mutable is_registered : bool;  (** see {!Core} *)
  mutable reason : string;  (** what it waits for, when it said so *)
  mutable timed_turns : int;
  mutable timed_ticks : int;
  mutable quick_turns : int;  (** since the latest timed one, *)
  mutable usual_ticks : int;  (** which took this *)
  share : share;
}

val make :
  terms:terms ->
  share:share ->
  id:int ->
  core:'core ->
  Fiber.t ->
  (Fiber.t -> unit) ->
  yielded:(unit, unit) Hal.Deep.continuation ->
  waiting:(canceled, unit) Hal.Deep.continuation ->
  'core t
(** A new task, in no queue. The continuations are any that are used
    up, to begin with. *)

val never_yielded : (unit, unit) Hal.Deep.continuation
(** As good as used up. *)

val never_waited : (canceled, unit) Hal.Deep.continuation

(** {1 Accounting} *)

val add_timed_turn : 'core t -> int -> unit
(** It had a turn that took that many ticks of the clock's counter. *)

val charge : 'core t -> int -> unit
(** Ticks that belong to no turn in particular. *)

val turns : 'core t -> int

val run_ticks : 'core t -> int
(** All its turns together. Quick ones count as much as the latest timed one. *)
