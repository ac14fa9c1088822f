(** Input of whoever sits before the machine: the serial line, and keyboards; for one fiber at a
    time. Output goes through [Stdlib]'s channels. *)

val start : unit -> unit
(** Once, before the first {!read}. *)

val read : ?timeout_ns:int -> bytes -> pos:int -> len:int -> int
(** Waits for input and stores at least one byte and at most [len]. Returns how many: 0 when
    [timeout_ns] passed first.
    @raise Invalid_argument when [pos] and [len] are no range of the buffer. *)
