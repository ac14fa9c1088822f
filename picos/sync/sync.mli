(** Synchronisation between fibers, on any scheduler that speaks Picos.

    Locks:
    - {!Mutex} and {!Condition}: as in Stdlib; a mutex knows its owner;
    - {!Lock}: cheaper, and poisoned by an exception that leaves it; with its own condition
      variables;
    - {!Rwlock}: shared or exclusive, poisoned like a lock, can be frozen.

    Counting and meeting:
    - {!Semaphore}: as in Stdlib; {!Sem}: one that can be poisoned;
    - {!Latch}: a count down to zero; {!Barrier}: all wait for all.

    Values:
    - {!Ivar}: assigned once; {!Stream}: a sequence that grows; {!Lazy}: computed when wanted;
    - {!Event}: what happens first, of several.

    What holds for all of them:
    - Nothing blocks a core. State is one atomic cell, changed by one exchange: a fiber that stops
      anywhere holds up only those who wait for what it holds.
    - Waiting is first in, first out.
    - What waits can be canceled, and then raises the fiber's cancelation. A canceled fiber leaves
      nothing behind in what it waited for, and passes on a permit, a lock or a signal that it got
      at the same moment. What releases is never canceled.
    - A user's function runs before or after a change of state, never in the middle of one.

    [~padded:true] gives an object a cache line of its own: for long-lived ones that many cores use.
    *)

module Mutex = Mutex
module Condition = Condition
module Lock = Lock
module Rwlock = Rwlock
module Semaphore = Semaphore
module Sem = Sem
module Latch = Latch
module Barrier = Barrier
module Ivar = Ivar
module Stream = Stream
module Lazy = Lazy
module Event = Event
