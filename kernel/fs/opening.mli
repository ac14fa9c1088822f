(** open(2): from a path to an open file. *)

type flags = {
  read : bool;
  write : bool;
  create : bool;
  exclusive : bool;
  truncate : bool;
  directory : bool;
  no_follow : bool;
  no_access_time : bool;  (** for owners alone; it has no other effect *)
}

val flags : flags
(** To read; all else false. *)

val open_ :
  Walk.t ->
  ?start:Mounts.place ->
  string ->
  flags ->
  mode:int ->
  (Mounts.place * Node.file, Errno.t) result
(** [mode] is a new file's. What was just created is open as asked, whatever its mode allows. *)

val open_path : Walk.t -> ?start:Mounts.place -> string -> flags -> (Mounts.place, Errno.t) result
(** O_PATH: only [directory] and [no_follow] mean something. *)

val open_node : Walk.t -> Mounts.place -> flags -> (Node.file, Errno.t) result
(** What is there, as when a path had led to it and was not to be created. *)
