(** What the tests of the file system expect, in words when it is not so. *)

open Redoxfs

val fail : ('a, unit, string, 'b) format4 -> 'a
(** The test fails with this text. *)

val ok : ('a, Error.t) result -> 'a

val fails : block:int -> field:string -> Error.problem -> ('a, Error.t) result -> unit
(** That it is this error. *)

val block : (int * string) list -> Block.t
(** Block 300, with runs as {!Hex.block} takes them. *)

val bytes : string -> Buffer.t -> (int * string) list -> unit
(** That the buffer, which is called so, is just this block. *)

val equal : string -> ('a -> string) -> 'a -> 'a -> unit
(** That the first, which is called so, is the second. *)

val int : string -> int -> int -> unit
val text : string -> string -> string -> unit
