(** Images that the tests make, looked at by {!Redoxfs_check}. *)

val clean : ?cipher:Redoxfs_check.cipher option -> Redoxfs.Buffer.t -> unit
(** That the check finds nothing. The cipher is {!Files.cipher} without. *)
