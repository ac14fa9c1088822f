(** A large device in memory: blocks that were never written are zeros and take no room. Counts. *)

open Redoxfs

type t

val create : blocks:int -> t
val device : t -> Device.t

type counts = { reads : int; writes : int;  (** blocks *) flushes : int }

val counts : t -> counts
(** Since the last {!reset}. *)

val reset : t -> unit
