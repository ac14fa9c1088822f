(** `redoxfs password …`: what is done with the passwords of a mounted file system. *)

open Redoxfs

val usage : string

val list : Fs.t -> unit
(** The key slots in use, to standard output. *)

val add : Fs.t -> unit
(** Asks for another password. *)

val change : Fs.t -> unit
(** The one that opened it: asks what it shall be. *)

val remove : string option -> Fs.t -> unit
(** The one in this slot, or else the one that opened it. *)
