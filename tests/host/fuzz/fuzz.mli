(** Fuzzers: functions that must give a value or an error for any bytes.

    An exception (stack overflow and lack of memory among them), or ten seconds spent on one input,
    is a failure, with the words that repeat it. *)

val run : string -> ('a -> Random.State.t -> string) -> 'a -> (string -> unit) -> unit
(** [run name make corpus target] makes inputs and tries them, as many as the environment's [INPUTS]
    says, or for the seconds that [FUZZ] says (2 without). Each input depends on the seed ([SEED],
    else 1) and its number alone; [ONLY] tries one number. Prints how many there were. *)

val bounded : ('a -> unit) -> 'a -> unit
(** Calls the function; raises when it takes more than ten seconds of processor time. *)

val mutate : string array -> Random.State.t -> string
(** One of the good inputs with a few changes: bits, bytes, numbers that matter at their edges,
    runs copied, removed and put in, a cut; now and then a splice of two. *)

val noise : unit -> Random.State.t -> string
(** Random bytes, up to 256 of them. *)
