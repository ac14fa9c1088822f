(** How blocks are encrypted, all but the ring: in place, each block by its index. *)

type t = {
  encrypt : index:int -> Buffer.t -> unit;  (** whole blocks, the first of which has the index *)
  decrypt : index:int -> Buffer.t -> unit;
  encrypt_hash : generation:int -> string -> string;  (** 16 bytes, see {!Header.print} *)
}
