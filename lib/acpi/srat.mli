(** The System Resource Affinity Table: which processor, memory and device is in which proximity
    domain (NUMA node).

    Source: ACPI 6.5, section 5.2.16; the RINTC's entry is ACPI 6.6's. *)

type processor =
  | Local_apic of { apic_id : int; sapic_eid : int }
  | Local_x2apic of { apic_id : int }
  | Gicc of { uid : int }
  | Rintc of { uid : int }

type initiator = Namespace of { hid : string; uid : int } | Pci of { segment : int; bdf : int }

type affinity =
  | Processor of { domain : int; processor : processor; enabled : bool; clock_domain : int }
  | Memory of {
      domain : int;
      base : int;
      length : int;
      enabled : bool;
      hot_pluggable : bool;
      non_volatile : bool;
    }
  | Its of { domain : int; id : int }
  | Generic_initiator of { domain : int; initiator : initiator; enabled : bool }
  | Generic_port of { domain : int; initiator : initiator; enabled : bool }
  | Other of { kind : int; offset : int; length : int }

type t = affinity list  (** in the table's order *)

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
