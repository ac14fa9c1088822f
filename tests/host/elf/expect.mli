(** What the tests of executables expect, in words when it is not so. *)

val equal : string -> ('a -> string) -> 'a -> 'a -> unit
(** That the first, which is called so, is the second. *)

val int : string -> int -> int -> unit
val text : string -> string -> string -> unit

val ok : ('a, Elf.Error.t) result -> 'a
(** What must not be an error. *)

val fails : offset:int -> Elf.Error.problem -> Elf.Error.errno -> ('a, Elf.Error.t) result -> unit
(** That it is this error, with this errno. *)
