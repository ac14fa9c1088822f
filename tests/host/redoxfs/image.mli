(** Images that the tests make, looked at by {!Redoxfs_check}. *)

val clean : Redoxfs.Buffer.t -> unit
(** That the check finds nothing. *)
