(** What can be done to a file system, each as a function from its state to the next: when one
    fails, nothing has changed. *)

type context = {
  store : Store.t;
  now : Node.time;
  is_open : int -> bool;  (** somebody uses this node: it stays when its last name goes *)
}

type 'a change = (State.t * 'a, Reason.t) result

val root : int
(** 1, the root directory's node. *)

val lookup : Store.t -> State.t -> directory:int -> string -> (int, Reason.t) result
(** [No_entry] when there is no such name. *)

type owner = { uid : int; gid : int }

val create :
  context -> State.t -> directory:int -> string -> Node.kind -> permissions:int -> owner ->
    int change
(** A new node, which has this name. *)

val link : context -> State.t -> int -> directory:int -> string -> unit change
(** One more name of a node that is no directory. *)

val unlink : context -> State.t -> directory:int -> string -> unit change
(** The name of a node that is no directory goes, and with the last one the node. *)

val remove_directory : context -> State.t -> directory:int -> string -> unit change

type place = { directory : int; name : string }

val rename : context -> State.t -> replace:bool -> place -> place -> unit change
(** [rename context state ~replace from into]. What had the new name loses it, when it may be
    replaced: a directory by a directory if it is empty, others by others. *)

val write : context -> State.t -> int -> offset:int -> File.slice -> unit change
val truncate : context -> State.t -> int -> size:int -> unit change

val set : State.t -> Store.t -> int -> (Node.t -> Node.t) -> unit change
(** Permissions, owner, times. *)

val set_record_level : State.t -> Store.t -> int -> int -> unit change
(** See {!File}. *)

val forget : Store.t -> State.t -> int -> unit change
(** Nobody uses the node any more: it goes if it has no name. *)
