type segment = {
  kind : int;
  flags : int;
  offset : int;
  address : int;
  in_file : int;
  in_memory : int;
  alignment : int;
}

let load ?(flags = 5) ?offset ?in_memory ?(alignment = 4096) address in_file =
  let offset = Option.value offset ~default:(address land 0xfff) in
  let in_memory = Option.value in_memory ~default:in_file in
  { kind = 1; flags; offset; address; in_file; in_memory; alignment }

let other ?(offset = 0) ?(size = 0) ?(flags = 6) kind =
  { kind; flags; offset; address = 0; in_file = size; in_memory = size; alignment = 1 }

let interpreter = 3
let stack = 0x6474_e551
let header number = 64 + (56 * number)

let patch file at bytes =
  let file = Bytes.of_string file in
  Bytes.blit_string bytes 0 file at (String.length bytes);
  Bytes.to_string file

let write_segment file number s =
  let at = header number in
  let word i n = Bytes.set_int64_le file (at + i) (Int64.of_int n) in
  Bytes.set_int32_le file at (Int32.of_int s.kind);
  Bytes.set_int32_le file (at + 4) (Int32.of_int s.flags);
  List.iter2 word [ 8; 16; 24; 32; 40; 48 ]
    [ s.offset; s.address; s.address; s.in_file; s.in_memory; s.alignment ]

let make ?(kind = 2) ?(machine = 62) ?(entry = 0x401000) ?(size = 65536) segments =
  let count = List.length segments in
  let file = Bytes.make (max size (header count)) 'x' in
  let half i n = Bytes.set_uint16_le file i n in
  Bytes.fill file 0 64 '\000';
  Bytes.blit_string "\127ELF\002\001\001" 0 file 0 7;
  List.iter2 half [ 16; 18; 20; 52; 54; 56; 58 ] [ kind; machine; 1; 64; 56; count; 64 ];
  Bytes.set_int64_le file 24 (Int64.of_int entry);
  Bytes.set_int64_le file 32 64L;
  List.iteri (write_segment file) segments;
  Bytes.to_string file
