(** The kernel's schedulers: every core runs one loop, every activity of the kernel is a fiber on
    it.

    Fibers speak {!Picos}. A fiber is never preempted: it runs until it waits, yields or ends. One
    that keeps its core for too long gets the exception {!Hog} where it polls; one that raises ends
    alone, and is reported.

    Three schedulers ({!Kind}) share the cores as the command line says ({!Assignment}): on a core
    of several the drivers go first, then virtual, then local processes; what is passed over for 50
    ms has a turn all the same. Work moves to idle cores of the same scheduler. *)

open Picos
module Kind = Kind
module Assignment = Assignment
module Bell = Bell
module Interrupt = Interrupt
module Reason = Reason
module Time = Time
module Turn = Turn

exception Hog
(** What a fiber gets that kept its core for four seconds without a turn. It is held back while the
    fiber is inside of this library or of Picos, that is: in the middle of an update of what others
    share. *)

(** {1 Running} *)

val run : Assignment.t -> cores:int -> (unit -> 'a) -> 'a
(** Starts the loops of all cores, a domain each, core 0 on the calling one, and runs the function
    as the first fiber, of the drivers. Returns what it returns, or raises what it raises, once all
    loops have ended; fibers that are left are dropped. Once at a time. *)

val cores : unit -> int
val core : unit -> int
(** The one that the calling fiber is on now. *)

val cores_serving : Kind.t -> int list
(** In order; at least one. *)

(** {1 Fibers} *)

val spawn :
  ?kind:Kind.t ->
  ?core:int ->
  ?weight:int ->
  ?budget_ns:int * int ->
  name:string ->
  (unit -> 'a) ->
  'a Computation.t
(** Starts a fiber; the computation is its result. Canceling the computation cancels the fiber.
    [kind] is the caller's by default; [core] binds it to one that serves the kind. [weight] (1024
    by default, 1 to 1048576) is its share among virtual or local ones. [budget_ns:(quota, period)]
    is the most that it runs in each period. A fiber that is spawned by Picos alone has its parent's
    name and kind, and neither core nor weight nor budget.
    @raise Invalid_argument when the core does not serve the kind, or a number is out of range. *)

val everywhere : ?kind:Kind.t -> (int -> 'a) -> 'a list
(** Runs a function, given the core's index, in a fiber on each core that serves the kind ([Local]
    by default), and waits for all. Results in the order of cores. Raises what the first failing one
    raised, after all have ended. *)

val confine : int list -> unit
(** The calling fiber runs on those of these cores alone that serve its kind, and on one of them
    when this returns; another call takes its place. Its children go anywhere.
    @raise Invalid_argument when none does. *)

(** {1 What goes on} *)

type state =
  | Ready
  | Running
  | Waiting of string  (** for what, as far as it said *)
  | Throttled  (** its budget is used up until its period ends *)

type fiber = {
  id : int;
  name : string;
  kind : Kind.t;
  core : int;
  state : state;
  run_ns : int;
  turns : int;
}

val fibers : unit -> fiber list
(** All there are, by [id]. *)

type core_report = {
  index : int;
  serves : Kind.t list;
  ready : (Kind.t * int) list;
  turns : int;
  spawned : int;
  ended : int;
  sent : int;  (** fibers given to other cores *)
  received : int;
  waits : int;  (** times with nothing to do *)
  waited_ns : int;
}

val report : unit -> core_report list

type crash = { fiber : string; error : exn; backtrace : Printexc.raw_backtrace }

val on_crash : (crash -> unit) ref
(** Called, in the loop, when a fiber raised what nobody caught. Prints it on the standard error by
    default. *)

val crashes : unit -> int
(** How many there were. *)

val watch_every : ns:int -> unit
(** A fiber without a turn at four looks in a row is a hog: how far apart these are. one second at
    first. *)
