(** The machine as ACPI describes it. *)

val find : root:int -> (Found.t, string) result
(** From the root pointer at this physical address. The error says why there are no tables. *)

val without_tables : unit -> Found.t
(** What can be found without any description: PCI through x86's configuration ports, and what PCs
    always have ({!Isa_devices}). *)
