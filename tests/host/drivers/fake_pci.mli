(** A tree of PCI buses, played: configuration spaces that behave as those of devices do, behind
    bridges that pass on what their bus numbers say. *)

type bar = { index : int; size : int; kind : Platform.Pci_function.bar_kind }

type t
(** A function. *)

val device : ?bars:bar list -> ?class_code:int -> unit -> t
val bridge : ?buses:int * int -> ?bars:bar list -> t list -> t
(** With these on its bus, as devices from 0 on. [buses]: the bus's number and the last below, as
    firmware left them. *)

val multifunction : t list -> t
(** One device of these functions: the first stands for it. *)

val config : t -> bytes
(** What its 4096 bytes hold, to be changed. *)

val address : t -> int -> int
(** What this base address register holds, as an address. *)

val forwards : t -> Platform.Pci_host.space -> (int * int) option
(** Of a bridge: the first and last address of this kind that it passes on ([Memory64]: what may be
    prefetched). [None]: nothing. *)

val host : ?last_bus:int -> ?windows:Platform.Pci_host.window list -> t list -> Platform.Pci_host.t
(** These on bus 0, reached through a window of memory. *)
