module Dma = Hal.Dma

(* A queue with a piece of memory for each descriptor. *)
type queue = { virtqueue : Virtqueue.t; memory : Dma.t; pieces : int }

type t = {
  device : Device.t;
  receive : queue;
  transmit : queue;
  unused : int Queue.t;  (** pieces of [transmit] *)
  incoming : bytes;  (** what is held *)
  outgoing : bytes;
  mutable held : int;  (** the piece of [receive] that is being handed over; -1: none *)
  mutable from : int;  (** what of it is left *)
  mutable until : int;
}

let entries = 8
let piece_bytes = 512

let open_queue virtio device index ~message =
  let virtqueue = Virtqueue.create virtio device ~index ~most:entries ~message in
  let pieces = min entries (Virtqueue.size virtqueue) in
  { virtqueue; memory = Device.memory device (pieces * piece_bytes); pieces }

let create virtio device ~receive ~transmit ~message =
  let receive = open_queue virtio device receive ~message in
  let transmit = open_queue virtio device transmit ~message in
  {
    device;
    receive;
    transmit;
    unused = Queue.of_seq (Seq.init transmit.pieces Fun.id);
    incoming = Bytes.create piece_bytes;
    outgoing = Bytes.create Port.bytes_max;
    held = -1;
    from = 0;
    until = 0;
  }

let offer queue n ~length ~flags =
  let address = Dma.address queue.memory + (n * piece_bytes) in
  Virtqueue.describe queue.virtqueue n ~address ~length ~flags ~next:0;
  Virtqueue.offer queue.virtqueue n

let offer_room t n = offer t.receive n ~length:piece_bytes ~flags:Virtqueue.flag_write

let start t =
  for n = 0 to t.receive.pieces - 1 do
    offer_room t n
  done;
  Virtqueue.publish t.receive.virtqueue

(* ---- from the device ---- *)

(* Whether there is something to hand over. *)
let hold t =
  t.held >= 0
  ||
  match Virtqueue.take t.receive.virtqueue with
  | -1 -> false
  | head ->
      let length = Virtqueue.taken_length t.receive.virtqueue in
      if length > piece_bytes then
        Device.fail t.device "it put %d bytes in a buffer of %d" length piece_bytes;
      Dma.blit_to_bytes t.receive.memory (head * piece_bytes) t.incoming 0 length;
      t.held <- head;
      t.from <- 0;
      t.until <- length;
      true

let give_back t =
  offer_room t t.held;
  Virtqueue.publish t.receive.virtqueue;
  t.held <- -1

let rec hand_over t port =
  let len = min Port.bytes_max (t.until - t.from) in
  if len = 0 then begin
    give_back t;
    true
  end
  else if Port.answer_bytes port t.incoming ~pos:t.from ~len then begin
    t.from <- t.from + len;
    hand_over t port
  end
  else false

(* ---- to the device ---- *)

let rec reclaim t =
  match Virtqueue.take t.transmit.virtqueue with
  | -1 -> ()
  | head ->
      Queue.push head t.unused;
      reclaim t

(* As many items as a piece has room for; how many bytes. *)
let rec gather t port piece ~at =
  if at > piece_bytes - Port.bytes_max then at
  else
    match Port.next_bytes port t.outgoing ~pos:0 with
    | 0 -> at
    | n ->
        Dma.blit_of_bytes t.outgoing 0 t.transmit.memory ((piece * piece_bytes) + at) n;
        gather t port piece ~at:(at + n)

let send t port =
  if Queue.is_empty t.unused then false
  else
    let piece = Queue.peek t.unused in
    match gather t port piece ~at:0 with
    | 0 -> false
    | length ->
        ignore (Queue.pop t.unused : int);
        offer t.transmit piece ~length ~flags:0;
        Virtqueue.publish t.transmit.virtqueue;
        true

(* ---- *)

let work t port =
  reclaim t;
  let received = hold t && hand_over t port in
  let sent = send t port in
  received || sent

let may_sleep t port =
  (if t.held >= 0 then Port.may_sleep_for_room port
   else Virtqueue.may_sleep t.receive.virtqueue ~after:1)
  && Virtqueue.may_sleep t.transmit.virtqueue ~after:1
  && (Queue.is_empty t.unused || Port.may_sleep port)
