(** Damage that hashes don't show: a field of some structure is changed, and all hashes from there
    up to the header are made anew. *)

open Redoxfs

val random : Random.State.t -> Buffer.t -> string
(** Changes the image, on a random way down from its newest header; says what. *)
