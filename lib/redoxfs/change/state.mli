(** All that a mounted file system knows beyond what is stored: the last commit, and what was
    changed since. Immutable; a reader takes one and sees nothing of later changes. *)

module Ids : Map.S with type key = int

type t = {
  header : Header.t;  (** of the last commit *)
  log : Log.t;
  nodes : Inode.t option Ids.t;  (** changed since; [None]: not there any more *)
  unnamed : unit Ids.t;  (** without a name, but open *)
  unnamed_changed : bool;
  space : Space.t;
  snapshots : Snapshots.t;
  promised : int;  (** blocks that the next commit may need beyond the places of records *)
  reserve : int;  (** blocks that stay free, so that there is room to remove things *)
  ripe : int;  (** what commits up to this generation freed may be taken when room is scarce *)
  pending : int;  (** blocks of changed records, which are in memory *)
  next_id : int;  (** no smaller id is free *)
  effects : (unit -> unit) list;
      (** what is to be done to bytes of changed records when this state becomes the current one,
          newest first: such bytes are written in place *)
}

val create : ?snapshots:Snapshots.t -> Header.t -> Log.t -> Extents.t -> t
val is_changed : t -> bool

val inode : Store.t -> t -> int -> (Inode.t, Reason.t) result
(** As it is now. *)

val set : t -> Inode.t -> t
(** It is so from now on. *)

val remove : t -> int -> t
(** There is no such node any more. *)

val promise : t -> int -> (t, Reason.t) result
(** The commit may need so many blocks more. [No_space] when they are not there. *)

val is_tight : t -> bool
(** A commit could lack room, even with the reserve; or, while there are snapshots, there would be
    too little to delete them with. *)

val has_snapshots : t -> bool

val take : t -> level:int -> (int * t, Reason.t) result
(** The place of a record. *)

val give_back : t -> index:int -> level:int -> t
(** A place that is not needed. *)

val later : t -> (unit -> unit) -> t
(** Adds an effect. *)

val settle : t -> t
(** Does the effects. *)

val free_id : Store.t -> t -> (int, Reason.t) result
(** Of no node, in the last commit or now. *)
