open Hal

type info = {
  mac : string;
  mtu : int;
  link : bool;
  checksums : bool;
  segments : Frame.protocol list;
}

type phase = Closed | Up of { device : Device.t; ports : Port.kernel array }
type life = { number : int; phase : phase }

type lent = { core : int; bell : Sched.Bell.t; layout : Buffers.layout }

type t = {
  interface : interface;
  index : int;
  buffers : Buffers.t;
  items : int array;  (** by buffer: what its driver was or would be sent *)
  scratch : int array array;  (** by core *)
  arriving : Ring.single Ring.producer;
  arrived : Ring.consumer;
  bell : Sched.Bell.t;
  mutable sent : int;
  mutable sent_bytes : int;
  mutable received : int;
  mutable received_bytes : int;
}

and interface = {
  name : string;
  device : string;
  mutable info : info;
  mutable queues : t array;
  life : life Atomic.t;
  resent : int Atomic.t;
  lost : int Atomic.t;
  missed : int Atomic.t;
}

let is_closed interface =
  match (Atomic.get interface.life).phase with Closed -> true | Up _ -> false

let words = Frame.words
let rec power_above n power = if power >= n then power else power_above n (2 * power)

let create interface device index lent =
  let receives = lent.layout.receives in
  let arriving, arrived = Ring.single ~capacity:(power_above receives 1) () in
  let name = Printf.sprintf "%s/%d" interface.name index in
  let buffers = Buffers.create ~name lent.layout (Device.lasting_memory device) in
  let fill i = Frame.Item.fill ~buffer:(i / words) in
  {
    interface;
    index;
    buffers;
    items = Array.init (words * Buffers.count buffers) fill;
    scratch = Array.init (Sched.cores ()) (fun _ -> Array.make (words * receives) 0);
    arriving;
    arrived;
    bell = Sched.Bell.create name;
    sent = 0;
    sent_bytes = 0;
    received = 0;
    received_bytes = 0;
  }

let make_items queue = Array.make (words * Buffers.count queue.buffers) 0

let port queue lent =
  let capacity = power_above (Buffers.count queue.buffers) 1 in
  let name = Printf.sprintf "%s/%d" queue.interface.name queue.index in
  Port.create ~name ~core:lent.core ~capacity ~bell:lent.bell

(* ---- lending ---- *)

let wait_forbidden () = failwith "Network: a ring has room for fewer than its queue's buffers"

let push queue (device : Device.t) ports items ~count =
  let port = Array.get ports queue.index in
  if Port.send port items ~items:count ~words <> count then wait_forbidden ();
  Device.stir device

let note_lost queue buffer =
  Atomic.incr queue.interface.lost;
  Buffers.give_back queue.buffers buffer

(* Gives a buffer that a dead driver had, or was sent, to the present one. *)
let rec give queue buffer =
  let t = queue.interface and buffers = queue.buffers in
  let life = Atomic.get t.life in
  let from = Buffers.hand buffers buffer in
  let moves into =
    Buffers.is_lent_before from life.number && Buffers.move buffers buffer ~from ~into
  in
  match life.phase with
  | Closed ->
      if Buffers.is_sender buffers buffer && moves Buffers.unused then note_lost queue buffer
  | Up { device; ports } ->
      if moves (Buffers.lent life.number) then begin
        if Buffers.is_sender buffers buffer then Atomic.incr t.resent;
        push queue device ports (Array.sub queue.items (words * buffer) words) ~count:1
      end;
      if Atomic.get t.life != life then give queue buffer

(* Buffers whose items stand in the array. Pushing comes after marking, so that a life that begins
   meanwhile finds them; and then what was pushed went to a driver that is dead. *)
let lend queue items ~count =
  let t = queue.interface in
  let life = Atomic.get t.life in
  let hand = Buffers.lent (match life.phase with Closed -> 0 | Up _ -> life.number) in
  for i = 0 to count - 1 do
    let buffer = Frame.buffer items.(words * i) in
    queue.items.(words * buffer) <- items.(words * i);
    queue.items.((words * buffer) + 1) <- items.((words * i) + 1);
    Buffers.set queue.buffers buffer hand
  done;
  (match life.phase with
  | Closed -> ()
  | Up { device; ports } -> push queue device ports items ~count);
  if is_closed t || Atomic.get t.life != life then
    for i = 0 to count - 1 do
      give queue (Frame.buffer items.(words * i))
    done
