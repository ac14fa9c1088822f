(** The turn of a fiber that hands its core to something other than OCaml, such as user mode: how
    long that may last. *)

type t
(** A fiber's, for itself alone. *)

val own : unit -> t
(** The calling fiber's. *)

val core : t -> int
(** Where the fiber runs now. *)

val ends : t -> int
(** When the fiber should yield at the latest, in ticks ({!Hal.Core.ticks}): its slice, as its policy
    has it, is over then, or the loop of this core has a deadline. [max_int] when there is neither.
    A time that has passed says: now. *)
