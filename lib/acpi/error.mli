(** What can be wrong with a table, and where. *)

type problem =
  | Unreadable of { length : int }  (** no memory of that length is to be read there *)
  | Bad_signature of { found : string }
  | Bad_checksum
  | Bad_length of { found : int }  (** a length that no such thing has *)
  | Truncated of { wanted : int }  (** fewer than these bytes are left *)
  | Bad_value of { field : string; value : int64 }
  | Repeated of { first : int }  (** listed, or of a kind that was found, at this address before *)
  | Overlap of { other : string; at : int }  (** shares bytes with that table *)
  | Missing

type t = {
  table : string;  (** the signature, four characters; ["RSD PTR "] for the root pointer *)
  address : int;  (** the table's physical address *)
  offset : int;  (** from the table's first byte *)
  problem : problem;
}

val pp : Format.formatter -> t -> unit
(** One line: [APIC at 0x7fe1000, offset 0x2c: ...]. Unprintable characters come escaped. *)
