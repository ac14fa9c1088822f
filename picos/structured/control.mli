(** What the current fiber does about itself and its cancelation. *)

exception Terminate
(** What fibers are canceled with to make them end. It is no error: a fiber that lets it escape has
    ended as asked. *)

exception Errors of (exn * Printexc.raw_backtrace) list
(** Several fibers failed, in this order. *)

val raise_if_canceled : unit -> unit
val yield : unit -> unit
val sleep : seconds:float -> unit

val protect : (unit -> 'a) -> 'a
(** Calls the function while cancelation is forbidden: for what must be done to the end, such as
    giving resources back. *)

val block : unit -> 'a
(** Waits to be canceled, and raises that.
    @raise Invalid_argument when cancelation is forbidden.
    @raise Sys_error when the fiber's computation returns: only fibers that were not started by this
      library see that. *)

val terminate_after : ?callstack:int -> seconds:float -> (unit -> 'a) -> 'a
(** Calls the function, and cancels it with {!Terminate} if it takes longer. The exception bears so
    many entries (none by default) of the caller's stack. *)

val terminate_unless : bool -> unit
(** Raises {!Terminate} if that does not hold. *)
