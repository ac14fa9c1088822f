(** A process's timers as a whole: when they stop, and the one that keeps its limit of time. *)

val stop_posix : Process.t -> unit
(** Those of timer_create are gone: at exec. *)

val stop_all : Process.t -> unit
(** At the process's end. *)

val follow_limit : Process.t -> unit
(** [RLIMIT_CPU] has changed: SIGXCPU comes each second from the soft limit on, and the end at the
    hard one. *)
