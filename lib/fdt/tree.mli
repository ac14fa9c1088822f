(** A device tree that can be asked: nodes by path, by phandle, by what they are compatible with;
    and the tables of its buses and interrupt nexuses, read once.

    A tree does not change: any core may ask it, at any time. A search by path or phandle takes
    logarithmic time; one by what nodes are compatible with looks at all of them. *)

type t

val of_contents : Contents.t -> (t, Error.t) result
(** Errors are those of {!Blob.read}, and about phandles: [Duplicate], [Bad_size], and [Bad_value]
    for 0 and [0xffffffff]. A bus or nexus with a bad table is an error only for who asks for it. *)

val blob : t -> Blob.t
val root : t -> Node.t

val nodes : t -> Node.t list
(** All of them, in the blob's order: a node before those below it. *)

val find : t -> string -> Node.t option
(** The node with a path such as ["/soc/serial@10000000"], whose first part may be a name of
    [/aliases] instead: ["serial0"]. Unit addresses may be left out as {!Node.child} has it. *)

val required : t -> string -> offset:int -> (Node.t, Error.t) result
(** Likewise; [No_node] when there is none, at the offset of who names it. *)

val phandle : t -> int -> Node.t option

val reference : t -> Cells.t -> (Node.t, Error.t) result
(** The node whose phandle is the first cell; [No_phandle] when there is none. *)

val compatible : t -> string list -> Node.t list
(** The nodes that are compatible with one of these, in the blob's order, enabled or not. *)

val ranges : t -> Node.t -> (Ranges.t, Error.t) result option
(** The bus's [ranges]; [None] when it has none. *)

val dma_ranges : t -> Node.t -> (Ranges.t, Error.t) result option
val nexus : t -> Node.t -> (Nexus.t, Error.t) result option
