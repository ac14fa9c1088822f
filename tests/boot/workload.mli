(** Work whose result is known: pure OCaml that leans on everything an interrupt could break (deep
    recursion on growing fiber stacks, effects, exceptions, floats, the garbage collector). The host
    runs the same code; results must be equal. *)

val run : seed:int -> rounds:int -> int
(** A checksum over all of the work; the same everywhere for the same arguments. *)

val digest : seed:int -> string
(** MD5 of bytes made by a generator: C code on bulk data. *)
