(** The serial line, byte by byte. Output goes through [Stdlib]'s channels. *)

val read : bytes -> pos:int -> len:int -> int
(** Takes at most [len] bytes of the input that has come; 0 when there is none. Does not wait.
    @raise Invalid_argument when [pos] and [len] are no range of the buffer. *)

val event : unit -> int
(** The event that tells of input. *)

val is_polled : unit -> bool
(** There is no interrupt for this line, hence no event: ask again after a while. *)

val drain : unit -> unit
(** Waits until every byte written has left the machine. *)
