open Hal

type t = {
  device : Device.t;
  index : int;
  size : int;
  ring : Dma.t;
  available : int;  (** offset *)
  used : int;
  has_event_index : bool;
  notify : unit -> unit;
  is_out : Bytes.t;  (** by descriptor: whether the device has the chain that begins there *)
  mutable outstanding : int;
  mutable offered : int;  (** 16 bits, as the device counts *)
  mutable published : int;
  mutable seen : int;
  mutable taken_length : int;
}

let size t = t.size
let outstanding t = t.outstanding
let taken_length t = t.taken_length
let flag_next = 1
let flag_write = 2
let flag_indirect = 4
let wrap n = n land 0xffff

let rec power_below n = if n land (n - 1) = 0 then n else power_below (n land (n - 1))

let size_of device (transport : Virtio_transport.t) index ~most =
  let max = transport.queue_size index in
  if max <= 0 then Device.fail device "it has no queue %d" index
  else if transport.is_legacy then max
  else min most (power_below max)

let create virtio device ~index ~most ~message =
  let transport = Virtio.transport virtio in
  let size = size_of device transport index ~most in
  if size > 32768 || size land (size - 1) <> 0 then
    Device.fail device "queue %d has %d entries, no power of two up to 32768" index size;
  let available, used, bytes = Virtio_transport.split_layout ~size in
  let ring = Device.memory device bytes in
  let at offset = Dma.address ring + offset in
  let queue : Virtio_transport.queue =
    { size; descriptors = at 0; available = at available; used = at used }
  in
  if not (transport.set_queue index queue ~message) then
    Device.fail device "it does not take message %d for queue %d" (Option.get message) index;
  {
    device;
    index;
    size;
    ring;
    available;
    used;
    has_event_index = Virtio.has virtio Virtio.event_index;
    notify = transport.notify index;
    is_out = Bytes.make size '\000';
    outstanding = 0;
    offered = 0;
    published = 0;
    seen = 0;
    taken_length = 0;
  }

(* ---- descriptors ---- *)

let describe t n ~address ~length ~flags ~next =
  let at = 16 * n in
  Dma.set64 t.ring at address;
  Dma.set32 t.ring (at + 8) length;
  Dma.set16 t.ring (at + 12) flags;
  Dma.set16 t.ring (at + 14) next

let set_length t n length = Dma.set32 t.ring ((16 * n) + 8) length

(* ---- to the device ---- *)

let offer t head =
  Dma.set16 t.ring (t.available + 4 + (2 * (t.offered land (t.size - 1)))) head;
  Bytes.set t.is_out head '\001';
  t.outstanding <- t.outstanding + 1;
  t.offered <- wrap (t.offered + 1)

let no_notify = 1

(* Whether the device's event lies among what is new: section 2.7.10.1. *)
let wants_notification t ~before =
  if t.has_event_index then
    let event = Dma.get16 t.ring (t.used + 4 + (8 * t.size)) in
    wrap (t.offered - event - 1) < wrap (t.offered - before)
  else Dma.get16 t.ring t.used land no_notify = 0

let publish t =
  if t.offered <> t.published then begin
    let before = t.published in
    Dma.write_barrier ();
    Dma.set16 t.ring (t.available + 2) t.offered;
    t.published <- t.offered;
    Dma.barrier ();
    if wants_notification t ~before then t.notify ()
  end

(* ---- from the device ---- *)

let used_index t = Dma.get16 t.ring (t.used + 2)

let take_entry t =
  let at = t.used + 4 + (8 * (t.seen land (t.size - 1))) in
  let head = Dma.get32 t.ring at in
  if head >= t.size || Bytes.get t.is_out head = '\000' then
    Device.fail t.device "queue %d: it gives back descriptor %d, which it does not have" t.index
      head;
  t.taken_length <- Dma.get32 t.ring (at + 4);
  Bytes.set t.is_out head '\000';
  t.outstanding <- t.outstanding - 1;
  t.seen <- wrap (t.seen + 1);
  head

let take t =
  let index = used_index t in
  if index = t.seen then -1
  else begin
    if wrap (index - t.seen) > t.outstanding then
      Device.fail t.device "queue %d: it has used %d chains of %d" t.index (wrap (index - t.seen))
        t.outstanding;
    Dma.read_barrier ();
    take_entry t
  end

let uncollected t = min t.outstanding (wrap (used_index t - t.seen))

let may_sleep t ~after =
  if t.has_event_index then
    Dma.set16 t.ring (t.available + 4 + (2 * t.size)) (wrap (t.seen + max 1 after - 1))
  else Dma.set16 t.ring t.available 0;
  Dma.barrier ();
  used_index t = t.seen
