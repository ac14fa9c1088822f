open Hal
module Registers = E1000e_registers

let entries = 256
let descriptor_bytes = 16

type ring = {
  memory : Dma.t;
  buffers : int array;  (** by entry: whose it is; -1 for none *)
  mutable first : int;  (** that the device has *)
  mutable behind : int;  (** one behind the last *)
}

type t = {
  device : Device.t;
  registers : Registers.t;
  bell : Sched.Bell.t;
  receive : ring;
  send : ring;
  mutable context : int;  (** the offload that the device was told last *)
  mutable sending : int;  (** frames *)
  lent : Network.lent;
}

(* One entry stays empty, or full could not be told from empty. A frame to send takes two at
   most. *)
let layout : Buffers.layout = { receives = entries - 1; sends = (entries - 1) / 2; large = 0 }

let new_ring device registers direction =
  let memory = Device.memory device (entries * descriptor_bytes) in
  let memory = Dma.sub memory ~offset:0 ~length:(entries * descriptor_bytes) in
  Registers.set_ring registers direction ~memory;
  { memory; buffers = Array.make entries (-1); first = 0; behind = 0 }

let create device registers ~core =
  let bell = Sched.Bell.create "frames, or the network" in
  {
    device;
    registers;
    bell;
    receive = new_ring device registers Receive;
    send = new_ring device registers Send;
    context = 0;
    sending = 0;
    lent = { core; bell; layout };
  }

let lent t = t.lent
let wake t = Sched.Bell.ring t.bell

(* ---- rings ---- *)

let at entry = entry * descriptor_bytes
let next entry = (entry + 1) land (entries - 1)

let put ring ~buffer ~low ~high =
  let entry = ring.behind in
  Dma.set64 ring.memory (at entry) low;
  Dma.set32 ring.memory (at entry + 8) (high land 0xffff_ffff);
  Dma.set32 ring.memory (at entry + 12) (high lsr 32);
  ring.buffers.(entry) <- buffer;
  ring.behind <- next entry

(* ---- receiving: section 7.1.5 ---- *)

let done_ = 0x01
let end_of_frame = 0x02
let is_unchecked = 0x04
let has_checked = 0x30 (* TCP's or UDP's *)
let checksum_is_wrong = 1 lsl 29
let room = Network.buffer_bytes - Network.headroom

let fill t memory buffer =
  let address = Dma.address memory + (buffer * Network.buffer_bytes) + Network.headroom in
  put t.receive ~buffer ~low:address ~high:0

let received_status ring =
  if ring.first = ring.behind then 0 else Dma.get32 ring.memory (at ring.first + 8)

let is_checked status =
  status land is_unchecked = 0 && status land has_checked <> 0 && status land checksum_is_wrong = 0

let word t entry status =
  Dma.read_barrier ();
  let length = Dma.get16 t.receive.memory (at entry + 12) in
  if length = 0 || length > room || status land end_of_frame = 0 then
    Device.fail t.device "it says that it wrote %d bytes of a frame to a buffer of %d" length room;
  let checked = if is_checked status then Frame.mark_checked else 0 in
  Frame.Item.received ~buffer:t.receive.buffers.(entry) ~offset:Network.headroom ~length
  lor checked

let words = Frame.words

let add answers n word =
  answers.(words * n) <- word;
  answers.((words * n) + 1) <- 0

let rec collect_received t answers n =
  let status = received_status t.receive in
  if status land done_ = 0 then n
  else begin
    add answers n (word t t.receive.first status);
    t.receive.first <- next t.receive.first;
    collect_received t answers (n + 1)
  end

let uncollected t =
  let rec count entry n =
    if entry = t.receive.behind || Dma.get32 t.receive.memory (at entry + 8) land done_ = 0 then n
    else count (next entry) (n + 1)
  in
  count t.receive.first 0

(* ---- sending: section 7.2 ---- *)

let command_end = 1 lsl 24
let command_check_sequence = 1 lsl 25
let command_report = 1 lsl 27
let command_extended = 1 lsl 29
let kind_data = 1 lsl 20
let sum_inserted = 1 lsl 41

(* A descriptor that tells where the sum begins, where it goes, and that it goes on to the end. *)
let put_context t offload =
  let start = Frame.checksum_start offload in
  let offset = start + Frame.checksum_offset offload in
  let low = (start lsl 32) lor (offset lsl 40) in
  put t.send ~buffer:(-1) ~low ~high:command_extended;
  t.context <- offload

let send t memory word offload =
  if offload <> 0 && offload <> t.context then put_context t offload;
  let buffer = Frame.buffer word in
  let address = Dma.address memory + Buffers.place layout buffer + Frame.offset word in
  let command = command_end lor command_check_sequence lor command_report lor command_extended in
  let sum = if offload = 0 then 0 else sum_inserted in
  put t.send ~buffer ~low:address ~high:(Frame.length word lor kind_data lor command lor sum);
  t.sending <- t.sending + 1

(* The entry of the first frame that the device has: one without a buffer, which reports nothing, is
   done with it. *)
let first_frame ring = if ring.buffers.(ring.first) < 0 then next ring.first else ring.first

let rec collect_sent t answers n =
  if t.sending = 0 then n
  else
    let entry = first_frame t.send in
    if Dma.get32 t.send.memory (at entry + 12) land done_ = 0 then n
    else begin
      add answers n (Frame.Item.sent ~buffer:t.send.buffers.(entry));
      t.send.first <- next entry;
      t.sending <- t.sending - 1;
      collect_sent t answers (n + 1)
    end

(* ---- the fiber ---- *)

let collect t port answers =
  let n = collect_sent t answers (collect_received t answers 0) in
  if n > 0 then ignore (Port.answer port answers ~items:n ~words : int);
  n

let submit t port memory items =
  let n = Port.next port items ~words ~most:(layout.receives + layout.sends) in
  for i = 0 to n - 1 do
    let word = items.(words * i) in
    match Frame.Item.outbound word with
    | Send -> send t memory word items.((words * i) + 1)
    | Fill -> fill t memory (Frame.buffer word)
  done;
  if n > 0 then begin
    Registers.set_tail t.registers Receive t.receive.behind;
    Registers.set_tail t.registers Send t.send.behind
  end;
  n

(* What is received is waited for; what is sent only matters when much of it is. *)
let causes t =
  let heard = Registers.(both received link_changed) in
  if 2 * t.sending >= layout.sends then Registers.both heard Registers.sent else heard

let is_there_anything t =
  received_status t.receive land done_ <> 0
  || (2 * t.sending >= layout.sends
     && Dma.get32 t.send.memory (at (first_frame t.send) + 12) land done_ <> 0)

let may_sleep t port =
  Registers.await t.registers (causes t);
  (not (is_there_anything t)) && Port.may_sleep port

let say port answers word =
  add answers 0 word;
  Port.answer port answers ~items:1 ~words = 1

let serve t port memory ~lower ~tell =
  let items = Array.make (words * (layout.receives + layout.sends)) 0 in
  let rec turn () =
    lower ();
    tell (say port items);
    let collected = collect t port items in
    let submitted = submit t port memory items in
    if collected + submitted > 0 then Picos.Fiber.yield ()
    else if may_sleep t port then Sched.Bell.wait t.bell;
    turn ()
  in
  turn ()
