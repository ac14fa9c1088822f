(** The sixteen colours: eight, and the same brighter. *)

val color : int -> int
(** [0xRRGGBB]. *)
