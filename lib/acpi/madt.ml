type presence = Enabled | Online_capable | Absent

type gicc = {
  cpu_interface : int;
  uid : int;
  presence : presence;
  parking_version : int;
  parked_address : int;
  performance_interrupt : int;
  performance_trigger : Interrupt_mode.trigger;
  base : int;
  gicv : int;
  gich : int;
  maintenance_interrupt : int;
  maintenance_trigger : Interrupt_mode.trigger;
  redistributor : int;
  mpidr : int;
  efficiency_class : int;
}

type msi_frame = { id : int; base : int; spis : (int * int) option }

type rintc = {
  presence : presence;
  hart : int;
  uid : int;
  external_interrupt : int;
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
  hardware_id : string;
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
  | Local_apic_address of int
  | Local_x2apic of { uid : int; apic_id : int; presence : presence }
  | Local_x2apic_nmi of { uid : int; lint : int; mode : Interrupt_mode.t }
  | Gicc of gicc
  | Gicd of { id : int; base : int; version : int }
  | Gic_msi_frame of msi_frame
  | Gicr of { base : int; length : int }
  | Gic_its of { id : int; base : int }
  | Multiprocessor_wakeup of { mailbox : int }
  | Rintc of rintc
  | Imsic of imsic
  | Aplic of aplic
  | Plic of plic
  | Other of { kind : int; offset : int; length : int }

type t = { local_apic_address : int; has_8259s : bool; structures : structure list }

let ( let* ) = Result.bind
let u8 = Part.u8
let u16 = Part.u16
let u32 = Part.u32

(* Bit 0: enabled. [capable] is the bit that says it may become so. *)
let presence_of flags ~capable =
  if Part.bit flags 0 then Enabled else if Part.bit flags capable then Online_capable else Absent

(* ---- x86 ---- *)

let local_apic s =
  Ok (Local_apic { uid = u8 s 2; apic_id = u8 s 3; presence = presence_of (u32 s 4) ~capable:1 })

let io_apic s = Ok (Io_apic { id = u8 s 2; address = u32 s 4; gsi_base = u32 s 8 })
let mode = Interrupt_mode.of_inti_flags

let interrupt_override s =
  Ok (Interrupt_override { bus = u8 s 2; source = u8 s 3; gsi = u32 s 4; mode = mode (u16 s 8) })

let nmi_source s = Ok (Nmi_source { mode = mode (u16 s 2); gsi = u32 s 4 })
let local_apic_nmi s = Ok (Local_apic_nmi { uid = u8 s 2; mode = mode (u16 s 3); lint = u8 s 5 })

let local_apic_address s =
  let* address = Part.u64 s ~field:"Local APIC Address" 4 in
  Ok (Local_apic_address address)

let local_x2apic s =
  let presence = presence_of (u32 s 8) ~capable:1 in
  Ok (Local_x2apic { apic_id = u32 s 4; presence; uid = u32 s 12 })

let local_x2apic_nmi s =
  Ok (Local_x2apic_nmi { mode = mode (u16 s 2); uid = u32 s 4; lint = u8 s 8 })

let multiprocessor_wakeup s =
  let* mailbox = Part.u64 s ~field:"MailBoxAddress" 8 in
  Ok (Multiprocessor_wakeup { mailbox })

(* ---- Arm ---- *)

let gicc s =
  let* parked_address = Part.u64 s ~field:"Parked Address" 24 in
  let* base = Part.u64 s ~field:"Physical Base Address" 32 in
  let* gicv = Part.u64 s ~field:"GICV" 40 in
  let* gich = Part.u64 s ~field:"GICH" 48 in
  let* redistributor = Part.u64 s ~field:"GICR Base Address" 60 in
  let* mpidr = Part.u64 s ~field:"MPIDR" 68 in
  let flags = u32 s 12 in
  let trigger n : Interrupt_mode.trigger = if Part.bit flags n then Edge else Level in
  Ok
    (Gicc
       {
         cpu_interface = u32 s 4;
         uid = u32 s 8;
         presence = presence_of flags ~capable:3;
         parking_version = u32 s 16;
         parked_address;
         performance_interrupt = u32 s 20;
         performance_trigger = trigger 1;
         base;
         gicv;
         gich;
         maintenance_interrupt = u32 s 56;
         maintenance_trigger = trigger 2;
         redistributor;
         mpidr;
         efficiency_class = u8 s 76;
       })

let gicd s =
  let* base = Part.u64 s ~field:"Physical Base Address" 8 in
  Ok (Gicd { id = u32 s 4; base; version = u8 s 20 })

let gic_msi_frame s =
  let* base = Part.u64 s ~field:"Physical Base Address" 8 in
  let spis = if Part.bit (u32 s 16) 0 then Some (u16 s 20, u16 s 22) else None in
  Ok (Gic_msi_frame { id = u32 s 4; base; spis })

let gicr s =
  let* base = Part.u64 s ~field:"Discovery Range Base Address" 4 in
  Ok (Gicr { base; length = u32 s 12 })

let gic_its s =
  let* base = Part.u64 s ~field:"Physical Base Address" 8 in
  Ok (Gic_its { id = u32 s 4; base })

(* ---- RISC-V ---- *)

let rintc s =
  let* hart = Part.u64 s ~field:"Hart ID" 8 in
  let* imsic_base =
    if Part.has s ~at:24 ~size:8 then Part.u64 s ~field:"IMSIC Base address" 24 else Ok 0
  in
  Ok
    (Rintc
       {
         presence = presence_of (u32 s 4) ~capable:1;
         hart;
         uid = u32 s 16;
         external_interrupt = Part.or_zero u32 s ~size:4 20;
         imsic_base;
         imsic_size = Part.or_zero u32 s ~size:4 32;
       })

let imsic s =
  Ok
    (Imsic
       {
         nr_identities = u16 s 8;
         nr_guest_identities = u16 s 10;
         guest_index_bits = u8 s 12;
         hart_index_bits = u8 s 13;
         group_index_bits = u8 s 14;
         group_index_shift = u8 s 15;
       })

let hardware_id (s : Part.t) ~at = String.sub s.bytes (s.offset + at) 8

let aplic s =
  let* base = Part.u64 s ~field:"APLIC Address" 24 in
  Ok
    (Aplic
       {
         id = u8 s 3;
         hardware_id = hardware_id s ~at:8;
         nr_idcs = u16 s 16;
         nr_sources = u16 s 18;
         gsi_base = u32 s 20;
         base;
         size = u32 s 32;
       })

let plic s =
  let* base = Part.u64 s ~field:"PLIC Address" 24 in
  Ok
    (Plic
       {
         id = u8 s 3;
         hardware_id = hardware_id s ~at:4;
         nr_sources = u16 s 12;
         priority_max = u16 s 14;
         base;
         size = u32 s 20;
         gsi_base = u32 s 32;
       })

(* Each kind with the length that its fields need, and what reads it. *)
let reader_of = function
  | 0 -> Some (8, local_apic)
  | 1 -> Some (12, io_apic)
  | 2 -> Some (10, interrupt_override)
  | 3 -> Some (8, nmi_source)
  | 4 -> Some (6, local_apic_nmi)
  | 5 -> Some (12, local_apic_address)
  | 9 -> Some (16, local_x2apic)
  | 0xa -> Some (12, local_x2apic_nmi)
  | 0xb -> Some (76, gicc)
  | 0xc -> Some (24, gicd)
  | 0xd -> Some (24, gic_msi_frame)
  | 0xe -> Some (16, gicr)
  | 0xf -> Some (20, gic_its)
  | 0x10 -> Some (16, multiprocessor_wakeup)
  | 0x18 -> Some (20, rintc)
  | 0x19 -> Some (16, imsic)
  | 0x1a -> Some (36, aplic)
  | 0x1b -> Some (36, plic)
  | _ -> None

let structure =
  Part.read_structure reader_of ~other:(fun ~kind ~offset ~length -> Other { kind; offset; length })

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "APIC" in
  let* () = Part.require part 44 in
  let* found = Part.structures Kind8_length8 part ~offset:44 in
  let* structures = Part.map structure found in
  let address = function Local_apic_address address -> Some address | _ -> None in
  let local_apic_address =
    Option.value (List.find_map address structures) ~default:(u32 part 36)
  in
  Ok { local_apic_address; has_8259s = Part.bit (u32 part 40) 0; structures }

let pp_presence ppf presence =
  let name =
    match presence with
    | Enabled -> "enabled"
    | Online_capable -> "may come online"
    | Absent -> "absent"
  in
  Format.pp_print_string ppf name

let pp_structure ppf = function
  | Local_apic { uid; apic_id; presence } ->
      Format.fprintf ppf "local APIC %d, processor %d, %a" apic_id uid pp_presence presence
  | Io_apic { id; address; gsi_base } ->
      Format.fprintf ppf "I/O APIC %d at 0x%x from GSI %d" id address gsi_base
  | Interrupt_override { bus; source; gsi; mode } ->
      Format.fprintf ppf "bus %d IRQ %d is GSI %d, %a" bus source gsi Interrupt_mode.pp mode
  | Nmi_source { gsi; mode } ->
      Format.fprintf ppf "GSI %d is an NMI, %a" gsi Interrupt_mode.pp mode
  | Local_apic_nmi { uid; lint; mode } | Local_x2apic_nmi { uid; lint; mode } ->
      Format.fprintf ppf "LINT%d of processor %d is the NMI, %a" lint uid Interrupt_mode.pp mode
  | Local_apic_address address -> Format.fprintf ppf "local APICs at 0x%x" address
  | Local_x2apic { uid; apic_id; presence } ->
      Format.fprintf ppf "local x2APIC %d, processor %d, %a" apic_id uid pp_presence presence
  | Gicc { cpu_interface; uid; mpidr; base; redistributor; presence; _ } ->
      Format.fprintf ppf "GICC %d, processor %d, MPIDR 0x%x, at 0x%x, GICR 0x%x, %a" cpu_interface
        uid mpidr base redistributor pp_presence presence
  | Gicd { id; base; version } -> Format.fprintf ppf "GICD %d v%d at 0x%x" id version base
  | Gic_msi_frame { id; base; spis } ->
      Format.fprintf ppf "GIC MSI frame %d at 0x%x" id base;
      Option.iter (fun (nr, first) -> Format.fprintf ppf ", %d SPIs from %d" nr first) spis
  | Gicr { base; length } -> Format.fprintf ppf "GICRs at 0x%x, 0x%x bytes" base length
  | Gic_its { id; base } -> Format.fprintf ppf "ITS %d at 0x%x" id base
  | Multiprocessor_wakeup { mailbox } -> Format.fprintf ppf "wake-up mailbox at 0x%x" mailbox
  | Rintc { hart; uid; imsic_base; presence; _ } ->
      Format.fprintf ppf "hart %d, processor %d, IMSIC 0x%x, %a" hart uid imsic_base pp_presence
        presence
  | Imsic { nr_identities; _ } -> Format.fprintf ppf "IMSICs with %d identities" nr_identities
  | Aplic { id; base; nr_sources; gsi_base; _ } ->
      Format.fprintf ppf "APLIC %d at 0x%x, %d sources from GSI %d" id base nr_sources gsi_base
  | Plic { id; base; nr_sources; gsi_base; _ } ->
      Format.fprintf ppf "PLIC %d at 0x%x, %d sources from GSI %d" id base nr_sources gsi_base
  | Other { kind; length; _ } -> Format.fprintf ppf "structure 0x%x, %d bytes" kind length

let pp ppf t =
  Format.fprintf ppf "@[<v>MADT, local APICs at 0x%x%s" t.local_apic_address
    (if t.has_8259s then ", with 8259s" else "");
  List.iter (Format.fprintf ppf "@,%a" pp_structure) t.structures;
  Format.fprintf ppf "@]"
