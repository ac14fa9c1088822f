(** The allocation log and the list of released nodes. *)

val allocations : Image.t -> Image.pointer -> unit
(** Replays it: what is free is known then. *)

val runs : Image.t -> what:string -> Image.pointer -> (int * int * int) list
(** A list of runs, in the same form: the block that names it, index, count. *)

val releases : Image.t -> Image.pointer -> int list
