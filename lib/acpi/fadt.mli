(** The Fixed ACPI Description Table: the fixed registers, and how to switch the machine off.

    Source: ACPI 6.5, section 5.2.9. Each register block is the extended form's where the table has
    one that is not zero, else the 32-bit field's, in port space. *)

type block = { register : Generic_address.t; length : int  (** bytes *) }

type profile =
  | Unspecified
  | Desktop
  | Mobile
  | Workstation
  | Enterprise_server
  | Soho_server
  | Appliance_pc
  | Performance_server
  | Tablet
  | Other_profile of int

(** What a PC has; only meaningful on x86. *)
type pc_boot = {
  legacy_devices : bool;
  i8042 : bool;
  no_vga : bool;
  no_msi : bool;
  no_aspm : bool;
  no_cmos_clock : bool;
}

(** How an Arm machine's firmware is called. *)
type arm_boot = { psci : bool; psci_by_hvc : bool }

type t = {
  revision : int;
  minor_revision : int;
  facs : int option;  (** addresses *)
  dsdt : int option;
  profile : profile;
  sci_interrupt : int;
  smi_command : int option;  (** a port, with the two values that switch ACPI on and off *)
  acpi_enable : int;
  acpi_disable : int;
  pm1a_event : block option;
  pm1b_event : block option;
  pm1a_control : block option;
  pm1b_control : block option;
  pm2_control : block option;
  pm_timer : block option;
  gpe0 : block option;
  gpe1 : block option;
  gpe1_base : int;
  day_alarm : int;  (** index in the CMOS clock; 0: none *)
  month_alarm : int;
  century : int;
  pc_boot : pc_boot;
  arm_boot : arm_boot;
  flags : int;  (** as they stand there; those below are of them *)
  wbinvd : bool;
  timer_is_32_bits : bool;
  hardware_reduced : bool;  (** there are no fixed registers but reset and sleep *)
  reset : (Generic_address.t * int) option;  (** the register and the value that resets *)
  sleep_control : Generic_address.t option;
  sleep_status : Generic_address.t option;
  hypervisor_vendor : string;  (** up to 8 characters *)
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
