(** So many a second, and no more: for answers that others can ask for (RFC 4443 2.4 f, RFC 1812
    4.3.2.8). *)

type t

val create : per_second:int -> t
(** A second's worth may come at once. *)

val allow : t -> now:int -> bool
(** Times in ns. *)
