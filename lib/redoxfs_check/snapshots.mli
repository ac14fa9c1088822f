(** Snapshots: what the header's padding leads to, where it is ours. *)

val check : Image.t -> Image.bytes -> unit
(** After the live file system: of the newest header. *)
