open Hal

type controller = {
  serial : string;
  model : string;
  transfer_max : int option;
  namespaces : int;
  has_deallocate : bool;
  has_write_zeroes : bool;
  has_cache : bool;
}

(* What is no printable ASCII may not reach a console. *)
let text memory ~offset ~length =
  let printable c = if c >= ' ' && c <= '~' then c else '?' in
  String.trim (String.map printable (Dma.to_string memory ~offset ~length))

let bit n word = word land (1 lsl n) <> 0

let controller memory ~unit_bytes =
  let transfer = Dma.get8 memory 77 and optional = Dma.get16 memory 520 in
  {
    serial = text memory ~offset:4 ~length:20;
    model = text memory ~offset:24 ~length:40;
    transfer_max = (if transfer = 0 || transfer > 20 then None else Some (unit_bytes lsl transfer));
    namespaces = Dma.get32 memory 516;
    has_deallocate = bit 2 optional;
    has_write_zeroes = bit 3 optional;
    has_cache = bit 0 (Dma.get8 memory 525);
  }

type namespace = { blocks : int; block_sectors : int; read_only : bool }

(* Sizes beyond 2^48 sectors have no place in requests. *)
let sectors_max = 1 lsl 48

let namespace memory =
  let blocks = Dma.get64 memory 0 and chosen = Dma.get8 memory 26 in
  let number = (chosen land 0xf) lor ((chosen lsr 1) land 0x30) in
  let format = Dma.get32 memory (128 + (4 * number)) in
  let metadata = format land 0xffff and shift = (format lsr 16) land 0xff in
  if blocks = 0 then Error "it is not there"
  else if metadata <> 0 then Error (Printf.sprintf "its blocks have %d bytes of metadata" metadata)
  else if shift < 9 || shift > 16 then Error (Printf.sprintf "its blocks have 2^%d bytes" shift)
  else
    let block_sectors = 1 lsl (shift - 9) in
    if blocks < 0 || blocks > sectors_max / block_sectors then Error "it is larger than 2^57 bytes"
    else Ok { blocks; block_sectors; read_only = bit 0 (Dma.get8 memory 99) }

let numbers memory =
  let rec from i =
    if i >= 1024 then [] else match Dma.get32 memory (4 * i) with 0 -> [] | n -> n :: from (i + 1)
  in
  from 0
