type t = {
  device : Device.t;
  port : Ahci_port.t;
  work : Block_work.t;
  block_shift : int;
  has_queue : bool;
  all : int;  (** slots, as bits *)
  mutable issued : int;
  mutable is_queued : bool;  (** those that are issued *)
  mutable suspects : int;  (** to be issued anew, one at a time *)
  tags : int array;  (** by slot: the request's *)
  bytes : int array;  (** that the command moves; -1 where it does not matter *)
  tries : int array;
}

let piece_sectors_max = min 65536 Ahci_command.(regions_max * region_bytes_max / 512)
let rec log2 n = if n <= 1 then 0 else 1 + log2 (n / 2)

let create device port work ~block_sectors ~queue_depth =
  let has_queue = queue_depth > 0 && Ahci_port.slots port > 1 in
  let slots = Ahci_port.slots port in
  let used = if has_queue then min queue_depth (slots - 1) else slots in
  {
    device;
    port;
    work;
    block_shift = log2 block_sectors;
    has_queue;
    all = (1 lsl used) - 1;
    issued = 0;
    is_queued = false;
    suspects = 0;
    tags = Array.make used 0;
    bytes = Array.make used (-1);
    tries = Array.make used 0;
  }

(* The lowest bit's number, of those below 32. *)
let lowest bits =
  let n = if bits land 0xffff = 0 then 16 else 0 in
  let n = if (bits lsr n) land 0xff = 0 then n + 8 else n in
  let n = if (bits lsr n) land 0xf = 0 then n + 4 else n in
  let n = if (bits lsr n) land 0x3 = 0 then n + 2 else n in
  if (bits lsr n) land 1 = 0 then n + 1 else n

(* ---- commands ---- *)

let transfer t slot ~write =
  let table = Ahci_port.table t.port and at = Ahci_port.table_at slot in
  let block = Block_work.sector t.work lsr t.block_shift and sectors = Block_work.sectors t.work in
  let blocks = sectors lsr t.block_shift in
  if t.has_queue then Ahci_command.queued_transfer table ~at ~write ~tag:slot ~block ~blocks
  else Ahci_command.transfer table ~at ~write ~block ~blocks;
  let address = Block_work.address t.work and bytes = sectors * Block.sector_bytes in
  if not t.has_queue then t.bytes.(slot) <- bytes;
  Ahci_port.check_reach t.port (address + bytes);
  let regions = Ahci_command.set_regions table ~at ~address ~bytes in
  Ahci_port.describe t.port slot ~write ~regions

let trim t slot =
  let table = Ahci_port.table t.port and at = Ahci_port.table_at slot in
  let block = Block_work.sector t.work lsr t.block_shift
  and blocks = Block_work.sectors t.work lsr t.block_shift in
  Ahci_command.trim table ~at;
  Ahci_command.set_ranges table ~at ~block ~blocks;
  let address = Ahci_port.table_address t.port slot + Ahci_command.parameters in
  let regions = Ahci_command.set_regions table ~at ~address ~bytes:512 in
  Ahci_port.describe t.port slot ~write:true ~regions

let flush t slot =
  Ahci_command.flush (Ahci_port.table t.port) ~at:(Ahci_port.table_at slot);
  Ahci_port.describe t.port slot ~write:false ~regions:0

(* [Write_zeroes] is not offered. *)
let fill t slot =
  t.tags.(slot) <- Block_work.tag t.work;
  t.tries.(slot) <- 0;
  t.bytes.(slot) <- -1;
  (match Block_work.operation t.work with
  | Read -> transfer t slot ~write:false
  | Write -> transfer t slot ~write:true
  | Discard -> trim t slot
  | Flush | Write_zeroes -> flush t slot);
  Block_work.begun t.work

(* ---- to the device ---- *)

let wants_queue t =
  t.has_queue
  && match Block_work.operation t.work with
     | Read | Write -> true
     | Flush | Discard | Write_zeroes -> false

let issue t slots =
  t.issued <- t.issued lor slots;
  Ahci_port.issue t.port ~queued:(if t.is_queued then slots else 0) slots

(* What is of the kind that is issued: the slots that it is in now. *)
let rec take t slots =
  let free = t.all land lnot (t.issued lor slots) in
  if free = 0 || (not (Block_work.peek t.work)) || wants_queue t <> t.is_queued then slots
  else begin
    let slot = lowest free in
    fill t slot;
    take t (slots lor (1 lsl slot))
  end

let rec count bits = if bits = 0 then 0 else 1 + count (bits land (bits - 1))

let submit_work t =
  if t.issued = 0 && Block_work.peek t.work then t.is_queued <- wants_queue t;
  let slots = take t 0 in
  if slots <> 0 then issue t slots;
  count slots

let submit_suspect t =
  if t.issued <> 0 then 0
  else begin
    let slot = t.suspects land -t.suspects in
    t.suspects <- t.suspects lxor slot;
    issue t slot;
    1
  end

let submit t = if t.suspects = 0 then submit_work t else submit_suspect t

let is_held_up t =
  t.issued = t.all || (t.issued <> 0 && (t.suspects <> 0 || Block_work.has_piece t.work))

(* ---- from the device ---- *)

let rec finish t slots status =
  if slots <> 0 then begin
    let slot = lowest slots in
    Block_work.finished t.work ~tag:t.tags.(slot) status;
    finish t (slots land (slots - 1)) status
  end

let rec check_moved t slots =
  if slots <> 0 then begin
    let slot = lowest slots in
    let wanted = t.bytes.(slot) and moved = Ahci_port.moved t.port slot in
    if wanted >= 0 && moved <> wanted then
      Device.fail t.device "port %d: it says that it moved %d bytes of %d" (Ahci_port.number t.port)
        moved wanted;
    check_moved t (slots land (slots - 1))
  end

let collect t =
  if t.issued = 0 then 0
  else begin
    let left = Ahci_port.in_work t.port ~queued:t.is_queued in
    if left land lnot t.issued <> 0 then
      Device.fail t.device "port %d: it works on slots 0x%x, which it does not have"
        (Ahci_port.number t.port) (left land lnot t.issued);
    let finished = t.issued land lnot left in
    if finished <> 0 then Hal.Dma.read_barrier ();
    if not t.is_queued then check_moved t finished;
    t.issued <- left;
    finish t finished Ok;
    count finished
  end

(* ---- errors ---- *)

let log_ns = 500_000_000

(* Which of the queue failed, by the disk's log, as a bit. A queue leaves the last slot to this
   command. When it does not say, 0: nobody knows then what it still does with the others. *)
let logged_slot t =
  let slot = Ahci_port.slots t.port - 1 in
  let table = Ahci_port.table t.port and at = Ahci_port.table_at slot in
  Ahci_command.read_queue_errors table ~at;
  let address = Ahci_port.table_address t.port slot + Ahci_command.parameters in
  let regions = Ahci_command.set_regions table ~at ~address ~bytes:512 in
  Ahci_port.describe t.port slot ~write:false ~regions;
  let is_done = Ahci_port.run_alone t.port slot ~within_ns:log_ns in
  if not (is_done && Ahci_port.moved t.port slot = 512) then begin
    Ahci_port.reset t.port;
    0
  end
  else
    let byte = Hal.Dma.get8 table (at + Ahci_command.parameters) in
    if byte land 0x80 <> 0 then 0 else 1 lsl (byte land 0x1f)

let tries_max = 3

let rec worn_out t slots =
  if slots = 0 then 0
  else begin
    let slot = lowest slots in
    t.tries.(slot) <- t.tries.(slot) + 1;
    let rest = worn_out t (slots land (slots - 1)) in
    if t.tries.(slot) >= tries_max then rest lor (1 lsl slot) else rest
  end

(* Which of them failed, as bits; 0 when that is not known. *)
let failed_slot t left ~running =
  let named = if t.is_queued then logged_slot t else running in
  if left land (left - 1) = 0 then left else left land named

let again t slots ~one_by_one =
  t.issued <- 0;
  if one_by_one then t.suspects <- slots
  else if slots <> 0 then issue t slots

(* After a command that was not queued, some adapters show its error again with the next one that
   is: until a reset. *)
let begin_anew t ~by_disk =
  if by_disk && t.is_queued then Ahci_port.restart t.port else Ahci_port.reset t.port

let recover t =
  ignore (collect t : int);
  let left = t.issued lor t.suspects in
  let issued = t.issued and running = 1 lsl Ahci_port.failed_slot t.port in
  let by_disk = Ahci_port.is_disk_error t.port in
  begin_anew t ~by_disk;
  let failed = if by_disk then failed_slot t issued ~running else worn_out t issued in
  finish t failed Error;
  let one_by_one = t.suspects <> 0 || (by_disk && failed = 0) in
  again t (left land lnot failed) ~one_by_one
