(** How long a request waits for what it needs, and what else ends its waiting: the time that it was
    given, or a signal for its process. What cannot be done now says [EAGAIN]; here is the one place
    where that becomes waiting. *)

type t

val none : t
(** Does not wait. *)

val forever : t

val within : seconds:float -> t
(** At most so long; not at all when it is not positive. *)

val interrupted_by : Watch.t -> pending:(unit -> bool) -> killed:(unit -> bool) -> t -> t
(** The same, which also ends when [pending] holds; the watch is rung, with whatever, when that may
    have become so. [killed] holds when what is asked for has lost its sense: it is pending too. *)

val keep : t -> t
(** The same, for one fiber that waits often: what ends its waiting is watched from now on, not anew
    each time. *)

val at_most : seconds:float -> t -> t
(** The same, for no longer than that. *)

val waits : t -> bool
(** Whether it would wait at all. *)

val is_interrupted : t -> bool
val is_killed : t -> bool

val own : unit -> t
(** Of the fiber that asks: {!forever} unless it was set. For work that takes long without waiting
    ({!Stretch}). *)

val set_own : t -> unit

val retry :
  t ->
  (Watch.t * Readiness.t) list ->
  (unit -> ('a, Errno.t) result) ->
  ('a, Errno.t) result
(** Tries at once, and again each time one of the watches has been rung with one of the bits, until
    the answer is another than [EAGAIN]. The answer is [EINTR] when it would have waited and was
    interrupted, and [EAGAIN] when the time is up. Cancelation of the fiber ends it as well. *)

val retry_after :
  t -> (Watch.t * Readiness.t) list -> (unit -> ('a, Errno.t) result) -> ('a, Errno.t) result
(** The same for who has tried once, with [EAGAIN]. *)

val retry_after_on :
  t -> Watch.t -> Readiness.t -> (unit -> ('a, Errno.t) result) -> ('a, Errno.t) result
(** The same with one watch: the usual way to wait, which costs less. *)

val eventually :
  t -> (Watch.t * Readiness.t) list -> (unit -> 'a option) -> ('a option, Errno.t) result
(** The same for what has no errors: [Ok None] when the time is up. *)
