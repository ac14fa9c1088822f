(** A sequence of values that grows at its end, which many fibers push to and many read, each at its
    own pace.

    A reader holds a cursor: a position. Values before the oldest cursor that somebody holds are
    garbage. *)

type !'a t

val create : ?padded:bool -> unit -> 'a t

val push : 'a t -> 'a -> unit
(** Adds a value, which wakes the readers that are waiting for it. Lock-free. Raises what the stream
    was poisoned with. *)

val poison_at : 'a t -> exn -> Printexc.raw_backtrace -> unit
(** Ends the stream: reading beyond its last value, and pushing, raise that exception. Nothing
    happens if it was poisoned before. Never canceled. *)

val poison : ?callstack:int -> 'a t -> exn -> unit
(** {!poison_at} with so many entries (none by default) of the caller's stack. *)

type !'a cursor

val tap : 'a t -> 'a cursor
(** A cursor behind all values that have been pushed. *)

val peek_opt : 'a cursor -> ('a * 'a cursor) option
(** The value there and a cursor to the next, if it has been pushed. Raises what the stream was
    poisoned with. *)

val read : 'a cursor -> 'a * 'a cursor
(** Waits for the value there. Raises what the stream was poisoned with. *)

val read_evt : 'a cursor -> ('a * 'a cursor) Event.t
(** The event that there is something to {!read}. *)
