(** The serial line, byte by byte. Output goes through [Stdlib]'s channels. *)

val read : bytes -> pos:int -> len:int -> int
(** Takes at most [len] bytes of the input that has come; 0 when there is none. Does not wait.
    @raise Invalid_argument when [pos] and [len] are no range of the buffer. *)

val event : unit -> int
(** The event that tells of input. *)

val is_polled : unit -> bool
(** There is no interrupt for this line, hence no event: ask again after a while. *)

(** {1 The output, once more}

    For whoever shows it elsewhere too: the latest 16 KiB, from before the kernel's OCaml code
    on. *)

val read_mirror : bytes -> pos:int -> len:int -> int
(** Takes at most [len] bytes of what was written and not taken yet; what is too old is left out. 0
    when there are none: then {!mirror_event} tells of the next. One caller alone.
    @raise Invalid_argument as {!read}. *)

val mirror_event : unit -> int
