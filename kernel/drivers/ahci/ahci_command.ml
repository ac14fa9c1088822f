open Hal

let regions_at = 0x80
let regions_max = 8
let parameters = 0x200
let parameter_bytes = 512

(* ---- frames from host to device ---- *)

let by_lba = 0x40

(* 20 bytes: type and "it is a command", command, features, address, device, count. *)
let frame table ~at ~command ~features ~device ~block ~count =
  Dma.set32 table at (0x8027 lor (command lsl 16) lor ((features land 0xff) lsl 24));
  Dma.set32 table (at + 4) ((block land 0xff_ffff) lor (device lsl 24));
  Dma.set32 table (at + 8) ((block lsr 24) land 0xff_ffff lor ((features lsr 8) lsl 24));
  Dma.set32 table (at + 12) (count land 0xffff);
  Dma.set32 table (at + 16) 0

let simple ~command ~features ~count table ~at =
  frame table ~at ~command ~features ~device:by_lba ~block:0 ~count

let identify = simple ~command:0xec ~features:0 ~count:0
let flush = simple ~command:0xea ~features:0 ~count:0
let trim = simple ~command:0x06 ~features:1 ~count:1

let read_queue_errors table ~at =
  frame table ~at ~command:0x2f ~features:0 ~device:by_lba ~block:0x10 ~count:1

(* A count of 0 is 65536. *)
let transfer table ~at ~write ~block ~blocks =
  let command = if write then 0x35 else 0x25 in
  frame table ~at ~command ~features:0 ~device:by_lba ~block ~count:blocks

let queued_transfer table ~at ~write ~tag ~block ~blocks =
  let command = if write then 0x61 else 0x60 in
  let features = blocks land 0xffff in
  frame table ~at ~command ~features ~device:by_lba ~block ~count:(tag lsl 3)

(* ---- memory ---- *)

let region_bytes_max = 4 lsl 20

let rec regions table at ~address ~bytes n =
  if bytes <= 0 then n
  else begin
    let length = min bytes region_bytes_max in
    Dma.set64 table at address;
    Dma.set64 table (at + 8) ((length - 1) lsl 32);
    regions table (at + 16) ~address:(address + length) ~bytes:(bytes - length) (n + 1)
  end

let set_regions table ~at ~address ~bytes = regions table (at + regions_at) ~address ~bytes 0

(* ---- ranges to trim: ACS-4, section 7.5.3 ---- *)

let range_blocks_max = 0xffff
let trim_max = parameter_bytes / 8 * range_blocks_max

let set_ranges table ~at ~block ~blocks =
  let rec range n ~block ~blocks =
    if n < parameter_bytes / 8 then begin
      let some = min blocks range_blocks_max in
      let entry = at + parameters + (8 * n) in
      Dma.set32 table entry block;
      Dma.set16 table (entry + 4) (block lsr 32);
      Dma.set16 table (entry + 6) some;
      range (n + 1) ~block:(block + some) ~blocks:(blocks - some)
    end
  in
  range 0 ~block ~blocks
