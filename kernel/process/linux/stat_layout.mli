(** What stat(2), statx(2) and statfs(2) write, as bytes. *)

open Fs

val stat : Node.stat -> bytes
(** [struct stat] of this architecture. *)

val statx : Node.stat -> bytes
val statfs : Node.figures -> bytes

val entry_type : Node.kind -> int
(** As getdents64(2) tells it. *)
