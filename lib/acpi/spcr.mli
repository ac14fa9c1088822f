(** The Serial Port Console Redirection table: where the firmware's console is.

    Source: Microsoft, Serial Port Console Redirection Table, revisions 1 to 4; the interface types
    are those of its Debug Port Table 2. *)

type interface =
  | Ns16550  (** with 16450 compatibility or not, and as the address structure says *)
  | Pl011
  | Sbsa_32_bit  (** Arm's generic UART that takes 32-bit accesses only *)
  | Sbsa
  | Dcc
  | Bcm2835
  | Sbi_console
  | Other of int

type t = {
  interface : interface;
  register : Generic_address.t option;  (** [None]: there is no console *)
  irq : int option;  (** of the 8259s *)
  gsi : int option;  (** of an I/O APIC, GIC, PLIC or APLIC *)
  baud : int option;  (** [None]: as it is set *)
  terminal : int;
  pci : (int * int * int * int) option;  (** segment, bus, device, function *)
  clock : int option;  (** the UART's, in Hz *)
  name : string;  (** of the device in the namespace; empty before revision 4 *)
}

val of_table : Table.t -> (t, Error.t) result
val pp : Format.formatter -> t -> unit
