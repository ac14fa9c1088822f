open Hal

type t = {
  device : Device.t;
  queue : Virtqueue.t;
  memory : Dma.t;
  indirect : bool;
  step : int;  (** entries of the queue that a slot has *)
  tags : int array;  (** by slot: of the request in it *)
  expected : int array;  (** bytes that the device writes when all goes well *)
  unused : int array;  (** a stack of slots *)
  mutable nr_unused : int;
}

(* A slot's memory: a table of descriptors, then what they point to. *)
let chain_max = Block.segments_max + 2
let slot_bytes = 256
let header_at = 16 * chain_max
let header_bytes = 16
let ranges_at = header_at + header_bytes (* 5 of 16 bytes do not fit: one is sent *)
let status_at = ranges_at + 16
let identity_at = status_at + 16
let identity_bytes = 20
let free t = t.nr_unused
let is_full t = t.nr_unused = 0
let offset slot = slot * slot_bytes
let address t slot part = Dma.address t.memory + offset slot + part

(* ---- descriptors, in the slot's table or in the queue ---- *)

let describe t slot n ~address ~length ~flags =
  if t.indirect then begin
    let at = offset slot + (16 * n) in
    Dma.set64 t.memory at address;
    Dma.set32 t.memory (at + 8) length;
    Dma.set16 t.memory (at + 12) flags;
    Dma.set16 t.memory (at + 14) (n + 1)
  end
  else
    let at = (slot * t.step) + n in
    Virtqueue.describe t.queue at ~address ~length ~flags ~next:(at + 1)

let prepare t slot =
  describe t slot 0 ~address:(address t slot header_at) ~length:header_bytes
    ~flags:Virtqueue.flag_next;
  if t.indirect then
    Virtqueue.describe t.queue slot ~address:(address t slot 0) ~length:0
      ~flags:Virtqueue.flag_indirect ~next:0

let create device queue ~indirect =
  let step = if indirect then 1 else chain_max in
  let slots = min Requests.depth (Virtqueue.size queue / step) in
  if slots = 0 then Device.fail device "its queue has %d entries" (Virtqueue.size queue);
  let memory = Device.memory device (slots * slot_bytes) in
  let t =
    {
      device;
      queue;
      memory;
      indirect;
      step;
      tags = Array.make slots 0;
      expected = Array.make slots 0;
      unused = Array.init slots Fun.id;
      nr_unused = slots;
    }
  in
  Array.iter (prepare t) t.unused;
  t

let take t =
  t.nr_unused <- t.nr_unused - 1;
  t.unused.(t.nr_unused)

let put t slot =
  t.unused.(t.nr_unused) <- slot;
  t.nr_unused <- t.nr_unused + 1

let slot_of_head t head =
  if head mod t.step <> 0 then
    Device.fail t.device "it gives back descriptor %d, which begins no chain" head;
  head / t.step

(* ---- requests ---- *)

let type_in = 0
let type_out = 1
let type_flush = 4
let type_identity = 8
let type_discard = 11
let type_zeroes = 13

let header t slot kind ~sector =
  let at = offset slot + header_at in
  Dma.set32 t.memory at kind;
  Dma.set64 t.memory (at + 8) sector

(* The status ends the chain; [n] is its place. Returns the head. *)
let finish t slot n ~bytes =
  let at = offset slot + status_at in
  Dma.set8 t.memory at 0xff;
  describe t slot n ~address:(address t slot status_at) ~length:1 ~flags:Virtqueue.flag_write;
  t.expected.(slot) <- bytes + 1;
  if t.indirect then Virtqueue.set_length t.queue slot (16 * (n + 1));
  slot * t.step

let rec segments t slot words pos n ~count ~flags =
  if n > count then 0
  else
    let word = words.(pos + 1 + n) in
    let length = Block.(Wire.sectors word * sector_bytes) in
    describe t slot n ~address:(Block.Wire.address word) ~length ~flags;
    length + segments t slot words pos (n + 1) ~count ~flags

let transfer t slot words pos kind ~flags =
  let count = Block.Wire.segments words.(pos) in
  header t slot kind ~sector:words.(pos + 1);
  let bytes = segments t slot words pos 1 ~count ~flags:(flags lor Virtqueue.flag_next) in
  finish t slot (count + 1) ~bytes:(if kind = type_in then bytes else 0)

let range t slot words pos kind =
  let at = offset slot + ranges_at in
  header t slot kind ~sector:0;
  Dma.set64 t.memory at words.(pos + 1);
  Dma.set32 t.memory (at + 8) (Block.Wire.sectors words.(pos + 2));
  Dma.set32 t.memory (at + 12) 0;
  describe t slot 1 ~address:(address t slot ranges_at) ~length:16 ~flags:Virtqueue.flag_next;
  finish t slot 2 ~bytes:0

let fill t words ~pos =
  let slot = take t in
  t.tags.(slot) <- Block.Wire.tag words.(pos);
  match Block.Wire.operation words.(pos) with
  | Read -> transfer t slot words pos type_in ~flags:Virtqueue.flag_write
  | Write -> transfer t slot words pos type_out ~flags:0
  | Flush ->
      header t slot type_flush ~sector:0;
      finish t slot 1 ~bytes:0
  | Discard -> range t slot words pos type_discard
  | Write_zeroes -> range t slot words pos type_zeroes

(* A device that answers and wrote less than all has lied. *)
let status t slot : Block.Wire.status =
  match Dma.get8 t.memory (offset slot + status_at) with
  | 0 when Virtqueue.taken_length t.queue < t.expected.(slot) ->
      Device.fail t.device "it says that it read %d bytes of %d" (Virtqueue.taken_length t.queue)
        t.expected.(slot)
  | 0 -> Ok
  | 1 -> Error
  | 2 -> Not_supported
  | status -> Device.fail t.device "it answers with status %d" status

let answer t head =
  let slot = slot_of_head t head in
  let answer = Block.Wire.answer ~tag:t.tags.(slot) (status t slot) in
  put t slot;
  answer

(* ---- identity ---- *)

let identify t =
  let slot = take t in
  header t slot type_identity ~sector:0;
  describe t slot 1 ~address:(address t slot identity_at) ~length:identity_bytes
    ~flags:Virtqueue.(flag_next lor flag_write);
  finish t slot 2 ~bytes:0

let identity t head =
  let slot = slot_of_head t head in
  let status = status t slot in
  put t slot;
  if status <> Ok then ""
  else
    let bytes = Dma.to_string t.memory ~offset:(offset slot + identity_at) ~length:identity_bytes in
    match String.index_opt bytes '\000' with Some n -> String.sub bytes 0 n | None -> bytes
