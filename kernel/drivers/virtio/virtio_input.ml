module Dma = Hal.Dma
module Registers = Hal.Registers

let kind = 18

(* ---- the device's name ---- *)

let select_name = 1
let most_bytes = 128

let title virtio =
  let config = Virtio.configuration virtio in
  Registers.write8 config 0 select_name;
  Registers.write8 config 1 0;
  let size = min most_bytes (Registers.read8 config 2) in
  let text = String.init size (fun i -> Char.chr (Registers.read8 config (8 + i))) in
  let text = List.hd (String.split_on_char '\000' text) in
  String.map (fun c -> if c < ' ' || c > '~' then '?' else c) text

(* ---- queues: buffers of one event each ---- *)

type queue = { virtqueue : Virtqueue.t; memory : Dma.t }

type t = {
  device : Device.t;
  events : queue;  (** that the device fills *)
  status : queue;  (** for lights *)
  unused : int Queue.t;  (** of the latter *)
  bell : Sched.Bell.t;
  lower : unit -> unit;
}

let entries = 64
let event_bytes = 8

let open_queue device virtio index ~message =
  let virtqueue = Virtqueue.create virtio device ~index ~most:entries ~message in
  { virtqueue; memory = Device.memory device (Virtqueue.size virtqueue * event_bytes) }

let offer queue n ~flags =
  let address = Dma.address queue.memory + (n * event_bytes) in
  Virtqueue.describe queue.virtqueue n ~address ~length:event_bytes ~flags ~next:0;
  Virtqueue.offer queue.virtqueue n

let fill queue =
  for n = 0 to Virtqueue.size queue.virtqueue - 1 do
    offer queue n ~flags:Virtqueue.flag_write
  done;
  Virtqueue.publish queue.virtqueue

(* ---- events ---- *)

let event_at queue n : Input.event =
  let at = n * event_bytes in
  {
    kind = Dma.get16 queue.memory at;
    code = Dma.get16 queue.memory (at + 2);
    value = Dma.get32 queue.memory (at + 4);
  }

let check_length t =
  let n = Virtqueue.taken_length t.events.virtqueue in
  if n <> event_bytes then Device.fail t.device "it gives an event of %d bytes" n

(* What the device filled goes on; how many. *)
let collect t port items =
  let rec next n =
    match if n = Input.capacity then -1 else Virtqueue.take t.events.virtqueue with
    | -1 -> n
    | head ->
        check_length t;
        Input.to_words (event_at t.events head) items (n * Input.words);
        offer t.events head ~flags:Virtqueue.flag_write;
        next (n + 1)
  in
  let n = next 0 in
  if n > 0 then begin
    Virtqueue.publish t.events.virtqueue;
    ignore (Port.answer port items ~items:n ~words:Input.words : int)
  end;
  n

(* ---- lights ---- *)

let put t n (event : Input.event) =
  let at = n * event_bytes in
  Dma.set16 t.status.memory at event.kind;
  Dma.set16 t.status.memory (at + 2) event.code;
  Dma.set32 t.status.memory (at + 4) event.value;
  offer t.status n ~flags:0

let rec reclaim t =
  match Virtqueue.take t.status.virtqueue with
  | -1 -> ()
  | head ->
      Queue.push head t.unused;
      reclaim t

let submit t port items =
  reclaim t;
  let most = min Input.capacity (Queue.length t.unused) in
  let n = Port.next port items ~words:Input.words ~most in
  for i = 0 to n - 1 do
    put t (Queue.pop t.unused) (Input.of_words items (i * Input.words))
  done;
  Virtqueue.publish t.status.virtqueue;
  n

(* ---- one fiber for both ---- *)

let may_sleep t port =
  Virtqueue.may_sleep t.events.virtqueue ~after:1
  && Virtqueue.may_sleep t.status.virtqueue ~after:1
  && (Queue.is_empty t.unused || Port.may_sleep port)

let serve t port () =
  let items = Array.make (Input.capacity * Input.words) 0 in
  let rec turn () =
    t.lower ();
    let collected = collect t port items in
    let submitted = submit t port items in
    if collected + submitted > 0 then Picos.Fiber.yield ()
    else if may_sleep t port then Sched.Bell.wait t.bell;
    turn ()
  in
  turn ()

let open_ device virtio ~core =
  let bell = Sched.Bell.create "events, or lights" in
  let message = if Device.messages device > 1 then Some 1 else None in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let events = open_queue device virtio 0 ~message in
  let status = open_queue device virtio 1 ~message in
  let unused = Queue.of_seq (Seq.init (Virtqueue.size status.virtqueue) Fun.id) in
  { device; events; status; unused; bell; lower }

let start device =
  let virtio = Virtio.start device ~features:[] in
  let core = (Device.cores device).(0) in
  let title = title virtio in
  let t = open_ device virtio ~core in
  Virtio.run virtio;
  fill t.events;
  let port = Input.offer device ~title ~core t.bell in
  Device.spawn device ~core "0" (serve t port)

let driver : Driver.t = { name = "virtio-input"; matches = Virtio.is kind; start }
