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

type t = affinity list

let ( let* ) = Result.bind
let u8 = Part.u8
let u16 = Part.u16
let u32 = Part.u32

let processor ~domain ~flags ~clock_domain processor =
  Ok (Processor { domain; processor; enabled = Part.bit flags 0; clock_domain })

let local_apic s =
  let domain = u8 s 2 lor (u8 s 9 lsl 8) lor (u16 s 10 lsl 16) in
  processor ~domain ~flags:(u32 s 4) ~clock_domain:(u32 s 12)
    (Local_apic { apic_id = u8 s 3; sapic_eid = u8 s 8 })

let local_x2apic s =
  processor ~domain:(u32 s 4) ~flags:(u32 s 12) ~clock_domain:(u32 s 16)
    (Local_x2apic { apic_id = u32 s 8 })

let gicc s =
  processor ~domain:(u32 s 2) ~flags:(u32 s 10) ~clock_domain:(u32 s 14) (Gicc { uid = u32 s 6 })

let rintc s =
  processor ~domain:(u32 s 4) ~flags:(u32 s 12) ~clock_domain:(u32 s 16) (Rintc { uid = u32 s 8 })

let memory s =
  let* base = Part.u64 s ~field:"Base Address" 8 in
  let* length = Part.u64 s ~field:"Length" 16 in
  let flag = Part.bit (u32 s 28) in
  Ok
    (Memory
       {
         domain = u32 s 2;
         base;
         length;
         enabled = flag 0;
         hot_pluggable = flag 1;
         non_volatile = flag 2;
       })

let its s = Ok (Its { domain = u32 s 2; id = u32 s 8 })

let initiator s =
  match u8 s 3 with
  | 0 -> Ok (Namespace { hid = Part.text s ~at:8 ~length:8; uid = u32 s 16 })
  | 1 -> Ok (Pci { segment = u16 s 8; bdf = u16 s 10 })
  | n -> Part.fail s ~at:3 (Bad_value { field = "Device Handle Type"; value = Int64.of_int n })

let generic make s =
  let* initiator = initiator s in
  Ok (make (u32 s 4) initiator (Part.bit (u32 s 24) 0))

let generic_initiator =
  generic (fun domain initiator enabled -> Generic_initiator { domain; initiator; enabled })

let generic_port =
  generic (fun domain initiator enabled -> Generic_port { domain; initiator; enabled })

let reader_of = function
  | 0 -> Some (16, local_apic)
  | 1 -> Some (40, memory)
  | 2 -> Some (24, local_x2apic)
  | 3 -> Some (18, gicc)
  | 4 -> Some (12, its)
  | 5 -> Some (32, generic_initiator)
  | 6 -> Some (32, generic_port)
  | 7 -> Some (20, rintc)
  | _ -> None

let affinity =
  Part.read_structure reader_of ~other:(fun ~kind ~offset ~length -> Other { kind; offset; length })

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "SRAT" in
  let* () = Part.require part 48 in
  let* found = Part.structures Kind8_length8 part ~offset:48 in
  Part.map affinity found

let pp_processor ppf = function
  | Local_apic { apic_id; _ } -> Format.fprintf ppf "local APIC %d" apic_id
  | Local_x2apic { apic_id } -> Format.fprintf ppf "local x2APIC %d" apic_id
  | Gicc { uid } -> Format.fprintf ppf "GICC of processor %d" uid
  | Rintc { uid } -> Format.fprintf ppf "hart of processor %d" uid

let pp_initiator ppf = function
  | Namespace { hid; uid } -> Format.fprintf ppf "%s:%d" (String.escaped hid) uid
  | Pci { segment; bdf } ->
      Format.fprintf ppf "%04x:%02x:%02x.%x" segment (bdf land 0xff) (bdf lsr 11)
        ((bdf lsr 8) land 7)

let pp_enabled ppf enabled = if not enabled then Format.pp_print_string ppf ", disabled"

let pp_affinity ppf = function
  | Processor { domain; processor; enabled; _ } ->
      Format.fprintf ppf "domain %d: %a%a" domain pp_processor processor pp_enabled enabled
  | Memory { domain; base; length; enabled; _ } ->
      Format.fprintf ppf "domain %d: memory 0x%x, 0x%x bytes%a" domain base length pp_enabled
        enabled
  | Its { domain; id } -> Format.fprintf ppf "domain %d: ITS %d" domain id
  | Generic_initiator { domain; initiator; enabled }
  | Generic_port { domain; initiator; enabled } ->
      Format.fprintf ppf "domain %d: %a%a" domain pp_initiator initiator pp_enabled enabled
  | Other { kind; length; _ } -> Format.fprintf ppf "structure 0x%x, %d bytes" kind length

let pp ppf t =
  Format.fprintf ppf "@[<v>SRAT";
  List.iter (Format.fprintf ppf "@,%a" pp_affinity) t;
  Format.fprintf ppf "@]"
