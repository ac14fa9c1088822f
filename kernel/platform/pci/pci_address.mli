(** Where a PCI function is. *)

type t = { segment : int; bus : int; device : int; function_ : int }

val pp : Format.formatter -> t -> unit
(** As [00:1f.2]; a segment other than 0 goes before: [0001:00:1f.2]. *)

val to_string : t -> string

val requester_id : t -> int
(** [bus lsl 8 lor device lsl 3 lor function]: what its messages carry. *)
