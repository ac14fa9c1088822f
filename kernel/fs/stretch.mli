(** Long work that waits for nothing: the fiber lets others have their turn now and then, and ends
    early when nobody wants the rest ({!Patience.own}). *)

val longest : int
(** So many bytes are moved at once. *)

val goes_on : whole:bool -> bool
(** Lets others have their turn; false when the rest is not to be done: the process was killed or,
    unless the work is to be done as a [whole], a signal has come. *)

val moving : ?whole:bool -> total:int -> (int -> int -> (int, Errno.t) result) -> (int, Errno.t) result
(** [step moved n], which gives how many of the next [n] bytes it moved, again and again as long as
    it moves them all, until [total] were. An error after the first step is only that fewer were, as
    is an early end. [whole] is usual. *)
