(** Input on the serial line, for one fiber at a time. Output goes through [Stdlib]'s channels. *)

val read : ?timeout_ns:int -> bytes -> pos:int -> len:int -> int
(** Waits for input and stores at least one byte and at most [len]. Returns how many: 0 when
    [timeout_ns] passed first.
    @raise Invalid_argument when [pos] and [len] are no range of the buffer. *)
