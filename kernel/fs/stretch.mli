(** Moving many bytes: a fiber that does it lets others have their turn now and then. *)

val moving : total:int -> (int -> int -> (int, Errno.t) result) -> (int, Errno.t) result
(** [step moved n], which gives how many of the next [n] bytes it moved, again and again as long as
    it moves them all, until [total] were. An error after the first step is only that fewer were. *)
