(** Picos' five effects. A contract: see [docs/picos.md]. *)

open Picos

val go_on : Task.t -> Task.step -> Task.step
(** Runs a task until it lets go of the core, and says how it did. After [Suspended] it may run
    elsewhere already. *)

val this : unit -> Task.t
(** The calling fiber. An effect, of this scheduler alone. *)

val check_spec : Core.machine -> Task.t -> unit
(** @raise Invalid_argument when no core may run it. *)

val cancel_at :
  Core.t -> 'a Computation.t -> at:int -> exn -> Printexc.raw_backtrace -> unit
(** Cancels a computation when the clock's counter is there, unless it is completed before. *)
