(** Fibers that are begun and ended together: none of them outlives the call that made the bundle.

    When a fiber of the bundle fails, all the others are canceled, and the bundle raises the
    exception, or {!Control.Errors} if there were several. A fiber that raises {!Control.Terminate},
    or the very exception that the bundle was canceled with, has not failed: it has ended. *)

type t

val join_after : ?callstack:int -> ?on_return:[ `Terminate | `Wait ] -> (t -> 'a) -> 'a
(** Calls the function with a new bundle; returns or raises when that has, and all fibers forked to
    the bundle have ended. When the function returns, its fibers are waited for ([`Wait], the
    default), or terminated first. When it raises, {!error} is called.

    Raises, in this order: what fibers failed with; the cancelation of the calling fiber; what the
    function raised. *)

val terminate : ?callstack:int -> t -> unit
(** Cancels all fibers of the bundle with {!Control.Terminate}, the one that made it included; from
    then on none can be forked. The exception bears so many entries (none by default) of the
    caller's stack. *)

val terminate_after : ?callstack:int -> t -> seconds:float -> unit
(** {!terminate} when that time has passed, unless the bundle is joined before. *)

val error : ?callstack:int -> t -> exn -> Printexc.raw_backtrace -> unit
(** {!terminate}, and the bundle will raise that exception. {!Control.Terminate} is no error and
    will not be raised. *)

val fork : t -> (unit -> unit) -> unit
(** Starts a fiber in the bundle. May be called by any fiber. Raises what the bundle was canceled
    with, or the calling fiber's cancelation; nothing was started then.
    @raise Invalid_argument when the bundle has been joined. *)

val fork_as_promise : t -> (unit -> 'a) -> 'a Promise.t
(** {!fork} for a result. Its failure is an error of the bundle too; to {!Promise.terminate} it is
    not. *)
