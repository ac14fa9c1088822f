(** The devices of a machine.

    Source: ACPI 6.5, sections 6.1 (identification) and 6.3.7 ([_STA]). *)

type status = {
  present : bool;
  enabled : bool;  (** decodes its resources *)
  shown : bool;
  functioning : bool;
}

type t = {
  path : Path.t;
  status : status;
  ids : string list;
      (** [_HID] first, then each of [_CID]; EISA ids as ["PNP0501"];
        empty for a device that its bus
          finds, which has [address] *)
  uid : string option;  (** numbers in decimal; of a processor object its id *)
  address : int option;  (** [_ADR]: for PCI the device times 0x10000 and the function *)
  is_processor : bool;  (** by a Processor definition; later firmware has ACPI0007 devices *)
}

val list : Machine.t -> t list * Query.error list
(** All devices and processors, parents before their children, siblings by name; with the errors
    met, each of which leaves its device out. Below a device that neither is present nor functions
    there is nothing. *)

val has_id : t -> string -> bool

val resources : Machine.t -> t -> (Resource.t list, Query.error) result
(** [_CRS]; none where there is no such name. *)

val pp : Format.formatter -> t -> unit
