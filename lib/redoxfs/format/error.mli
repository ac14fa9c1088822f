(** What can be wrong with the bytes of a file system, and where.

    Whatever reads blocks returns one of these in place of a value; nothing raises. *)

type problem =
  | Wrong_hash of { stored : int64;
      computed : int64 }  (** the block is not the one that was written *)
  | Value of int  (** what stands there is never there *)
  | Too_large of int64  (** beyond 2{^62}, or beyond what the field may hold *)
  | Not of string  (** it should be this *)

type t = {
  block : int;  (** counted from the header ring, as addresses are *)
  field : string;  (** of the block, or the block itself: ["record level"], ["the name list"] *)
  problem : problem;
}

val pp : Format.formatter -> t -> unit
(** One line: [block 312: record level cannot be 9]. *)

val to_string : t -> string
val fail : block:int -> string -> problem -> ('a, t) result
val check : bool -> block:int -> string -> problem -> (unit, t) result
(** The error unless the condition holds. *)
