(** The serial line, byte by byte. Output goes through [Stdlib]'s channels. *)

val read : bytes -> pos:int -> len:int -> timeout_ns:int -> int
(** Waits for input and stores at least one byte and at most [len]. Returns how many: 0 when
    [timeout_ns] passed first (negative: no limit). Other domains' collections go on meanwhile.
    @raise Invalid_argument when [pos] and [len] are no range of the buffer. *)

val drain : unit -> unit
(** Waits until every byte written has left the machine. *)
