(** The Multiple APIC Description Table: the cores and the interrupt controllers.

    Source: ACPI 6.5, section 5.2.12; for RISC-V the structures 0x18 to 0x1b that ACPI 6.6 (section
    5.2.12.24 on) took over from its change requests. *)

(** Whether a core can be used: now, or after it was plugged in. *)
type presence = Enabled | Online_capable | Absent

type gicc = {
  cpu_interface : int;  (** its number, for GICv2's and the MSI frames' masks *)
  uid : int;  (** of the processor's object in the namespace *)
  presence : presence;
  parking_version : int;
  parked_address : int;
  performance_interrupt : int;
  performance_trigger : Interrupt_mode.trigger;
  base : int;  (** GICC; 0 where system registers serve *)
  gicv : int;
  gich : int;
  maintenance_interrupt : int;
  maintenance_trigger : Interrupt_mode.trigger;
  redistributor : int;  (** 0: see the [Gicr] entries *)
  mpidr : int;
  efficiency_class : int;
}

type msi_frame = {
  id : int;
  base : int;
  spis : (int * int) option;  (** count and first; [None]: as the frame's own register says *)
}

type rintc = {
  presence : presence;
  hart : int;
  uid : int;
  external_interrupt : int;  (** controller id in bits 24 to 31, its context or IDC below *)
  imsic_base : int;
  imsic_size : int;
}

type imsic = {
  nr_identities : int;
  nr_guest_identities : int;
  guest_index_bits : int;
  hart_index_bits : int;
  group_index_bits : int;
  group_index_shift : int;
}

type aplic = {
  id : int;
  hardware_id : string;  (** 8 bytes *)
  nr_idcs : int;
  nr_sources : int;
  gsi_base : int;
  base : int;
  size : int;
}

type plic = {
  id : int;
  hardware_id : string;
  nr_sources : int;
  priority_max : int;
  base : int;
  size : int;
  gsi_base : int;
}

type structure =
  | Local_apic of { uid : int; apic_id : int; presence : presence }
  | Io_apic of { id : int; address : int; gsi_base : int }
  | Interrupt_override of { bus : int; source : int; gsi : int; mode : Interrupt_mode.t }
  | Nmi_source of { gsi : int; mode : Interrupt_mode.t }
  | Local_apic_nmi of { uid : int; lint : int; mode : Interrupt_mode.t }
      (** [uid] 0xff: all processors *)
  | Local_apic_address of int
  | Local_x2apic of { uid : int; apic_id : int; presence : presence }
  | Local_x2apic_nmi of { uid : int; lint : int; mode : Interrupt_mode.t }
      (** [uid] 0xffffffff: all processors *)
  | Gicc of gicc
  | Gicd of { id : int; base : int; version : int  (** 0: not said *) }
  | Gic_msi_frame of msi_frame
  | Gicr of { base : int; length : int }
  | Gic_its of { id : int; base : int }
  | Multiprocessor_wakeup of { mailbox : int }
  | Rintc of rintc
  | Imsic of imsic
  | Aplic of aplic
  | Plic of plic
  | Other of { kind : int; offset : int; length : int }  (** not known here; skipped *)

type t = {
  local_apic_address : int;
      (** 64 bits where a [Local_apic_address] entry overrides the header's 32 *)
  has_8259s : bool;  (** PC-AT compatible: the old controllers must be masked *)
  structures : structure list;  (** in the table's order *)
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
