(** A device that fails now and then. *)

open Redoxfs

type t

val create : Device.t -> Random.State.t -> one_in:int -> t
(** So many requests succeed for each that fails: a write that fails is done in part. *)

val device : t -> Device.t

val set : t -> bool -> unit
(** Whether it fails; it does at first. *)
