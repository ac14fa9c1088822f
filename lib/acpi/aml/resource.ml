type interrupt = {
  lines : int list;
  mode : Acpi.Interrupt_mode.t;
  shared : bool;
  wakes : bool;
}

type space = Memory | Io | Bus_numbers | Other_space of int
type source = { index : int; path : string }

type window = {
  space : space;
  is_producer : bool;
  is_subtractive : bool;
  minimum_fixed : bool;
  maximum_fixed : bool;
  flags : int;
  granularity : int;
  minimum : int;
  maximum : int;
  translation : int;
  length : int;
  source : source option;
}

type t =
  | Irq of interrupt
  | Dma of { channels : int list; flags : int }
  | Start_dependent of { priority : int option }
  | End_dependent
  | Io of { decodes_16_bits : bool; minimum : int; maximum : int; alignment : int; length : int }
  | Fixed_io of { base : int; length : int }
  | Fixed_dma of { request : int; channel : int; width : int }
  | Memory of { writable : bool; minimum : int; maximum : int; alignment : int; length : int }
  | Fixed_memory of { writable : bool; base : int; length : int }
  | Window of window
  | Extended_irq of { interrupt : interrupt; is_producer : bool; source : source option }
  | Register of Acpi.Generic_address.t
  | Vendor of string
  | Other of { kind : int; offset : int; length : int }

type problem = Truncated | Bad_checksum | Too_short of { kind : int; length : int }
type error = { offset : int; problem : problem }

(* The bytes behind a descriptor's header; fields are read once their length has been checked. *)
type item = { bytes : string; at : int; length : int; descriptor : Template.descriptor }

let u8 item n = Char.code item.bytes.[item.at + n]
let u16 item n = String.get_uint16_le item.bytes (item.at + n)
let u32 item n = Int32.to_int (String.get_int32_le item.bytes (item.at + n)) land 0xffff_ffff
let bit = Acpi.Part.bit
let bits_of mask = List.filter (bit mask) (List.init 16 Fun.id)

let other item =
  let { Template.kind; offset; _ } = item.descriptor in
  Other { kind; offset; length = item.length }

(* ---- small ---- *)

let high_edge = { Acpi.Interrupt_mode.polarity = Active_high; trigger = Edge }

let irq item =
  let lines = bits_of (u16 item 0) in
  if item.length < 3 then Irq { lines; mode = high_edge; shared = false; wakes = false }
  else
    let flags = u8 item 2 in
    let mode =
      {
        Acpi.Interrupt_mode.trigger = (if bit flags 0 then Edge else Level);
        polarity = (if bit flags 3 then Active_low else Active_high);
      }
    in
    Irq { lines; mode; shared = bit flags 4; wakes = bit flags 5 }

let dma item = Dma { channels = bits_of (u8 item 0); flags = u8 item 1 }

let start_dependent item =
  Start_dependent { priority = (if item.length > 0 then Some (u8 item 0) else None) }

let io item =
  Io
    {
      decodes_16_bits = bit (u8 item 0) 0;
      minimum = u16 item 1;
      maximum = u16 item 3;
      alignment = u8 item 5;
      length = u8 item 6;
    }

let fixed_io item = Fixed_io { base = u16 item 0 land 0x3ff; length = u8 item 2 }
let fixed_dma item = Fixed_dma { request = u16 item 0; channel = u16 item 2; width = u8 item 4 }
let vendor item = Vendor (String.sub item.bytes item.at item.length)

(* ---- large ---- *)

let memory24 item =
  Memory
    {
      writable = bit (u8 item 0) 0;
      minimum = u16 item 1 lsl 8;
      maximum = u16 item 3 lsl 8;
      alignment = (match u16 item 5 with 0 -> 0x10000 | n -> n);
      length = u16 item 7 lsl 8;
    }

let memory32 item =
  Memory
    {
      writable = bit (u8 item 0) 0;
      minimum = u32 item 1;
      maximum = u32 item 5;
      alignment = u32 item 9;
      length = u32 item 13;
    }

let fixed_memory item =
  Fixed_memory { writable = bit (u8 item 0) 0; base = u32 item 1; length = u32 item 5 }

(* An index and a path, behind a descriptor's own fields. *)
let source item at =
  if item.length <= at then None
  else
    let text = String.sub item.bytes (item.at + at + 1) (item.length - at - 1) in
    let stop = Option.value (String.index_opt text '\000') ~default:(String.length text) in
    Some { index = u8 item at; path = String.sub text 0 stop }

let space_of = function 0 -> (Memory : space) | 1 -> Io | 2 -> Bus_numbers | n -> Other_space n

(* Windows of all widths: [number n] is the n-th of granularity, minimum, maximum, translation and
   length, if it has no more than 62 bits. *)
let window item ~number ~source =
  match (number 0, number 1, number 2, number 3, number 4) with
  | Some granularity, Some minimum, Some maximum, Some translation, Some length ->
      let general = u8 item 1 in
      Window
        {
          space = space_of (u8 item 0);
          is_producer = not (bit general 0);
          is_subtractive = bit general 1;
          minimum_fixed = bit general 2;
          maximum_fixed = bit general 3;
          flags = u8 item 2;
          granularity;
          minimum;
          maximum;
          translation;
          length;
          source;
        }
  | _ -> other item

let u64 item n =
  let value = String.get_int64_le item.bytes (item.at + n) in
  if Int64.shift_right_logical value 62 = 0L then Some (Int64.to_int value) else None

let window16 item =
  window item ~number:(fun n -> Some (u16 item (3 + (2 * n)))) ~source:(source item 13)

let window32 item =
  window item ~number:(fun n -> Some (u32 item (3 + (4 * n)))) ~source:(source item 23)

let window64 item =
  window item ~number:(fun n -> u64 item (3 + (8 * n))) ~source:(source item 43)

let extended_window item = window item ~number:(fun n -> u64 item (5 + (8 * n))) ~source:None

let extended_irq item =
  let flags = u8 item 0 and nr = u8 item 1 in
  let size = 2 + (4 * nr) in
  if item.length < size then other item
  else
    let mode =
      {
        Acpi.Interrupt_mode.trigger = (if bit flags 1 then Edge else Level);
        polarity = (if bit flags 2 then Active_low else Active_high);
      }
    in
    let lines = List.init nr (fun n -> u32 item (2 + (4 * n))) in
    let interrupt = { lines; mode; shared = bit flags 3; wakes = bit flags 4 } in
    Extended_irq { interrupt; is_producer = not (bit flags 0); source = source item size }

let register item =
  let read n = u8 item n in
  match u64 item 4 with
  | None -> other item
  | Some address ->
      Register
        {
          space = Acpi.Address_space.of_int (read 0);
          bit_width = read 1;
          bit_offset = read 2;
          access_size = read 3;
          address;
        }

(* ---- templates ---- *)

(* By a descriptor's kind: the least length, and what reads it. *)
let reader_of = function
  | 0x04 -> Some (2, irq)
  | 0x05 -> Some (2, dma)
  | 0x06 -> Some (0, start_dependent)
  | 0x07 -> Some (0, fun _ -> End_dependent)
  | 0x08 -> Some (7, io)
  | 0x09 -> Some (3, fixed_io)
  | 0x0a -> Some (5, fixed_dma)
  | 0x0e | 0x84 -> Some (0, vendor)
  | 0x81 -> Some (9, memory24)
  | 0x82 -> Some (12, register)
  | 0x85 -> Some (17, memory32)
  | 0x86 -> Some (9, fixed_memory)
  | 0x87 -> Some (23, window32)
  | 0x88 -> Some (13, window16)
  | 0x89 -> Some (2, extended_irq)
  | 0x8a -> Some (43, window64)
  | 0x8b -> Some (53, extended_window)
  | _ -> None

let read bytes (descriptor : Template.descriptor) =
  let { Template.kind; offset; data = at; length } = descriptor in
  let item = { bytes; at; length; descriptor } in
  match reader_of kind with
  | None -> Ok (other item)
  | Some (least, _) when length < least -> Error { offset; problem = Too_short { kind; length } }
  | Some (_, read) -> Ok (read item)

(* Zero stands for a checksum that was not made. *)
let check_end bytes (tag : Template.descriptor) =
  if tag.length = 0 || bytes.[tag.data] = '\000' then Ok ()
  else if Acpi.Table.sums_to_zero (String.sub bytes 0 (tag.data + 1)) then Ok ()
  else Error { offset = tag.offset; problem = Bad_checksum }

let decode bytes =
  let rec go offset found =
    match Template.next bytes offset with
    | None -> Error { offset; problem = Truncated }
    | Some tag when Template.is_end tag -> Result.map (fun () -> List.rev found)
      (check_end bytes tag)
    | Some descriptor -> (
        match read bytes descriptor with
        | Error error -> Error error
        | Ok resource -> go (descriptor.data + descriptor.length) (resource :: found))
  in
  go 0 []

(* ---- encoding ---- *)

let flag n holds = if holds then 1 lsl n else 0

let bytes_of size n = String.init size (fun i -> Char.chr ((n lsr (8 * i)) land 0xff))
let end_tag = "\x79\x00"

let encode_irq { lines; mode; shared; wakes } =
  let mask = List.fold_left (fun mask line -> mask lor (1 lsl line)) 0 lines in
  let flags =
    flag 0 (mode.trigger = Edge) lor flag 3 (mode.polarity = Active_low) lor flag 4 shared
    lor flag 5 wakes
  in
  "\x23" ^ bytes_of 2 mask ^ bytes_of 1 flags ^ end_tag

let encode_extended { lines; mode; shared; wakes } =
  let flags =
    1 lor flag 1 (mode.trigger = Edge) lor flag 2 (mode.polarity = Active_low) lor flag 3 shared
    lor flag 4 wakes
  in
  let nr = List.length lines in
  "\x89" ^ bytes_of 2 (2 + (4 * nr)) ^ bytes_of 1 flags ^ bytes_of 1 nr
  ^ String.concat "" (List.map (bytes_of 4) lines)
  ^ end_tag

let encode_interrupt = function
  | Irq i when List.for_all (fun line -> line >= 0 && line < 16) i.lines -> Some (encode_irq i)
  | Extended_irq { interrupt = i; _ }
    when List.length i.lines < 256 && List.for_all (fun line -> line >= 0) i.lines ->
      Some (encode_extended i)
  | _ -> None

let interrupts resources =
  let interrupt = function
    | Irq interrupt | Extended_irq { interrupt; _ } -> Some interrupt
    | _ -> None
  in
  List.filter_map interrupt resources

(* ---- printing ---- *)

let pp_lines ppf { lines; mode; _ } =
  List.iter (Format.fprintf ppf " %d") lines;
  Format.fprintf ppf " %a" Acpi.Interrupt_mode.pp mode

let space_name = function
  | (Memory : space) -> "memory"
  | Io -> "ports"
  | Bus_numbers -> "buses"
  | Other_space n -> Printf.sprintf "space 0x%x" n

let pp ppf = function
  | Irq interrupt -> Format.fprintf ppf "IRQ%a" pp_lines interrupt
  | Extended_irq { interrupt; _ } -> Format.fprintf ppf "GSI%a" pp_lines interrupt
  | Dma { channels; _ } ->
      Format.pp_print_string ppf "DMA";
      List.iter (Format.fprintf ppf " %d") channels
  | Start_dependent _ -> Format.pp_print_string ppf "either"
  | End_dependent -> Format.pp_print_string ppf "end of choices"
  | Io { minimum; maximum; length; _ } when minimum = maximum ->
      Format.fprintf ppf "ports 0x%x+0x%x" minimum length
  | Io { minimum; maximum; length; _ } ->
      Format.fprintf ppf "0x%x ports in 0x%x-0x%x" length minimum maximum
  | Fixed_io { base; length } -> Format.fprintf ppf "ports 0x%x+0x%x" base length
  | Fixed_dma { request; channel; _ } -> Format.fprintf ppf "DMA %d, request %d" channel request
  | Memory { minimum; maximum; length; _ } ->
      Format.fprintf ppf "0x%x bytes of memory in 0x%x-0x%x" length minimum maximum
  | Fixed_memory { base; length; _ } -> Format.fprintf ppf "memory 0x%x+0x%x" base length
  | Window w ->
      Format.fprintf ppf "%s %s 0x%x-0x%x"
        (if w.is_producer then "window of" else "range of")
        (space_name w.space) w.minimum w.maximum
  | Register register -> Format.fprintf ppf "register %a" Acpi.Generic_address.pp register
  | Vendor bytes -> Format.fprintf ppf "vendor's %d bytes" (String.length bytes)
  | Other { kind; length; _ } -> Format.fprintf ppf "descriptor 0x%x, %d bytes" kind length

let pp_error ppf { offset; problem } =
  match problem with
  | Truncated -> Format.fprintf ppf "offset %d: the resources end without their end tag" offset
  | Bad_checksum -> Format.fprintf ppf "offset %d: the resources have a wrong checksum" offset
  | Too_short { kind; length } ->
      Format.fprintf ppf
        "offset %d: %d bytes are too short for a descriptor 0x%x" offset length kind
