(** Domain names. Sources: RFC 1035 2.3.1, 3.1, 4.1.4; RFC 4343 (case does not matter). *)

type t = private string list
(** Its labels, in lower case, the root's left out. *)

val of_string : string -> t option
(** [None] for what is no name: a label that is empty or longer than 63 bytes, or more than 255
    bytes in all. *)

val to_string : t -> string
val equal : t -> t -> bool

val write : t -> string
(** As in a message, not compressed. *)

val read : Octets.t -> at:int -> length:int -> offset:int -> (t * int, Error.t) result
(** The name at this offset of the message, and where what follows it begins. Pointers lead only
    backwards, so that there is an end. *)
