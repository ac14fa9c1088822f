(** What was written and is not yet acknowledged: bytes in a ring that grows as it must, and takes
    no memory when it is empty. Positions count from the first byte that is still there. *)

type t

val create : limit:int -> t
(** At most so many bytes. *)

val length : t -> int

val room : t -> int
(** What {!write} still takes. *)

val write : t -> bytes -> int -> int -> int
(** [write t bytes at length] takes as many as there is room for: how many. *)

val copy : t -> from:int -> Octets.t -> int -> int -> unit
(** [copy t ~from memory at length].
    @raise Invalid_argument when they are not all there. *)

val drop : t -> int -> unit
(** So many of the first are no longer needed. *)
