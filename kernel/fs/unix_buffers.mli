(** Memory for messages of local sockets. Pieces of a page are kept for the next message, since
    making them anew costs more than filling them. *)

val page : int
(** 4096: the size of pieces that are kept, 64 of them at most. *)

val take : int -> bytes
(** For so many bytes; it may be larger, and hold what others have left there. *)

val give_back : bytes -> unit
(** Nobody else has it. *)
