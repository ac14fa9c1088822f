(** Running several functions at once, each in a fiber of its own.

    When one raises an exception other than {!Control.Terminate}, the others are canceled, and that
    exception is raised, or {!Control.Errors} if there were several. When that, or a cancelation of
    the caller, or a first result comes early, functions that have not been started are not called
    at all. *)

val all : (unit -> unit) list -> unit
(** Returns when all have returned. *)

val any : (unit -> unit) list -> unit
(** Returns when one has returned and the others, which are canceled then, have ended. *)

val first_or_terminate : (unit -> 'a) list -> 'a
(** The value of the first to return, when the others, which are canceled then, have ended.
    @raise Control.Terminate when none returned a value. *)
