(** A file's records and pointer lists. *)

val check : Image.t -> Image.bytes -> node:int -> size:int -> record_level:int -> int
(** From its node: how many blocks records and lists take. Reports what cannot be read, lists
    without a pointer, and records behind the size. *)
