(** A scheduler made of five functions.

    Where something else already runs threads of control (threads of the system, promises, another
    scheduler), this lets them run code that speaks Picos: each thread installs the handler around
    what it runs. The functions are called in the handler, so they may block as their surroundings
    allow, and may perform effects of their own. *)

type 'c t = {
  current : 'c -> Fiber.t;  (** must not raise the cancelation *)
  spawn : 'c -> Fiber.t -> (Fiber.t -> unit) -> unit;
  yield : 'c -> unit;
  cancel_after :
    'a. 'c -> 'a Computation.t -> seconds:float -> exn -> Printexc.raw_backtrace -> unit;
  await : 'c -> Trigger.t -> (exn * Printexc.raw_backtrace) option;
      (** returns the cancelation, and does not raise *)
}
(** One function for each effect, over a context of the scheduler's own. *)

val using : 'c t -> 'c -> (Fiber.t -> unit) -> unit
(** [using handler context main] calls [main (handler.current context)] and answers its effects by
    the functions. What they raise is raised where the effect was performed, [await]'s excepted.
    Effects of others pass through. *)
