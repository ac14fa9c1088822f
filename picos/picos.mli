(** Picos: what concurrent programs and schedulers say to each other.

    A program that waits, forks or is canceled speaks in terms of four things, and any scheduler
    that answers five effects can run it:

    - a {!Trigger} wakes one waiting fiber, once;
    - a {!Computation} is a result that is still to come, and can be canceled instead;
    - a {!Fiber} is a thread of control: it runs on behalf of one computation at a time, and either
      permits or forbids that computation's cancelation to reach it;
    - a {!Handler} turns five plain functions into a scheduler.

    {1 The five effects}

    [Trigger.Await] suspends until a trigger is signaled. [Fiber.Current] asks which fiber this is,
    [Fiber.Yield] lets others run, [Fiber.Spawn] starts a fiber, [Computation.Cancel_after] cancels
    a computation when time has passed. They are private: whoever handles effects may match them,
    but only the functions of this library perform them.

    {1 Cancelation}

    Cancelation is state, not a message: a computation is canceled once and stays so. A fiber
    notices when it performs an effect. [Await] {e answers} with the cancelation, so that the fiber
    can first undo what it was waiting for; [Yield], [Spawn] and [Cancel_after] {e raise} it;
    [Current] never does. A fiber that forbids cancelation notices nothing until it permits it
    again.

    {1 Context}

    Nothing here blocks a core, takes a lock or allocates beyond small heap blocks. Everything is
    safe to call from any domain, unless it says that it belongs to one fiber. What performs an
    effect needs a scheduler around it; what does not is marked nowhere and works everywhere, inside
    handlers and outside of any scheduler. *)

module Trigger = Trigger
module Computation = Computation
module Fiber = Fiber
module Handler = Handler
