(** What the tests of device trees expect, in words when it is not so. *)

val tree : string -> Fdt.Tree.t
(** The tree of a blob that must be good. *)

val node : Fdt.Tree.t -> string -> Fdt.Node.t
(** The node with a path that must exist. *)

val ok : ('a, Fdt.Error.t) result -> 'a

val fails : offset:int -> Fdt.Error.problem -> ('a, Fdt.Error.t) result -> unit
(** That it is this error. *)

val equal : string -> ('a -> string) -> 'a -> 'a -> unit
(** That the first, which is called so, is the second. *)

val int : string -> int -> int -> unit
val text : string -> string -> string -> unit
val regions : string -> Fdt.Region.t list -> (int * int) list -> unit
