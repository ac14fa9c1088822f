(** Damage that hashes don't show: a field of some structure is changed, and all hashes from there
    up to the header are made anew. *)

open Redoxfs

val at : Buffer.t -> int list -> (Buffer.t -> unit) -> unit
(** [at image offsets change] changes the block to which the pointers at these offsets lead, the
    first in the newest header. *)

val newest : Buffer.t -> int
(** The block of its newest header. *)

val random : Random.State.t -> Buffer.t -> string
(** Changes the image, on a random way down from its newest header; says what. *)
