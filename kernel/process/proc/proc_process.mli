(** The directory of a process in /proc, by its number, and those of its threads below [task]. *)

open Fs

val directory : Process.t -> parent:(unit -> Node.t) -> Node.t

val number : Process.t -> int
(** The directory's inode. *)
