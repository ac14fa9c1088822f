module Dma = Hal.Dma

let kind = 4
let entries = 8

type t = {
  device : Device.t;
  virtqueue : Virtqueue.t;
  memory : Dma.t;
  bytes : bytes;
  bell : Sched.Bell.t;
  lower : unit -> unit;
}

let open_queue device virtio ~core =
  let bell = Sched.Bell.create "requests, or random bytes" in
  let message = if Device.messages device > 1 then Some 1 else None in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let virtqueue = Virtqueue.create virtio device ~index:0 ~most:entries ~message in
  let memory = Device.memory device Entropy.most in
  { device; virtqueue; memory; bytes = Bytes.create Entropy.most; bell; lower }

(* ---- the queue ---- *)

(* One buffer at a time, as long as what is wanted. *)
let want t ~bytes =
  Virtqueue.describe t.virtqueue 0 ~address:(Dma.address t.memory) ~length:bytes
    ~flags:Virtqueue.flag_write ~next:0;
  Virtqueue.offer t.virtqueue 0;
  Virtqueue.publish t.virtqueue

let rec hand_over t port ~at ~until =
  if at < until then begin
    let len = min Port.bytes_max (until - at) in
    if not (Port.answer_bytes port t.bytes ~pos:at ~len) then
      failwith "Virtio_rng: no room for what was asked for";
    hand_over t port ~at:(at + len) ~until
  end

(* How many bytes came. Those that may not be looked at again are gone from memory. *)
let collect t port ~wanted =
  if Virtqueue.take t.virtqueue < 0 then 0
  else begin
    let n = Virtqueue.taken_length t.virtqueue in
    if n < 1 || n > wanted then Device.fail t.device "it gives %d bytes for %d" n wanted;
    Dma.blit_to_bytes t.memory 0 t.bytes 0 n;
    Dma.fill t.memory ~offset:0 ~length:n '\000';
    hand_over t port ~at:0 ~until:n;
    n
  end

let next t port request =
  if Port.next port request ~words:1 ~most:1 = 0 then 0
  else if request.(0) < 1 || request.(0) > Entropy.most then
    Device.fail t.device "its driver was asked for %d bytes" request.(0)
  else request.(0)

let may_sleep t port ~wanted =
  Virtqueue.may_sleep t.virtqueue ~after:1 && (wanted > 0 || Port.may_sleep port)

let serve t port () =
  let request = [| 0 |] in
  let rec turn ~wanted =
    t.lower ();
    let came = collect t port ~wanted in
    let asked = if wanted - came = 0 then next t port request else 0 in
    let wanted = wanted - came + asked in
    if wanted > 0 && Virtqueue.outstanding t.virtqueue = 0 then want t ~bytes:wanted;
    if came + asked > 0 then Picos.Fiber.yield ()
    else if may_sleep t port ~wanted then Sched.Bell.wait t.bell;
    turn ~wanted
  in
  turn ~wanted:0

let start device =
  let virtio = Virtio.start device ~features:[] in
  let core = (Device.cores device).(0) in
  let t = open_queue device virtio ~core in
  Virtio.run virtio;
  let port = Entropy.offer device ~core t.bell in
  Device.spawn device ~core "0" (serve t port)

let driver : Driver.t = { name = "virtio-rng"; matches = Virtio.is kind; start }
