(** A node with what is changed of it since the last commit. Immutable, but for the bytes of records
    that are changed: those are written in place until they are committed. *)

module Records : Map.S with type key = int
(** By number. *)

module Names : Map.S with type key = int * string
(** By {!Name.compare_hashed}. *)

type changed = {
  data : Buffer.t;  (** whole blocks, a power of two of them; what the record has beyond is zeros *)
  place : int;  (** taken from free space: as many blocks, so that a commit will find room *)
}

type content =
  | Inline of string  (** what is in the node, without zeros at its end *)
  | Data of {
      stored : Block.t option;  (** the node as committed, for its pointers *)
      kept : int;  (** records from this one on are not used any more, whatever the pointers say *)
      changed : changed Records.t;
    }
  | Directory of {
      stored : Directory.tree option;
      changed : int option Names.t;  (** names that came to be, or to be another's, or
        ([None]) went *)
    }

type t = { id : int; node : Node.t; content : content }

val read : Store.t -> Pointer.t -> int -> (t, Reason.t) result
(** As the node's pointer says. *)

val content_of : Block.t -> Node.t -> (content, Reason.t) result
(** Of a node whose block it is. *)

val create : id:int -> Node.kind -> permissions:int -> uid:int -> gid:int -> now:Node.time -> t
(** Empty, without links. *)

val record_bytes : t -> int

val records : t -> int
(** How many the size has. *)
