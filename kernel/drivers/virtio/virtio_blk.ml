open Hal

let kind = 2

(* Feature bits: section 5.2.3. *)
let read_only = 5
let block_size = 6
let flush = 9
let several_queues = 12
let discard = 13
let write_zeroes = 14

(* ---- the disk ---- *)

let rec is_power n = n = 1 || (n > 1 && n land 1 = 0 && is_power (n / 2))

let block_sectors device virtio config =
  if not (Virtio.has virtio block_size) then 1
  else
    let bytes = Registers.read32 config 20 in
    if bytes < Block.sector_bytes || bytes > 1 lsl 20 || not (is_power bytes) then
      Device.fail device "it has blocks of %d bytes" bytes
    else bytes / Block.sector_bytes

let limit virtio feature config offset =
  if Virtio.has virtio feature then min (Registers.read32 config offset) Block.sectors_max else 0

let info device virtio : Block.info =
  let config = Virtio.configuration virtio in
  let low, high =
    Virtio.consistent virtio (fun () -> (Registers.read32 config 0, Registers.read32 config 4))
  in
  if high >= 1 lsl 21 then Device.fail device "it has 0x%x%08x sectors" high low;
  {
    sectors = low lor (high lsl 32);
    block_sectors = block_sectors device virtio config;
    read_only = Virtio.has virtio read_only;
    has_cache = Virtio.has virtio flush;
    discard_max = limit virtio discard config 36;
    zeroes_max = limit virtio write_zeroes config 48;
    identity = "";
  }

(* ---- a queue ---- *)

type queue = {
  device : Device.t;
  virtqueue : Virtqueue.t;
  slots : Virtio_blk_slots.t;
  bell : Sched.Bell.t;
  lower : unit -> unit;  (** after a ring: the line *)
}

let entries = 256

let open_queue device virtio index ~core ~message =
  let bell = Sched.Bell.create "requests, or the disk" in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let virtqueue = Virtqueue.create virtio device ~index ~most:entries ~message in
  let indirect = Virtio.has virtio Virtio.indirect in
  {
    device;
    virtqueue;
    slots = Virtio_blk_slots.create device virtqueue ~indirect;
    bell;
    lower;
  }

(* What the device has used becomes answers; how many. They always have room: no more requests can
   be outstanding than the ring holds. *)
let collect queue port answers =
  let rec next n =
    match Virtqueue.take queue.virtqueue with
    | -1 -> n
    | head ->
        answers.(n) <- Virtio_blk_slots.answer queue.slots head;
        next (n + 1)
  in
  let n = next 0 in
  if n > 0 then ignore (Port.answer port answers ~items:n ~words:1 : int);
  n

let words = Port.words

(* Requests become chains, as far as there are slots; how many. *)
let submit queue port requests =
  let rec offer n i =
    if i < n then begin
      let head = Virtio_blk_slots.fill queue.slots requests ~pos:(words * i) in
      Virtqueue.offer queue.virtqueue head;
      offer n (i + 1)
    end
  in
  let room = Virtio_blk_slots.free queue.slots in
  let n = Port.next port requests ~words ~most:room in
  offer n 0;
  Virtqueue.publish queue.virtqueue;
  n

(* The device interrupts when a quarter of what it has is done: there is more to come. *)
let may_sleep queue port =
  Virtqueue.may_sleep queue.virtqueue ~after:(Virtqueue.outstanding queue.virtqueue / 4)
  && (Virtio_blk_slots.is_full queue.slots || Port.may_sleep port)

let serve queue port () =
  let requests = Array.make (words * Requests.depth) 0 and answers = Array.make Requests.depth 0 in
  let rec turn () =
    queue.lower ();
    let collected = collect queue port answers in
    let submitted = submit queue port requests in
    if collected + submitted > 0 then Picos.Fiber.yield ()
    else if may_sleep queue port then Sched.Bell.wait queue.bell;
    turn ()
  in
  turn ()

(* ---- bringing it up ---- *)

let nr_queues device virtio =
  let offered =
    if Virtio.has virtio several_queues then Registers.read16 (Virtio.configuration virtio) 34
    else 1
  in
  let interrupts = max 1 (Device.messages device - 1) in
  max 1 (min (Array.length (Device.cores device)) (min offered interrupts))

(* Before anybody else has the queue. *)
let identity queue =
  Virtqueue.offer queue.virtqueue (Virtio_blk_slots.identify queue.slots);
  Virtqueue.publish queue.virtqueue;
  let rec await () =
    queue.lower ();
    match Virtqueue.take queue.virtqueue with
    | -1 ->
        if Virtqueue.may_sleep queue.virtqueue ~after:1 then Sched.Bell.wait queue.bell;
        await ()
    | head -> Virtio_blk_slots.identity queue.slots head
  in
  await ()

let start device =
  let features = [ read_only; block_size; flush; several_queues; discard; write_zeroes ] in
  let virtio = Virtio.start device ~features in
  let info = info device virtio in
  let cores = Device.cores device in
  let has_messages = Device.messages device > 1 in
  let open_nth i =
    let message = if has_messages then Some (i + 1) else None in
    open_queue device virtio i ~core:cores.(i) ~message
  in
  let queues = List.init (nr_queues device virtio) open_nth in
  Virtio.run virtio;
  let info = { info with identity = identity (List.hd queues) } in
  let ports =
    Block.offer device info ~queues:(List.mapi (fun i queue -> (cores.(i), queue.bell)) queues)
  in
  let run i (queue, port) =
    Device.spawn device ~core:cores.(i) (string_of_int i) (serve queue port)
  in
  List.iteri run (List.combine queues ports)

let driver : Driver.t = { name = "virtio-blk"; matches = Virtio.is kind; start }
