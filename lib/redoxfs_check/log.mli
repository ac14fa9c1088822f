(** The allocation log and the list of released nodes. *)

val allocations : Image.t -> Image.pointer -> unit
(** Replays it: what is free is known then. *)

val releases : Image.t -> Image.pointer -> int list
