(** The directories fd and fdinfo of a process: a link, and a file, for each of its descriptors.

    A link leads to what is open, even when that has no name; opening it opens the same node anew.
    Only who may look into the process may read or follow it. *)

open Fs

val links :
  Proc_subject.t -> Proc_node.about -> number:(int -> int) -> parent:(unit -> Node.t) -> Node.t
(** [number] gives the inode of a descriptor's entry. *)

val about :
  Proc_subject.t -> Proc_node.about -> number:(int -> int) -> parent:(unit -> Node.t) -> Node.t
