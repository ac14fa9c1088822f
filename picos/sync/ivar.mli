(** A variable that is assigned once, or poisoned instead, and can be waited for. *)

type !'a t

val create : unit -> 'a t
val of_value : 'a -> 'a t

val try_fill : 'a t -> 'a -> bool
(** False when it was assigned or poisoned before. *)

val fill : 'a t -> 'a -> unit

val try_poison_at : 'a t -> exn -> Printexc.raw_backtrace -> bool
(** Makes all reading raise that exception. False when the variable was assigned or poisoned before.
    Never canceled. *)

val try_poison : ?callstack:int -> 'a t -> exn -> bool
(** {!try_poison_at} with so many entries (none by default) of the caller's stack. *)

val poison_at : 'a t -> exn -> Printexc.raw_backtrace -> unit
val poison : ?callstack:int -> 'a t -> exn -> unit

val peek_opt : 'a t -> 'a option
(** The value, if it has been assigned. Raises what the variable was poisoned with. *)

val read : 'a t -> 'a
(** Waits for the value. Raises what the variable was poisoned with. *)

val read_evt : 'a t -> 'a Event.t
(** The event that there is something to {!read}. *)
