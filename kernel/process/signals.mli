(** Sending signals, and taking those that are pending. *)

open Process

val send : Process.t -> Signal.info -> unit
(** To the process: to whichever of its threads does not block it. Any fiber; without the tree's
    lock or with it. *)

val send_thread : thread -> Signal.info -> unit

val force : thread -> Signal.info -> unit
(** For what the thread itself did: where it blocks or ignores that, the process ends. *)

val may_send : from:Process.t -> Signal.t -> Process.t -> bool
(** By identity, as kill(2) says; SIGCONT also within a session. *)

val has_room : Process.t -> bool
(** Whether its limit of pending signals leaves room for one more that is queued. *)

val is_pending : thread -> bool
(** Whether something that it does not block waits for it, or it is to end or stop: what ends its
    waiting. Short; any fiber. *)

val arrived : Fs.Watch.t
(** Rung when a signal has become pending for any thread or process, blocked or not. *)

val next : thread -> (Signal.info * action) option
(** Takes what is to be delivered next. Ignored ones are dropped. *)

val stop : t -> Signal.t -> bool
(** By the signal that {!next} gave: the process is stopped, unless it was told to go on since. With
    {!Process.locked}. *)

val take : thread -> Signal.Set.t -> Signal.info option
(** Takes one of these (sigtimedwait). *)

val pending : thread -> Signal.Set.t
(** Of the thread and its process. *)

val set_mask : thread -> Signal.Set.t -> unit
(** But SIGKILL and SIGSTOP. *)

val set_action : Process.t -> Signal.t -> action -> unit
(** Drops what is pending and now ignored. *)

val patience : thread -> Fs.Patience.t
(** For ever, but for a signal. *)

val patience_within : thread -> seconds:float -> Fs.Patience.t
