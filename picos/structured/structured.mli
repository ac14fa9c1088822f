(** Structured concurrency: fibers that end where they were begun, on any scheduler that speaks
    Picos.

    - {!Bundle}: fibers that are joined by the call that began them; {!Flock}: the same, implicit;
    - {!Promise}: the result of one of them;
    - {!Run}: a list of functions at once;
    - {!Control}: what a fiber does about itself: yield, sleep, block, be protected, have a time
      limit.

    {1 Errors and cancelation}

    Cancelation flows down: from a fiber to the bundles that it waits in, and on to their fibers.
    Errors flow up: an exception that escapes from a fiber cancels its bundle, which raises it when
    all of its fibers have ended. {!Control.Terminate} is what bundles cancel with; it ends fibers
    and is no error. So after a bundle returns or raises, nothing that was begun in it runs any
    more. *)

module Control = Control
module Promise = Promise
module Bundle = Bundle
module Flock = Flock
module Run = Run
