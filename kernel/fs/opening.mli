(** open(2): from a path to an open file. *)

type flags = {
  read : bool;
  write : bool;
  create : bool;
  exclusive : bool;
  truncate : bool;
  directory : bool;
  no_follow : bool;
  unnamed : bool;  (** what is created loses its name at once: nobody is told of it *)
  no_access_time : bool;  (** for owners alone; it has no other effect *)
}

val flags : flags
(** To read; all else false. *)

type located = {
  place : Mounts.place;
  kind : Node.kind;
  open_ : unit -> (Node.file, Errno.t) result;  (** once *)
}

val locate :
  Walk.t -> ?start:Mounts.place -> string -> flags -> mode:int -> (located, Errno.t) result
(** All but the opening itself: the path, permissions, and creating the file with [mode]; so that
    who knows of fifos and terminals opens these. What was just created is open as asked, whatever
    its mode allows. *)

val open_ :
  Walk.t ->
  ?start:Mounts.place ->
  string ->
  flags ->
  mode:int ->
  (Mounts.place * Node.file, Errno.t) result
(** {!locate}, and open. *)

val open_path : Walk.t -> ?start:Mounts.place -> string -> flags -> (Mounts.place, Errno.t) result
(** O_PATH: only [directory] and [no_follow] mean something. *)
