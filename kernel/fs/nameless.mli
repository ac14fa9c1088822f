(** Nodes of what no directory names: pipes, sockets, and what system calls make out of nothing.
    They keep what fstat(2) tells and fchmod(2) changes, and are in file systems of their own. *)

type family = Pipes | Sockets | Events  (** as Linux's pipefs, sockfs and anon_inodefs *)

val node : family -> Node.t
(** A new one. Opening it anew fails with [ENXIO]; its size cannot be changed ([EINVAL]). *)

val file : Node.t -> watch:Watch.t -> Node.file
(** Something open that has nothing to read or write ([EINVAL]), no position, and is never ready:
    what such files have in common, to be made into something by replacing what differs. *)
