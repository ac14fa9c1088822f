open Hal.Registers

type kind = Device | Bridge | Other of int
type bar_kind = Io | Memory of { is_64 : bool; prefetchable : bool }
type bar = { index : int; kind : bar_kind; size : int; address : int }

type t = {
  address : Pci_address.t;
  space : Hal.Registers.t;
  kind : kind;
  is_multifunction : bool;
  vendor : int;
  device : int;
  revision : int;
  class_code : int;
  subsystem_vendor : int;
  subsystem : int;
  pin : int;
  line : int;
  capabilities : (int * int) list;
  bars : bar list;
}

let offset_command = 0x04
let offset_status = 0x06
let offset_capabilities = 0x34
let command_io_memory = 3
let command_master = 1 lsl 2
let command_line_masked = 1 lsl 10
let change space mask bits =
  let old = read16 space offset_command in
  write16 space offset_command (old land lnot mask lor bits)

let set mask t on = change t.space mask (if on then mask else 0)
let set_decoding t on = set command_io_memory t on
let set_master t on = set command_master t on
let set_line_masked t on = set command_line_masked t on

(* ---- capabilities: a list that the device made, which may loop ---- *)

let capabilities_max = 48

let capabilities space =
  let rec follow offset left found =
    if offset < 0x40 || left = 0 then List.rev found
    else
      let word = read16 space (offset land 0xfc) in
      let next = (word lsr 8) land 0xfc in
      follow next (left - 1) ((word land 0xff, offset) :: found)
  in
  if read16 space offset_status land 0x10 = 0 then []
  else follow (read8 space offset_capabilities land 0xfc) capabilities_max []

let capability t id = List.assoc_opt id t.capabilities

(* ---- base address registers ---- *)

let bar_offset index = 0x10 + (4 * index)

(* What of the register stays 0 when ones are written says how large the window is. *)
let probe space index =
  let offset = bar_offset index in
  let old = read32 space offset in
  write32 space offset 0xffff_ffff;
  let answer = read32 space offset in
  write32 space offset old;
  (old, answer)

let lowest_bit mask = mask land -mask

let io_bar index old answer =
  let mask = answer land 0xffff_fffc in
  let size = lowest_bit mask in
  if size = 0 || size > 0x10000 then None
  else Some { index; kind = Io; size; address = old land 0xffff_fffc }

(* A window beyond 2^61 is none that could be mapped. *)
let memory_bar space index old answer =
  let is_64 = old land 6 = 4 and prefetchable = old land 8 <> 0 in
  let old_high, answer_high = if is_64 then probe space (index + 1) else (0, 0) in
  let low = answer land 0xffff_fff0 in
  let size = if low <> 0 then lowest_bit low else lowest_bit answer_high lsl 32 in
  let address = (old land 0xffff_fff0) lor ((old_high land 0x1fff_ffff) lsl 32) in
  if size <= 0 then None else Some { index; kind = Memory { is_64; prefetchable }; size; address }

let is_64_bit space index =
  let word = read32 space (bar_offset index) in
  word land 7 = 4

let bar space index =
  let old, answer = probe space index in
  if answer land 1 = 1 then io_bar index old answer else memory_bar space index old answer

let rec bars space index ~count =
  if index >= count then []
  else
    let is_64 = is_64_bit space index && index + 1 < count in
    let found = Option.to_list (bar space index) in
    found @ bars space (if is_64 then index + 2 else index + 1) ~count

let sized space ~count =
  let command = read16 space offset_command in
  write16 space offset_command (command land lnot command_io_memory);
  let found = bars space 0 ~count in
  write16 space offset_command command;
  found

let set_bar t (bar : bar) address =
  write32 t.space (bar_offset bar.index) address;
  match bar.kind with
  | Memory { is_64 = true; _ } -> write32 t.space (bar_offset (bar.index + 1)) (address lsr 32)
  | Memory { is_64 = false; _ } | Io -> ()

(* ---- all ---- *)

let kind_of header = match header land 0x7f with 0 -> Device | 1 -> Bridge | n -> Other n

let described address space =
  let header = read8 space 0x0e in
  let kind = kind_of header in
  let is_device = kind = Device in
  {
    address;
    space;
    kind;
    is_multifunction = header land 0x80 <> 0;
    vendor = read16 space 0;
    device = read16 space 2;
    revision = read8 space 8;
    class_code = read32 space 8 lsr 8;
    subsystem_vendor = (if is_device then read16 space 0x2c else 0);
    subsystem = (if is_device then read16 space 0x2e else 0);
    pin = (match read8 space 0x3d with n when n <= 4 -> n | _ -> 0);
    line = read8 space 0x3c;
    capabilities = capabilities space;
    bars = sized space ~count:(match kind with Device -> 6 | Bridge -> 2 | Other _ -> 0);
  }

let read address space =
  let vendor = read16 space 0 in
  if vendor = 0xffff || vendor = 0 then None else Some (described address space)
