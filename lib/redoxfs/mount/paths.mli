(** From nodes to names: the other way than everything is stored. *)

val find : Fs.t -> int list -> (int, string) Hashtbl.t
(** A path of each of these nodes, where one is found. Reads all directories. *)
