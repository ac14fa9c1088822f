open Hal

type place = Dma.t -> at:int -> id:int -> unit

(* Fields of a command: section 4.2. *)
let[@inline] opening dma ~at ~id ~opcode ~namespace =
  Dma.set32 dma at (opcode lor (id lsl 16));
  Dma.set32 dma (at + 4) namespace;
  Dma.set64 dma (at + 8) 0;
  Dma.set64 dma (at + 16) 0

let[@inline] prp dma ~at ~first ~second =
  Dma.set64 dma (at + 24) first;
  Dma.set64 dma (at + 32) second

let head dma ~at ~id ~opcode ~namespace =
  opening dma ~at ~id ~opcode ~namespace;
  prp dma ~at ~first:0 ~second:0;
  Dma.set64 dma (at + 40) 0;
  Dma.set64 dma (at + 48) 0;
  Dma.set64 dma (at + 56) 0

let[@inline] word memory ~at n value = Dma.set32 memory (at + (4 * n)) value

(* ---- admin: section 5 ---- *)

let identify ~memory:address ~what ~namespace dma ~at ~id =
  head dma ~at ~id ~opcode:0x06 ~namespace;
  prp dma ~at ~first:address ~second:0;
  word dma ~at 10 what

let identify_namespace ~memory ~namespace = identify ~memory ~what:0 ~namespace
let identify_controller ~memory = identify ~memory ~what:1 ~namespace:0
let list_namespaces ~memory ~after = identify ~memory ~what:2 ~namespace:after

let set_number_of_queues n dma ~at ~id =
  head dma ~at ~id ~opcode:0x09 ~namespace:0;
  word dma ~at 10 0x07;
  word dma ~at 11 ((n - 1) lor ((n - 1) lsl 16))

(* In one piece, and with interrupts where [message] is said. *)
let contiguous = 1
let interrupts = 2

let create_queue ~opcode ~queue ~entries ~memory:address ~how dma ~at ~id =
  head dma ~at ~id ~opcode ~namespace:0;
  prp dma ~at ~first:address ~second:0;
  word dma ~at 10 (queue lor ((entries - 1) lsl 16));
  word dma ~at 11 (contiguous lor how)

let create_completions ~queue ~entries ~memory ~message =
  create_queue ~opcode:0x05 ~queue ~entries ~memory ~how:(interrupts lor (message lsl 16))

let create_submissions ~queue ~entries ~memory =
  create_queue ~opcode:0x01 ~queue ~entries ~memory ~how:(queue lsl 16)

let delete_queue ~opcode ~queue dma ~at ~id =
  head dma ~at ~id ~opcode ~namespace:0;
  word dma ~at 10 queue

let delete_submissions ~queue = delete_queue ~opcode:0x00 ~queue
let delete_completions ~queue = delete_queue ~opcode:0x04 ~queue

(* ---- disks: section 6 ---- *)

type memory = { mutable first : int; mutable second : int }

let[@inline] blocks_of dma ~at ~block ~blocks =
  Dma.set64 dma (at + 40) block;
  Dma.set64 dma (at + 48) (blocks - 1)

let transfer dma ~at ~id ~write ~namespace ~memory ~block ~blocks =
  opening dma ~at ~id ~opcode:(if write then 0x01 else 0x02) ~namespace;
  prp dma ~at ~first:memory.first ~second:memory.second;
  blocks_of dma ~at ~block ~blocks;
  Dma.set64 dma (at + 56) 0

let flush ~namespace dma ~at ~id = head dma ~at ~id ~opcode:0x00 ~namespace

let write_zeroes ~namespace ~block ~blocks dma ~at ~id =
  head dma ~at ~id ~opcode:0x08 ~namespace;
  blocks_of dma ~at ~block ~blocks

let deallocate ~namespace ~range dma ~at ~id =
  head dma ~at ~id ~opcode:0x09 ~namespace;
  prp dma ~at ~first:range ~second:0;
  word dma ~at 11 4

let set_range dma ~at ~block ~blocks =
  Dma.set32 dma at 0;
  Dma.set32 dma (at + 4) blocks;
  Dma.set64 dma (at + 8) block

(* ---- status: section 4.6.1 ---- *)

let invalid_opcode = 0x001

let status_of status : Block.Wire.status =
  if status = 0 then Ok else if status = invalid_opcode then Not_supported else Error
