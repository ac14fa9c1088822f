(** A mounted file system.

    Changes are made one after the other, in memory, and are seen at once; readers don't wait for
    them. They reach the device together, by {!sync}, or when there are many: all of them or none.
    After a power cut the file system is what it was at some {!sync}, at least the last one that
    returned.

    Nodes are named by their ids, 1 being the root directory. An id that is used across calls should
    be {!open_node}ed: then it stays the same node, also without a name. *)

type t = Mounted.t
type 'a result = ('a, Reason.t) Stdlib.result

(** {1 Mounting} *)

type options = {
  read_only : bool;  (** nothing is written at all *)
  base : int option;  (** the ring's block, where it is known; else it is looked for *)
  cache_blocks : int;  (** of 4096 bytes, in memory *)
  dirty_blocks : int;  (** changed data in memory, beyond which it is written *)
  keep : int;  (** how many generations before the newest can be mounted, where there is room *)
  discard : bool;  (** the device is told which blocks are not used any more *)
  unlock : Unlock.t;  (** how it is opened where it is encrypted *)
  now : unit -> Node.time;
}

val default : now:(unit -> Node.time) -> options
(** 4096 blocks of cache, 4096 of changes, 4 generations, no discards, {!Unlock.locked}. *)

val mount : options -> Device.t -> t result
(** The newest generation that can be read: its log is, and what was written last ({!Verify}). The
    cost is the ring's, the log's and that, not the file system's size. *)

type skipped = Newest.skipped = { generation : int; reason : Reason.t }

val skipped : t -> skipped list
(** Newer generations than the one that was mounted: damaged, so what they had is lost. *)

type encryption = { keys : Keys.t; slots : Key_slots.t }

val create :
  Device.t ->
  uuid:string ->
  ?base:int ->
  ?encryption:encryption ->
  now:Node.time ->
  unit ->
  unit result
(** A new file system, empty, from block [base] (0 without) to the device's end. Nothing of an older
    one is found any more. The uuid has 16 bytes. {!Passwords.first} makes the encryption. *)

val blocks_min : int
(** That {!create} needs: 320. *)

val unmount : t -> unit result
(** {!sync}s, with the allocation log as short as it can be. Nothing is used after. *)

(** {1 Encryption}

    {!Passwords} is made of these. *)

val keys : t -> Keys.t option
(** Where it is encrypted. A file system that should be and is not may be somebody else's. *)

val header : t -> Header.t
(** Of the last commit. *)

val set_key_slots : t -> Key_slots.t -> unit result
(** They are on the device when it returns: in a new generation, and in the headers of older ones
    ({!Ring.set_key_slots}). *)

(** {1 What there is} *)

type statistics = {
  uuid : string;
  generation : int;
  blocks : int;  (** with the ring *)
  free : int;  (** those that deleting needs, and those that are held, among them *)
  damage : int;  (** parts that could not be freed *)
}

val statistics : t -> statistics

val stat : t -> int -> Node.t result
val lookup : t -> directory:int -> string -> int result
val list : t -> int -> Names.cursor -> ((string * int) list * Names.cursor option) result
(** See {!Names.list}. *)

val read : t -> int -> offset:int -> File.slice -> int result
val read_link : t -> int -> string result

(** {1 Nodes in use} *)

val open_node : t -> int -> unit result
val close_node : t -> int -> unit result
(** With the last user a node goes that has no name; when that fails it is still open. *)

(** {1 Changes} *)

type owner = Operations.owner = { uid : int; gid : int }

val create_node :
  t -> directory:int -> string -> Node.kind -> permissions:int -> owner -> int result
(** See {!Operations.create}. *)

val symlink : t -> directory:int -> string -> target:string -> owner -> int result
val link : t -> int -> directory:int -> string -> unit result
val unlink : t -> directory:int -> string -> unit result
val remove_directory : t -> directory:int -> string -> unit result

type place = Operations.place = { directory : int; name : string }

val rename : t -> ?replace:bool -> place -> place -> unit result

val write : t -> int -> offset:int -> File.slice -> int result
(** How much was written: less than the slice has only when the rest met an error. *)

val truncate : t -> int -> size:int -> unit result
val set_permissions : t -> int -> int -> unit result
val set_owner : t -> int -> owner -> unit result

val set_times : t -> int -> ?accessed:Node.time -> ?modified:Node.time -> unit -> unit result

val set_record_level : t -> int -> int -> unit result
(** 0 to 5: records of 4 to 128 KiB, of a file whose data is still in its node. Small ones make
    random overwriting cheap. *)

val sync : t -> unit result
(** All changes that were made before are on the device when it returns. Those who call it at the
    same time share the work. *)

(** {1 Snapshots}

    What the file system was at a commit, as a whole; blocks that did not change since are not
    stored twice. The format does not know of them: another system that writes to it keeps them, but
    may take from them what it removes itself. That is found when it is mounted here again, and
    costs the snapshots, never the live file system ({!Foreign}). *)

type snapshot = Snapshot_operations.snapshot = {
  name : string;
  time : Node.time;
  generation : int;
  damaged : bool;
}

val snapshots : t -> snapshot list result
(** Oldest first. *)

val create_snapshot : t -> string -> unit result
(** Of all changes until now, which are on the device when it returns. [Exists], [Bad_name] of more
    than 160 bytes and of what is no {!Name}, [Too_many] when there are 150. *)

val delete_snapshot : t -> string -> unit result
(** What nobody else needs is free. The cost is what died between it and the next one, in as many
    commits as that needs; others can write between them. When that ends early the snapshot is gone
    at once, and the rest is done before the next of these calls. [In_use] while it is open. *)

val roll_back : t -> ?newer:bool -> string -> unit result
(** The file system is what it was in the snapshot, in one commit; the snapshot stays.
    [Newer_snapshots] when there are some, unless [newer]: then they are gone. [In_use] while any
    node is open, or a newer snapshot. The cost is what the snapshot has, but for its data. *)

val open_snapshot : t -> string -> t result
(** To be read; its nodes' ids are those of then. *)

val close_snapshot : t -> string -> unit
(** Once for each time that it was opened; it is not used after. *)
