(** A file, directory, symbolic link or socket: one block.

    Offsets: mode 0 (2 bytes), uid 2, gid 6, links 10 (4 each), size 14, blocks 22 (8 each), times
    30, 42, 54 (seconds 8, nanoseconds 4 each), record level 66, flags 70 (4 each), data 128. *)

type kind = File | Directory | Symlink | Socket
type time = { seconds : int;  (** since 1970 *) nanoseconds : int }

type t = {
  kind : kind;
  permissions : int;  (** 12 bits: rwx thrice, sticky and set-id *)
  uid : int;
  gid : int;
  links : int;
  size : int;  (** bytes; of a directory, those of its hashed tree's blocks *)
  blocks : int;  (** the node's own, its records' as they are stored, and its pointer lists' *)
  created : time;
  modified : time;
  accessed : time;
  record_level : int;  (** 0 to 5: a record is 4 KiB to 128 KiB *)
  inline : bool;  (** the data is in the node, else pointers to it *)
}

val parse : Block.t -> (t, Error.t) result
val print : t -> Buffer.t -> unit
(** Into a block whose data is set otherwise. *)

val mode : t -> int
(** 16 bits: kind and permissions. *)

(** {1 Data in the node} *)

val data_at : int
(** 128. *)

val inline_bytes : int
(** 3968. Bytes of a larger size are zeros. *)

(** {1 Pointers}

    The data is 248 pointers: 128 to records, 64 to lists of 256 pointers to records, 32 to lists of
    lists, 16 and 8 of two and three heights more. *)

val nr_slots : int
val slot_offset : int -> int

val slots_of_height : int -> int
(** 128, 64, 32, 16, 8. *)

val height_of_slot : int -> int

val first_of_slot : int -> int
(** The first record that is under it. *)

val slot_of_record : int -> (int * int * int) option
(** The slot under which a record is, its height (0: it points to the record itself), and its first
    record. Nothing for those that no slot reaches. *)

val records_of_height : int -> int
(** 256 to that power. *)

val size_max : record_level:int -> int
val pointer : Block.t -> int -> (Pointer.t, Error.t) result
(** Of a slot. *)

(** {1 Directories}

    The first pointer of one that is not empty is no pointer but a marker with the hashed tree's
    depth; the second is its root: a {!Name_list} at depth 0, else a {!Hashed_tree}. *)

val hashed_tree : Block.t -> ((int * Pointer.t) option, Error.t) result
(** Depth and root. *)

val set_hashed_tree : Buffer.t -> (int * Pointer.t) option -> unit
