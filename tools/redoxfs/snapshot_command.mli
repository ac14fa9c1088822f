(** `redoxfs snapshot …`: what is done with the snapshots of a mounted file system. *)

open Redoxfs

val usage : string

val list : Fs.t -> unit
(** Oldest first, a line each: time, commit, name, and whether it is damaged. *)

val roll_back : Fs.t -> newer:bool -> string -> unit
(** Not to a damaged one. *)

val detach : Fs.t -> string -> string -> unit
(** [detach fs name path]: a copy becomes the folder at the path, which is new. *)

val viewed : Fs.t -> string -> (Fs.t -> unit) -> unit
(** The snapshot of this name, to be read. *)
