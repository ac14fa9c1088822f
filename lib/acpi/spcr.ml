type interface =
  | Ns16550
  | Pl011
  | Sbsa_32_bit
  | Sbsa
  | Dcc
  | Bcm2835
  | Sbi_console
  | Other of int

type t = {
  interface : interface;
  register : Generic_address.t option;
  irq : int option;
  gsi : int option;
  baud : int option;
  terminal : int;
  pci : (int * int * int * int) option;
  clock : int option;
  name : string;
}

let ( let* ) = Result.bind

let interface_of = function
  | 0 | 1 | 0x12 -> Ns16550
  | 3 -> Pl011
  | 0xd -> Sbsa_32_bit
  | 0xe -> Sbsa
  | 0xf -> Dcc
  | 0x10 -> Bcm2835
  | 0x15 -> Sbi_console
  | n -> Other n

(* The rate's code; a precise rate, of revision 4, comes before it. *)
let baud_of part =
  match Part.or_zero Part.u32 part ~size:4 80 with
  | 0 -> (
      match Part.u8 part 58 with
      | 3 -> Some 9600
      | 4 -> Some 19200
      | 6 -> Some 57600
      | 7 -> Some 115200
      | _ -> None)
  | precise -> Some precise

let pci_of part =
  if Part.u16 part 64 = 0xffff && Part.u16 part 66 = 0xffff then None
  else Some (Part.u8 part 75, Part.u8 part 68, Part.u8 part 69, Part.u8 part 70)

let name_of part ~revision =
  if revision < 4 || not (Part.has part ~at:84 ~size:4) then Ok ""
  else
    let length = Part.u16 part 84 and offset = Part.u16 part 86 in
    if length = 0 then Ok ""
    else if Part.has part ~at:offset ~size:length then Ok (Part.text part ~at:offset ~length)
    else Part.fail part ~at:86 (Bad_value { field = "NamespaceStringOffset"; value =
      Int64.of_int offset })

let of_table (table : Table.t) =
  let part = Table.part table in
  let* () = Table.expect table "SPCR" in
  let* () = Part.require part 76 in
  let* register = Generic_address.read part ~field:"Base Address" 40 in
  let* name = name_of part ~revision:table.revision in
  let kinds = Part.u8 part 52 in
  let clock = if table.revision < 3 then 0 else Part.or_zero Part.u32 part ~size:4 76 in
  Ok
    {
      interface = interface_of (Part.u8 part 36);
      register;
      irq = (if Part.bit kinds 0 then Some (Part.u8 part 53) else None);
      gsi = (if kinds land 0x1e <> 0 then Some (Part.u32 part 54) else None);
      baud = baud_of part;
      terminal = Part.u8 part 62;
      pci = pci_of part;
      clock = (if clock = 0 then None else Some clock);
      name;
    }

let pp_interface ppf interface =
  match interface with
  | Ns16550 -> Format.pp_print_string ppf "16550"
  | Pl011 -> Format.pp_print_string ppf "PL011"
  | Sbsa_32_bit -> Format.pp_print_string ppf "SBSA UART, 32 bits"
  | Sbsa -> Format.pp_print_string ppf "SBSA UART"
  | Dcc -> Format.pp_print_string ppf "DCC"
  | Bcm2835 -> Format.pp_print_string ppf "BCM2835"
  | Sbi_console -> Format.pp_print_string ppf "SBI console"
  | Other n -> Format.fprintf ppf "interface 0x%x" n

let pp ppf t =
  Format.fprintf ppf "SPCR %a at %a" pp_interface t.interface Generic_address.pp_option t.register;
  Option.iter (Format.fprintf ppf ", IRQ %d") t.irq;
  Option.iter (Format.fprintf ppf ", GSI %d") t.gsi;
  Option.iter (Format.fprintf ppf ", %d baud") t.baud;
  if t.name <> "" then Format.fprintf ppf ", %s" (String.escaped t.name)
