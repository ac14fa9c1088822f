(** The devices that are no hardware, by the numbers that Linux gave them (admin-guide/devices.txt
    of its documentation): null, zero, full, random, urandom; and a directory of such nodes. *)

type t = {
  name : string;
  number : int;  (** as {!number} packs it *)
  open_ : Node.t -> Node.flags -> (Node.file, Errno.t) result;
}

val number : major:int -> minor:int -> int
(** As stat(2) tells it. *)

val major : int -> int
val minor : int -> int

val all : t list

val noise : Transfer.t -> (int, Errno.t) result
(** As much as is asked for of what random and urandom give; less when a signal comes meanwhile. *)

val open_special :
  ?others:(Node.t -> Node.stat -> Node.flags -> (Node.file, Errno.t) result) ->
  Node.t ->
  Node.flags ->
  (Node.file, Errno.t) result
(** For {!Tmp.create}: opens the device that a node stands for. What is none of these is for
    [others] ([ENXIO] unless given). *)

val add : Node.t -> t list -> (unit, Errno.t) result
(** A node for each in a directory, for all to read and write. *)
