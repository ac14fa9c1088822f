(** The structure block of a blob: the tokens that make up the nodes.

    Whatever the bytes, reading costs time in proportion to them (times the logarithm of how many
    properties or children one node has), and takes space likewise.

    Source: Devicetree Specification 0.4, section 5.4. Nodes nest up to 64 deep; names have up to
    255 characters of printable ASCII, without spaces, and those of nodes without slashes. Whatever
    follows the end token is no part of the tree. *)

type block = { start : int; size : int }  (** in bytes, from the start of the blob *)

val root : Contents.t -> structure:block -> strings:block -> (Node.t, Error.t) result
(** The root with all below it. Both blocks lie within the contents, else [Invalid_argument] is
    raised. *)
