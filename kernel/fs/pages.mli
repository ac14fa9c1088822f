(** Pages of the kernel's own memory, for bytes on their way from one process to another: in pipes
    and local sockets. Some are kept for who needs one next, since making them anew costs more than
    filling them. *)

val size : int
(** 4096 bytes. 256 pages are kept at most. *)

val take : unit -> (bytes, Errno.t) result
(** It holds what others have left there. [ENOMEM] also when what memory is left is the kernel's. *)

val take_for : int -> (bytes, Errno.t) result
(** For so many bytes: a page, or what is smaller or larger. *)

val give_back : bytes -> unit
(** What one of these gave; nobody else has it. *)
