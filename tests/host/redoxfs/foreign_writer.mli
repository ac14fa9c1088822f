(** Somebody who does not know of snapshots, as Redox: copies what is in a header's padding, and
    frees what the live file system needs no more, whoever else does. *)

open Redoxfs

val device : Device.t -> Device.t
(** A file system that is mounted on it sees no snapshots. Its ring is at block 0. *)

val options : Fs.options
(** What is free is taken at once. *)

val write : ?options:Fs.options -> Buffer.t -> (Fs.t -> unit) -> unit
(** What the body does, by such a one. *)

val is_damaged : Fs.t -> string -> bool
(** Whether the snapshot of this name is marked so. *)
