(** Which cores have nothing to do: a set that all cores share, one bit each. Lock-free. *)

type t

val create : int -> t
(** Empty, for that many cores. *)

val set : t -> int -> unit
val mem : t -> int -> bool

val clear : t -> int -> bool
(** Whether it was set, and this call cleared it: then the caller wakes the core. *)

val any : t -> bool

val find : t -> among:int array -> int
(** The lowest core in both; -1 when there is none. *)

val mask : int -> int list -> int array
(** The given ones of that many cores, as [among]. *)

val is_in : int array -> int -> bool
(** Whether the mask has the core. *)

val first : int array -> int
(** The lowest core of a mask; -1 when it is empty. *)
