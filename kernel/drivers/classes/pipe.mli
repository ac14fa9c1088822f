(** Bytes on their way from one fiber to another: a bounded buffer, kept in order. *)

type t

val create : name:string -> capacity:int -> t
(** [name] is what those wait for, in [ps]. *)

val put : t -> bytes -> pos:int -> len:int -> int
(** Adds as many of the bytes as there is room for, at least one: waits for that. 0 when nobody will
    take them ({!close}), or when [len] is 0. *)

val take : t -> bytes -> pos:int -> len:int -> int
(** Takes at most [len] bytes, at least one: waits for that. 0 when it is empty and closed, or when
    [len] is 0. *)

val peek : t -> bytes -> len:int -> int
(** As {!take}, to the start of the bytes, and leaves them in the buffer. *)

val drop : t -> int -> unit
(** Takes so many bytes, that were seen. *)

val close : t -> unit
(** Nobody waits any more, until {!open_}. *)

val open_ : t -> unit
(** As it is at first. *)
