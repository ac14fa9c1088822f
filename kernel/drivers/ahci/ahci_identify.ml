open Hal

type t = {
  serial : string;
  blocks : int;
  block_sectors : int;
  queue_depth : int;
  has_cache : bool;
  has_trim : bool;
}

let bit n word = word land (1 lsl n) <> 0

(* Of each word the high byte comes first. What is no printable ASCII may not reach a console. *)
let text word ~first ~words =
  let character i =
    let pair = word (first + (i / 2)) in
    let code = if i land 1 = 0 then pair lsr 8 else pair land 0xff in
    if code >= 0x20 && code < 0x7f then Char.chr code else '?'
  in
  String.trim (String.init (2 * words) character)

(* Words 117 and 118 count 16-bit words, when word 106 says that they are valid. *)
let block_bytes word =
  let sizes = word 106 in
  if sizes land 0xd000 <> 0x5000 then 512 else 2 * (word 117 lor (word 118 lsl 16))

let queue_depth word =
  let capabilities = word 76 in
  if capabilities <> 0xffff && bit 8 capabilities then (word 75 land 0x1f) + 1 else 0

let is_power n = n > 0 && n land (n - 1) = 0

(* Sizes beyond 2^48 sectors have no place in requests. *)
let sectors_max = 1 lsl 48

let parse memory ~at =
  let word n = Dma.get16 memory (at + (2 * n)) in
  let blocks = word 100 lor (word 101 lsl 16) lor (word 102 lsl 32) in
  let bytes = block_bytes word in
  if not (bit 9 (word 49) && bit 8 (word 49)) then Error "it has no DMA"
  else if not (bit 10 (word 83)) then Error "it has no addresses of 48 bits"
  else if bytes < 512 || bytes > 65536 || not (is_power bytes) then
    Error (Printf.sprintf "its blocks have %d bytes" bytes)
  else if blocks = 0 || word 103 <> 0 then Error "it has no blocks, or too many"
  else if blocks > sectors_max / (bytes / 512) then Error "it is larger than 2^57 bytes"
  else
    Ok
      {
        serial = text word ~first:10 ~words:10;
        blocks;
        block_sectors = bytes / 512;
        queue_depth = queue_depth word;
        has_cache = bit 5 (word 85);
        has_trim = bit 0 (word 169);
      }
