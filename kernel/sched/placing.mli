(** Where a task that is ready gets a core. *)

val make_ready : Task.t -> unit
(** From any thread: here, on the core that it was on, or on an idle one, which is woken. *)

val place : Core.machine -> Core.t -> Task.t -> int
(** The core on which a task that may go anywhere runs the soonest, and with the least ado. The
    second argument is the core that runs this. *)

val put : Core.machine -> Core.t -> Task.t -> int -> unit
(** Puts a task on that core's queue, or in its inbox. *)

val push : Core.t -> Task.t -> unit
(** On this core's own queue. A task that has used up its budget waits for its next period first. *)

val push_driver : Core.t -> Task.t -> Task.step -> unit
(** The same for a driver, given what it does next. *)

val receive : Core.t -> Task.t -> unit
(** A task that came through the inbox. *)

val send : Core.machine -> int -> Task.t -> unit
(** To another core's inbox; wakes it when it idles. *)
