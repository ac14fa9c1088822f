open Hal

type t = {
  device : Device.t;
  bell : Sched.Bell.t;
  lower : unit -> unit;  (** after a ring: the line *)
  receive : Virtqueue.t;
  send : Virtqueue.t;
  header : int;  (** bytes *)
  merges : bool;  (** a header says in how many buffers its frame is *)
  step : int;  (** descriptors of a buffer *)
  lent : Network.lent;
}

let merges = 15
let any_layout = 27
let host_tso4 = 11
let host_tso6 = 12
let entries = 256
let large_buffers = 8
let least_buffers = 2 * large_buffers

(* Section 5.1.6.1: legacy devices leave the number of buffers out when there is always one. And
   what some of them want is a descriptor of its own for the header: section 5.1.6.6. *)
let header_bytes virtio =
  if Virtio.has virtio Virtio.version_1 || Virtio.has virtio merges then 12 else 10

let steps virtio =
  let is_free feature = Virtio.has virtio feature in
  if List.exists is_free [ Virtio.version_1; any_layout ] then 1 else 2

(* Frames that the device cuts into segments. *)
let large virtio =
  if Virtio.has virtio host_tso4 || Virtio.has virtio host_tso6 then large_buffers else 0

let create virtio device number ~core ~message ~link =
  let bell = Sched.Bell.create "frames, or the network" in
  let lower = Virtio.interrupt virtio ?message ~configuration:link ~core bell in
  let queue index = Virtqueue.create virtio device ~index ~most:entries ~message in
  let receive = queue (2 * number) and send = queue ((2 * number) + 1) in
  let step = steps virtio in
  let buffers queue = min entries (Virtqueue.size queue / step) in
  if min (buffers receive) (buffers send) < least_buffers then
    Device.fail device "its queues are too short";
  let layout : Buffers.layout =
    { receives = buffers receive; sends = buffers send; large = large virtio }
  in
  {
    device;
    bell;
    lower;
    receive;
    send;
    header = header_bytes virtio;
    merges = Virtio.has virtio merges;
    step;
    lent = { core; bell; layout };
  }

let lent t = t.lent

(* ---- descriptors ---- *)

(* Header and frame, one after the other from [address] on. Returns the head. *)
let describe t queue slot ~address ~length ~flags =
  let head = slot * t.step in
  let put = Virtqueue.describe queue in
  if t.step = 1 then put head ~address ~length ~flags ~next:0
  else begin
    put head ~address ~length:t.header ~flags:(flags lor Virtqueue.flag_next) ~next:(head + 1);
    let address = address + t.header and length = length - t.header in
    put (head + 1) ~address ~length ~flags ~next:0
  end;
  head

let header_at t = Network.headroom - t.header
let room t = Network.buffer_bytes - header_at t

(* Where a buffer to receive in stands never changes. *)
let describe_all t memory =
  for buffer = 0 to t.lent.layout.receives - 1 do
    let address = Dma.address memory + (buffer * Network.buffer_bytes) + header_at t in
    ignore (describe t t.receive buffer ~address ~length:(room t) ~flags:Virtqueue.flag_write : int)
  done

(* ---- headers: section 5.1.6 ---- *)

let needs_checksum = 1
let checksum_valid = 2

let write_offload memory at word =
  Dma.set8 memory at (if Frame.has_checksum word then needs_checksum else 0);
  Dma.set16 memory (at + 6) (Frame.checksum_start word);
  Dma.set16 memory (at + 8) (Frame.checksum_offset word);
  match Frame.protocol word with
  | None -> ()
  | Some protocol ->
      Dma.set8 memory (at + 1) (match protocol with Tcp4 -> 1 | Tcp6 -> 4);
      Dma.set16 memory (at + 2) (Frame.header_length word);
      Dma.set16 memory (at + 4) (Frame.segment_size word)

let write_header t memory at word =
  Dma.set64 memory at 0;
  if t.header = 12 then Dma.set32 memory (at + 8) 0 else Dma.set16 memory (at + 8) 0;
  if word <> 0 then write_offload memory at word

let segmented memory at =
  let size = Dma.get16 memory (at + 4) and header = Dma.get16 memory (at + 2) in
  match Dma.get8 memory (at + 1) land 0x7f with
  | 1 -> Frame.segments Tcp4 ~size ~header:(min header 1023)
  | 4 -> Frame.segments Tcp6 ~size ~header:(min header 1023)
  | _ -> 0

let read_offload memory at =
  if Dma.get32 memory at = 0 && Dma.get8 memory at land checksum_valid = 0 then 0
  else
    let checksum =
      if Dma.get8 memory at land needs_checksum = 0 then 0
      else
        let start = Dma.get16 memory (at + 6) and offset = Dma.get16 memory (at + 8) in
        Frame.checksum ~start ~offset
    in
    checksum lor segmented memory at

(* ---- from the device ---- *)

let words = Frame.words

let put answers n word offload =
  answers.(words * n) <- word;
  answers.((words * n) + 1) <- offload

let rec collect_sent t answers n =
  match Virtqueue.take t.send with
  | -1 -> n
  | head ->
      put answers n (Frame.Item.sent ~buffer:(t.lent.layout.receives + (head / t.step))) 0;
      collect_sent t answers (n + 1)

(* The bytes of the buffer that was taken last; [from] of them are no frame's. *)
let received_bytes t ~from =
  let length = Virtqueue.taken_length t.receive in
  if length <= from || length > room t then
    Device.fail t.device "it says that it wrote %d bytes to a buffer of %d" length (room t);
  length - from

(* A frame's further buffers, which come with the first, and have no header. *)
let rec collect_rest t answers n left =
  if left = 0 then n
  else
    match Virtqueue.take t.receive with
    | -1 -> Device.fail t.device "%d buffers of a frame are missing" left
    | head ->
        let length = received_bytes t ~from:0 in
        let more = if left > 1 then Frame.mark_more else 0 in
        let word = Frame.Item.received ~buffer:(head / t.step) ~offset:(header_at t) ~length in
        put answers n (word lor more) 0;
        collect_rest t answers (n + 1) (left - 1)

let buffers_of t memory at =
  if not t.merges then 1
  else
    let n = Dma.get16 memory (at + 10) in
    if n > 0 && n <= t.lent.layout.receives then n
    else Device.fail t.device "it has put a frame in %d buffers" n

let rec collect_received t memory answers n =
  match Virtqueue.take t.receive with
  | -1 -> n
  | head ->
      let buffer = head / t.step in
      let at = (buffer * Network.buffer_bytes) + header_at t in
      let length = received_bytes t ~from:t.header in
      let buffers = buffers_of t memory at in
      let more = if buffers > 1 then Frame.mark_more else 0 in
      let valid = Dma.get8 memory at land checksum_valid <> 0 in
      let checked = if valid then Frame.mark_checked else 0 in
      let word = Frame.Item.received ~buffer ~offset:Network.headroom ~length in
      put answers n (word lor more lor checked) (read_offload memory at);
      collect_received t memory answers (collect_rest t answers (n + 1) (buffers - 1))

let collect t port memory answers =
  let n = collect_sent t answers (collect_received t memory answers 0) in
  if n > 0 then ignore (Port.answer port answers ~items:n ~words : int);
  n

(* ---- to the device ---- *)

let send t memory word offload =
  let slot = Frame.buffer word - t.lent.layout.receives in
  let at = Buffers.place t.lent.layout (Frame.buffer word) + Frame.offset word - t.header in
  write_header t memory at offload;
  let address = Dma.address memory + at and length = Frame.length word + t.header in
  Virtqueue.offer t.send (describe t t.send slot ~address ~length ~flags:0)

let submit t port memory items =
  let n = Port.next port items ~words ~most:(t.lent.layout.receives + t.lent.layout.sends) in
  for i = 0 to n - 1 do
    let word = items.(words * i) in
    match Frame.Item.outbound word with
    | Send -> send t memory word items.((words * i) + 1)
    | Fill -> Virtqueue.offer t.receive (Frame.buffer word * t.step)
  done;
  if n > 0 then begin
    Virtqueue.publish t.receive;
    Virtqueue.publish t.send
  end;
  n

(* ---- the fiber ---- *)

(* What is received is waited for; what is sent only matters when much of it is. *)
let may_sleep t port =
  Virtqueue.may_sleep t.receive ~after:1
  && Virtqueue.may_sleep t.send ~after:(Virtqueue.outstanding t.send / 4)
  && Port.may_sleep port

let say port answers word =
  put answers 0 word 0;
  Port.answer port answers ~items:1 ~words = 1

let serve t port memory ~tell =
  let items = Array.make (words * (t.lent.layout.receives + t.lent.layout.sends)) 0 in
  describe_all t memory;
  let rec turn () =
    t.lower ();
    tell (say port items);
    let collected = collect t port memory items in
    let submitted = submit t port memory items in
    if collected + submitted > 0 then Picos.Fiber.yield ()
    else if may_sleep t port then Sched.Bell.wait t.bell;
    turn ()
  in
  turn ()

let wake t = Sched.Bell.ring t.bell
let uncollected t = Virtqueue.uncollected t.receive
