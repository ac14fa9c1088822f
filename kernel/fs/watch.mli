(** Who waits for something's readiness to change. Whatever may have to be waited for has one; it is
    rung whenever more may be possible than before, and each watcher then looks for itself. So a
    watcher adds itself first and looks then, and nothing is missed. *)

type t

val create : unit -> t

type watcher

val add : ?last:bool -> t -> (Readiness.t -> unit) -> watcher
(** The function is called by whoever rings, in his fiber, with what he said: it must be short, must
    not wait, and may be called without need. It may remove watchers, its own too. Any fiber, any
    core. *)

val add_trigger : t -> Readiness.t -> Picos.Trigger.t -> watcher
(** The same as a function that signals the trigger when what is said has one of the bits. *)

val remove : t -> watcher -> unit
(** Once this returns no ring that begins later calls it; one that has begun still may. Idempotent.
    *)

val ring : t -> Readiness.t -> unit
(** Calls all: the newest first, but behind them those that were added as [last], in their order. *)

val is_empty : t -> bool

val wait : (t * Readiness.t) list -> until:(unit -> 'a option) -> 'a
(** Returns what [until] returns, asked at once, and again each time one of these has been rung with
    one of the bits. Cancelation of the fiber ends it. *)

val wait_after : (t * Readiness.t) list -> until:(unit -> 'a option) -> 'a
(** The same for who has asked before: it asks when it watches. *)
