(** Where a task that is ready gets a core. *)

open Core

val make_ready : task -> Task.state -> unit
(** [Answered] or [Urgent]. From any thread: here, on the core that it was on, or on an idle one,
    which is woken. *)

val put : machine -> Core.t -> task -> unit
(** On this core's queue, or in the inbox of the one that it is bound to or on which it runs the
    soonest, and with the least ado. The second argument is the core that runs this. *)

val push : Core.t -> task -> unit
(** On this core's own queue. A task that has used up its budget waits for its next period first. *)

val receive : Core.t -> task -> unit
(** A task that came through the inbox. *)

val send : machine -> Core.t -> task -> unit
(** To another core's inbox; wakes it when it idles. *)
