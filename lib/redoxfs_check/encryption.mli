(** Whether headers are encrypted as they should be. *)

type cipher = {
  decrypt : index:int -> Octets.t -> unit;
      (** in place, of whole blocks, the first of which has the index *)
  encrypt_hash : generation:int -> string -> string;  (** of 16 bytes *)
}

val is_right : Report.t -> cipher option -> Octets.t -> bool
(** Whether this header's encrypted hash is its hash, encrypted or not. *)

val key_slots : Report.t -> newest:Octets.t -> Octets.t list -> unit
(** Reports older headers of the same file system with other key slots: what opens them may be a
    password that is none any more. *)
