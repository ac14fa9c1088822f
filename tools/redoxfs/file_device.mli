(** A file, or a block device of this machine, as a device. *)

open Redoxfs

val open_ : string -> read_only:bool -> (Device.t, string) result
(** What does not fill a block at its end is not used. *)

val create : string -> bytes:int -> (Device.t, string) result
(** A new file of zeros; an existing one is never taken. *)
