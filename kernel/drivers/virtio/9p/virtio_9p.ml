module Registers = Hal.Registers

let kind = 9
let has_tag = 0

type t = {
  device : Device.t;
  queue : Virtqueue.t;
  tags : int array;  (** by slot: of the request in it *)
  room : int array;  (** by slot: of the answer, in bytes *)
  unused : int Queue.t;  (** slots *)
  bell : Sched.Bell.t;
  lower : unit -> unit;
}

(* ---- slots: two descriptors each ---- *)

let entries = 256

let submit t words =
  let slot = Queue.pop t.unused in
  let address, length = Nine_p.Wire.request words in
  Virtqueue.describe t.queue (2 * slot) ~address ~length ~flags:Virtqueue.flag_next
    ~next:((2 * slot) + 1);
  let address, length = Nine_p.Wire.answer words in
  Virtqueue.describe t.queue ((2 * slot) + 1) ~address ~length ~flags:Virtqueue.flag_write ~next:0;
  t.tags.(slot) <- Requests.tag words.(0);
  t.room.(slot) <- length;
  Virtqueue.offer t.queue (2 * slot)

let finish t head =
  let slot = head / 2 and length = Virtqueue.taken_length t.queue in
  if length > t.room.(slot) then
    Device.fail t.device "it answers with %d bytes where there is room for %d" length t.room.(slot);
  Queue.push slot t.unused;
  t.tags.(slot) lor (length lsl 8)

(* ---- one fiber ---- *)

let rec collect t port answer collected =
  match Virtqueue.take t.queue with
  | -1 -> collected
  | head ->
      answer.(0) <- finish t head;
      ignore (Port.answer port answer ~items:1 ~words:1 : int);
      collect t port answer true

let rec send t port words sent =
  if
    (not (Queue.is_empty t.unused))
    && Port.next port words ~words:Nine_p.words ~most:1 = 1
  then begin
    submit t words;
    send t port words true
  end
  else begin
    Virtqueue.publish t.queue;
    sent
  end

let may_sleep t port =
  Virtqueue.may_sleep t.queue ~after:1 && (Queue.is_empty t.unused || Port.may_sleep port)

let serve t port () =
  let words = Array.make Nine_p.words 0 and answer = [| 0 |] in
  let rec turn () =
    t.lower ();
    let collected = collect t port answer false in
    let sent = send t port words false in
    if collected || sent then Picos.Fiber.yield ()
    else if may_sleep t port then Sched.Bell.wait t.bell;
    turn ()
  in
  turn ()

(* ---- bringing it up ---- *)

let tag_max = 1024

let tag device virtio =
  if not (Virtio.has virtio has_tag) then ""
  else begin
    let config = Virtio.configuration virtio in
    let length = Registers.read16 config 0 in
    if length > min tag_max (Registers.length config - 2) then
      Device.fail device "its name has %d bytes" length;
    let text = String.init length (fun i -> Char.chr (Registers.read8 config (2 + i))) in
    String.map (fun c -> if c < ' ' || c > '~' then '?' else c) text
  end

let open_ device virtio ~core =
  let bell = Sched.Bell.create "messages" in
  let message = if Device.messages device > 1 then Some 1 else None in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let queue = Virtqueue.create virtio device ~index:0 ~most:entries ~message in
  let slots = min Requests.depth (Virtqueue.size queue / 2) in
  if slots = 0 then Device.fail device "its queue has one entry";
  {
    device;
    queue;
    tags = Array.make slots 0;
    room = Array.make slots 0;
    unused = Queue.of_seq (Seq.init slots Fun.id);
    bell;
    lower;
  }

let start device =
  let virtio = Virtio.start device ~features:[ has_tag ] in
  let core = (Device.cores device).(0) in
  let tag = tag device virtio in
  let t = open_ device virtio ~core in
  Virtio.run virtio;
  let port = Nine_p.offer device ~tag ~core t.bell in
  Device.spawn device ~core "0" (serve t port)

let driver : Driver.t = { name = "virtio-9p"; matches = Virtio.is kind; start }
