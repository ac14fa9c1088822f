(** Waiting for one of several files to be ready: poll(2) and select(2). *)

val wait : (File.t * Readiness.t) array -> Patience.t -> (Readiness.t array, Errno.t) result
(** What is ready of what was asked for each file, when anything is; all empty when the time is up.
    [EINTR] when interrupted before. *)

val poll : (File.t * Readiness.t) array -> Patience.t -> (Readiness.t array, Errno.t) result
(** {!wait}, with {!Readiness.always} asked of all, as poll(2) does. *)

(** {1 What select(2) asks for}

    A file is in a set of the answer when any of these is. *)

val reading : Readiness.t
val writing : Readiness.t
val exceptional : Readiness.t
