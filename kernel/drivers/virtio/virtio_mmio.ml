open Hal.Registers
open Virtio_transport

let magic = 0x7472_6976
let page_size = 4096

let is_known version = version = 1 || version = 2

let probe window =
  if length window < 0x100 || read32 window 0 <> magic || not (is_known (read32 window 4)) then None
  else match read32 window 8 with 0 -> None | kind -> Some kind

let features window () =
  write32 window 0x14 0;
  let low = read32 window 0x10 in
  write32 window 0x14 1;
  low lor (read32 window 0x10 lsl 32)

let set_features window bits =
  write32 window 0x24 0;
  write32 window 0x20 (bits land 0xffff_ffff);
  write32 window 0x24 1;
  write32 window 0x20 (bits lsr 32)

let queue_size window index =
  write32 window 0x30 index;
  read32 window 0x34

let write_address window offset address =
  write32 window offset (address land 0xffff_ffff);
  write32 window (offset + 4) (address lsr 32)

let set_queue window index queue ~message:_ =
  write32 window 0x30 index;
  write32 window 0x38 queue.size;
  write_address window 0x80 queue.descriptors;
  write_address window 0x90 queue.available;
  write_address window 0xa0 queue.used;
  write32 window 0x44 1;
  true

let legacy_set_queue window index queue ~message:_ =
  write32 window 0x30 index;
  write32 window 0x38 queue.size;
  write32 window 0x3c page_size;
  write32 window 0x40 (queue.descriptors / page_size);
  true

let acknowledge window () =
  let why = read32 window 0x60 in
  write32 window 0x64 why;
  why

let transport window ~is_legacy =
  if is_legacy then write32 window 0x28 page_size;
  {
    is_legacy;
    features = features window;
    set_features = set_features window;
    status = (fun () -> read32 window 0x70);
    set_status = write32 window 0x70;
    queue_size = queue_size window;
    set_queue = (if is_legacy then legacy_set_queue window else set_queue window);
    notify = (fun index () -> write32 window 0x50 index);
    acknowledge = acknowledge window;
    set_configuration_message = ignore;
    generation = (fun () -> read32 window 0xfc);
    configuration = sub window ~offset:0x100 ~length:(length window - 0x100);
  }

let open_ device =
  let window = Device.registers device 0 in
  if probe window = None then Device.fail device "there is no virtio device behind its registers"
  else transport window ~is_legacy:(read32 window 4 = 1)
