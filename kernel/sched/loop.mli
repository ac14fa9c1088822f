(** The cores' loops.

    Each core has a queue of each kind of task, which its own loop alone touches, an inbox in which
    other cores put tasks, and its deadlines. Waking a task of another core is a push, and an
    interrupt when that core is idle. A core with more than one ready task gives of them to idle
    ones. *)

open Picos

val prepare : Core.t -> Task.terms -> Fiber.t -> (Fiber.t -> unit) -> unit
(** Gives a core its first task, before its {!run}. *)

val run : int -> unit
(** Runs the core of that index until {!stop}. On the domain that stands for it. *)

val stop : unit -> unit
(** Ends every loop after its running task suspends. Tasks left are dropped. *)

val report : (Core.task -> exn -> Printexc.raw_backtrace -> unit) ref
(** Called when a task's main raised; the task has ended. *)
