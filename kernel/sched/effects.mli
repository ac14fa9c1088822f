(** The answers to the effects of fibers that don't concern the queue of their core (those are
    {!Loop}'s): Picos', for which see [docs/picos.md], and two of this scheduler's alone. Each is
    given the fiber's continuation, and goes on with it. *)

open Picos
open Core

(** What a spawner may ask for. *)
type asked = {
  name : string;
  kind : Kind.t option;  (** else the parent's *)
  core : int option;  (** to be bound to *)
  weight : int;
  budget_ns : (int * int) option;  (** quota and period *)
}

type _ Effect.t += private This : task Effect.t

type _ Effect.t += private Move : unit Effect.t  (** to a core that its terms allow *)

type _ Effect.t +=
  private
  | Spawn_as : { asked : asked; fiber : Fiber.t; main : Fiber.t -> unit } -> unit Effect.t

val this : unit -> task
(** The calling fiber. *)

val spawn_as : asked -> Fiber.t -> (Fiber.t -> unit) -> unit
(** [Fiber.spawn], of one for which something is asked.
    @raise Invalid_argument when no core may run it. *)

val confine : int list -> unit
(** {!Sched.confine} *)

(** {1 Answering} *)

val spawn : task -> Fiber.t -> (Fiber.t -> unit) -> (unit, unit) Effect.Deep.continuation -> unit

val spawn_asked :
  task -> asked -> Fiber.t -> (Fiber.t -> unit) -> (unit, unit) Effect.Deep.continuation -> unit

val cancel_after :
  task ->
  'a Computation.t ->
  float ->
  exn ->
  Printexc.raw_backtrace ->
  (unit, unit) Effect.Deep.continuation ->
  unit

(** {1 For the first fiber} *)

val new_task : Core.t -> Task.terms -> parent:int -> Fiber.t -> (Fiber.t -> unit) -> task
(** A task in the core's register, in no queue. [parent] is an id, or 0. *)
