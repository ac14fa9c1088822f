open Object
open Context

let place machine region address : Handlers.place =
  match region.space with
  | System_memory -> Memory address
  | System_io -> Port address
  | Pci_config -> Config (machine.pci_of region.owner, address)
  | space -> Elsewhere (space, address)

let answer region address = function
  | Ok value -> value
  | Error reason -> Error.fail (Refused { space = region.space; address; reason })

(* The address of [size] bytes of a region, all of which must be within it. *)
let address region ~at ~size =
  if at > region.length - size then
    Error.fail (Out_of_range { index = Int64.of_int at; size = region.length });
  region.offset + at

let read_region machine region ~at ~size =
  let address = address region ~at ~size in
  let value = answer region address (machine.handlers.read (place machine region address) ~size) in
  Int64.logand value (Bits.mask (8 * size))

let write_region machine region ~at ~size value =
  let address = address region ~at ~size in
  answer region address (machine.handlers.write (place machine region address) ~size value)

let unit_of field =
  if field.access_bytes = 0 then Error.fail (Unsupported "a region of whole buffers");
  field.access_bytes

let bytes_for bits = (bits + 7) / 8

(* An unsigned number as the bytes of a field. *)
let bytes_of_int64 n =
  let bytes = Bytes.create 8 in
  Bytes.set_int64_le bytes 0 n;
  bytes

let rec read_unit machine field ~at =
  let size = unit_of field in
  Budget.step machine.budget;
  match field.backing with
  | Of_region region -> read_region machine region ~at ~size
  | Banked { region; bank; value } ->
      write_bits machine bank (bytes_of_int64 value);
      read_region machine region ~at ~size
  | Indexed { index; data } ->
      write_bits machine index (bytes_of_int64 (Int64.of_int at));
      Bits.get (read_bits machine data) ~offset:0 ~length:(8 * size)

and write_unit machine field ~at value =
  let size = unit_of field in
  Budget.step machine.budget;
  match field.backing with
  | Of_region region -> write_region machine region ~at ~size value
  | Banked { region; bank; value = number } ->
      write_bits machine bank (bytes_of_int64 number);
      write_region machine region ~at ~size value
  | Indexed { index; data } ->
      write_bits machine index (bytes_of_int64 (Int64.of_int at));
      write_bits machine data (bytes_of_int64 value)

and read_bits machine field =
  let size = unit_of field in
  Budget.take machine.budget (bytes_for field.bit_length);
  let bytes = Bytes.make (bytes_for field.bit_length) '\000' in
  let read { Bits.unit; low; length; at } =
    let value = read_unit machine field ~at:(unit * size) in
    Bits.set bytes ~offset:at ~length (Int64.shift_right_logical value low)
  in
  nested machine (fun () -> Seq.iter read (parts field));
  bytes

(* What a unit has outside of the field: as it was, ones or zeros. *)
and write_bits machine field bytes =
  let size = unit_of field in
  let write { Bits.unit; low; length; at = bit } =
    let at = unit * size in
    let around =
      if length = 8 * size then 0L
      else
        match field.update with
        | Preserve -> read_unit machine field ~at
        | Write_ones -> Bits.mask (8 * size)
        | Write_zeros -> 0L
    in
    let ours = Int64.shift_left (Bits.mask length) low in
    let value = Int64.shift_left (Bits.get bytes ~offset:bit ~length) low in
    write_unit machine field ~at (Int64.logor value (Int64.logand around (Int64.lognot ours)))
  in
  nested machine (fun () -> Seq.iter write (parts field))

and parts field =
  Bits.parts ~offset:field.bit_offset ~length:field.bit_length ~unit_bits:(8 * field.access_bytes)

(* Fields that are accessed by way of others. *)
and nested machine f = Budget.nested machine.budget f

let value_of_bits machine bytes ~bit_length =
  if bit_length <= 8 * Integer.size machine.width then
    Integer (Bits.get bytes ~offset:0 ~length:(min 64 (8 * Bytes.length bytes)))
  else buffer machine bytes

let read machine field =
  value_of_bits machine (read_bits machine field) ~bit_length:field.bit_length

let write machine field value = write_bits machine field (Convert.to_bytes machine value)

(* ---- fields of buffers ---- *)

let copy_bits ~from ~from_bit ~into ~into_bit ~length =
  let copy { Bits.length; at; _ } =
    Bits.set into ~offset:(into_bit + at) ~length (Bits.get from ~offset:(from_bit + at) ~length)
  in
  Seq.iter copy (Bits.parts ~offset:0 ~length ~unit_bits:32)

let check_bits { buffer; first_bit; nr_bits; _ } =
  let size = 8 * Bytes.length buffer.bytes in
  if first_bit > size - nr_bits then
    Error.fail (Out_of_range { index = Int64.of_int (first_bit + nr_bits); size })

let read_buffer_field machine ({ buffer = text; first_bit; nr_bits; is_buffer } as field) =
  check_bits field;
  Budget.take machine.budget (bytes_for nr_bits);
  let into = Bytes.make (bytes_for nr_bits) '\000' in
  copy_bits ~from:text.bytes ~from_bit:first_bit ~into ~into_bit:0 ~length:nr_bits;
  if is_buffer then buffer machine into else value_of_bits machine into ~bit_length:nr_bits

let write_buffer_field machine ({ buffer; first_bit; nr_bits; _ } as field) value =
  check_bits field;
  Budget.take machine.budget (bytes_for nr_bits);
  let from = Convert.to_bytes machine value in
  copy_bits ~from ~from_bit:0 ~into:buffer.bytes ~into_bit:first_bit ~length:nr_bits
