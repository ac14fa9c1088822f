(** What the firmware chose: the node [/chosen].

    Source: Devicetree Specification 0.4, section 3.6; bindings chosen.txt. All is [None] where the
    tree does not say. *)

val command_line : Tree.t -> (string option, Error.t) result
(** [bootargs] *)

type console = {
  node : Node.t;
  options : string;  (** such as ["115200n8"]; [""] when there are none *)
}

val console : Tree.t -> (console option, Error.t) result
(** [stdout-path]; [No_node] when it leads nowhere. *)

val initrd : Tree.t -> (Region.t option, Error.t) result
(** [linux,initrd-start] and [linux,initrd-end]. *)

val seed : Tree.t -> string option
(** [rng-seed]: random bytes for the system's generator. *)
