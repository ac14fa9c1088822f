(** A stack of ours on one end of a tap device, in a network namespace of this process's own; on
    the other end is Linux. In real time. *)

open Net

type t

val create : unit -> t option
(** [None]: this machine forbids it. Linux has [10.99.0.1/24] and [fd99::1/64], we have 2. *)

val stack : t -> Stack.t

type faults = { drop : float; duplicate : float; reorder : float }

val set_faults : t -> faults -> unit
(** Of frames in both directions. *)

val with_linux : t -> (unit -> unit) -> (unit -> unit) -> unit
(** [with_linux t linux ours]: runs the first in a process of its own, on Linux's sockets, and the
    second in a fiber, until both have ended, for 60 s at most.
    @raise Failure when the process did not end well. *)

val fork : (unit -> unit) -> unit
(** One more fiber; {!with_linux} ends without it. *)

val held : t -> int
(** Buffers that were not given back. *)
