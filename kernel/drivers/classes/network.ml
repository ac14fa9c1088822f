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

type queue = {
  interface : t;
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

and t = {
  name : string;
  device : string;
  mutable info : info;
  mutable queues : queue array;
  life : life Atomic.t;
  resent : int Atomic.t;
  lost : int Atomic.t;
  missed : int Atomic.t;
}

let name (t : t) = t.name
let device (t : t) = t.device
let info (t : t) = t.info
let queues (t : t) = t.queues
let queue_here t = t.queues.(Sched.core () mod Array.length t.queues)
let memory queue = Buffers.memory queue.buffers
let[@inline] start queue buffer = Buffers.start queue.buffers buffer
let buffer_bytes = Buffers.small_bytes
let headroom = 64
let least_offset = headroom - 16
let is_closed t = match (Atomic.get t.life).phase with Closed -> true | Up _ -> false
let words = Frame.words

(* ---- to the driver ---- *)

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

(* ---- sending ---- *)

let rec take_of queue size numbers ~most =
  if is_closed queue.interface then 0
  else
    match Buffers.take queue.buffers size numbers ~most with
    | 0 when most > 0 ->
        Buffers.await queue.buffers size;
        take_of queue size numbers ~most
    | n -> n

let take queue numbers ~most = take_of queue Small numbers ~most
let has_large queue = (Buffers.layout queue.buffers).large > 0

let take_large queue numbers ~most =
  if has_large queue then take_of queue Large numbers ~most else 0

let check_owned queue buffer ~to_send =
  let buffers = queue.buffers in
  if Buffers.is_sender buffers buffer <> to_send || not (Buffers.is_owned buffers buffer) then
    invalid_arg "Network: the buffer is not the caller's"

let check_frame queue word =
  let buffer = Frame.buffer word and offset = Frame.offset word and length = Frame.length word in
  check_owned queue buffer ~to_send:true;
  if offset < least_offset || length = 0 || length > Buffers.bytes queue.buffers buffer - offset
  then invalid_arg "Network: the frame is not within its buffer"

let transmit queue items ~frames =
  for i = 0 to frames - 1 do
    check_frame queue items.(words * i)
  done;
  lend queue items ~count:frames

let give_up queue numbers ~count =
  for i = 0 to count - 1 do
    check_owned queue numbers.(i) ~to_send:true;
    Buffers.set queue.buffers numbers.(i) Buffers.unused;
    Buffers.give_back queue.buffers numbers.(i)
  done

(* ---- receiving ---- *)

let rec receive queue frames =
  Ring.adopt_consumer queue.arrived;
  let most = min Ring.batch_max (Array.length frames / words) in
  match Ring.items (Ring.pop queue.arrived frames ~pos:0 ~words ~items:most) with
  | 0 when is_closed queue.interface -> 0
  | 0 ->
      if Ring.prepare_sleep_consumer queue.arrived = Sleep then Sched.Bell.wait queue.bell;
      receive queue frames
  | n -> n

let release queue frames ~frames:count =
  let scratch = queue.scratch.(Sched.core ()) in
  for i = 0 to count - 1 do
    let buffer = Frame.buffer frames.(words * i) in
    check_owned queue buffer ~to_send:false;
    scratch.(words * i) <- Frame.Item.fill ~buffer;
    scratch.((words * i) + 1) <- 0
  done;
  lend queue scratch ~count

(* ---- from the driver ---- *)

(* Whether the driver of this life had this buffer, of those for that; then it is in this hand. *)
let takes_back queue (life : life) buffer ~to_send into =
  buffer < Buffers.count queue.buffers
  && Buffers.is_sender queue.buffers buffer = to_send
  && Buffers.move queue.buffers buffer ~from:(Buffers.lent life.number) ~into

let on_sent queue life word =
  let buffer = Frame.buffer word in
  takes_back queue life buffer ~to_send:true Buffers.unused
  && begin
       if Frame.Item.was_dropped word then note_lost queue buffer
       else begin
         queue.sent <- queue.sent + 1;
         queue.sent_bytes <- queue.sent_bytes + Frame.length queue.items.(words * buffer);
         Buffers.give_back queue.buffers buffer
       end;
       true
     end

let on_received queue life word =
  let buffer = Frame.buffer word and length = Frame.length word in
  length > 0
  && length <= buffer_bytes - Frame.offset word
  && takes_back queue life buffer ~to_send:false Buffers.owned
  && begin
       queue.received <- queue.received + 1;
       queue.received_bytes <- queue.received_bytes + length;
       true
     end

(* Sorts one item; what was received stays in the array, from the front: how many so far. -1 when
   the driver said what it must not. *)
let sort queue life items i ~received =
  let word = items.(words * i) in
  match Frame.Item.inbound word with
  | Some Sent -> if on_sent queue life word then received else -1
  | Some Received when on_received queue life word ->
      items.(words * received) <- word;
      items.((words * received) + 1) <- items.((words * i) + 1);
      received + 1
  | Some Link ->
      queue.interface.info <- { queue.interface.info with link = Frame.Item.link_is_up word };
      received
  | Some Received | None -> -1

let rec sort_all queue life items ~count ~otherwise i received =
  if i = count then received
  else
    match sort queue life items i ~received with
    | -1 ->
        otherwise items.(words * i);
        sort_all queue life items ~count ~otherwise (i + 1) received
    | received -> sort_all queue life items ~count ~otherwise (i + 1) received

let deliver queue items ~frames =
  if frames > 0 then begin
    let pushed = Ring.push queue.arriving items ~pos:0 ~words ~items:frames in
    if Ring.must_wake pushed then Sched.Bell.ring queue.bell;
    if Ring.items pushed < frames then wait_forbidden ()
  end

(* Takes what there is; whether there was something. Does not suspend. *)
let collect queue life port items ~otherwise =
  let count = Port.receive port items ~words in
  deliver queue items ~frames:(sort_all queue life items ~count ~otherwise 0 0);
  count > 0

let make_items queue = Array.make (words * Buffers.count queue.buffers) 0

let dispatch queue life device port () =
  let items = make_items queue in
  let otherwise word =
    Device.fail device "its driver gave back buffer %d, which it did not have, or not so"
      (Frame.buffer word)
  in
  Ring.adopt_producer queue.arriving;
  while true do
    if not (collect queue life port items ~otherwise) then Port.await port
  done

(* ---- lives ---- *)

let each queue f =
  for buffer = 0 to Buffers.count queue.buffers - 1 do
    f buffer
  done

(* What the last driver had said and nobody had heard. It is dead, and so is who listened. *)
let hear_out t =
  let life = Atomic.get t.life in
  let hear port queue =
    let items = make_items queue in
    Port.adopt port;
    Ring.adopt_producer queue.arriving;
    while collect queue life port items ~otherwise:ignore do
      ()
    done
  in
  match life.phase with
  | Closed -> ()
  | Up { ports; _ } -> Array.iter2 hear ports t.queues

let enter t phase =
  hear_out t;
  let life = { number = (Atomic.get t.life).number + 1; phase } in
  Atomic.set t.life life;
  Array.iter (fun queue -> each queue (give queue)) t.queues;
  life

let close t =
  ignore (enter t Closed : life);
  Array.iter (fun queue -> Sched.Bell.ring queue.bell) t.queues

(* The driver is watched, not the network, which may let it wait for ever. *)
let progress port () : Device.progress =
  {
    outstanding = Port.untaken port;
    completed = (Port.statistics port).outbound.popped;
  }

(* ---- interfaces there are ---- *)

let interfaces : t list Atomic.t = Atomic.make []
let all () = List.rev (Atomic.get interfaces)
let find name = List.find_opt (fun (t : t) -> t.name = name) (Atomic.get interfaces)

let of_device device =
  let name = Device.name device in
  List.find_opt (fun (t : t) -> t.device = name) (Atomic.get interfaces)

let rec power_above n power = if power >= n then power else power_above n (2 * power)

let make_queue interface device index lent =
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

let create device info ~queues ~number =
  let t =
    {
      name = Printf.sprintf "net%d" number;
      device = Device.name device;
      info;
      queues = [||];
      life = Atomic.make { number = 0; phase = Closed };
      resent = Atomic.make 0;
      lost = Atomic.make 0;
      missed = Atomic.make 0;
    }
  in
  t.queues <- Array.of_list (List.mapi (make_queue t device) queues);
  t

let lock = Sync.Mutex.create ()

(* Seen by others when it has its queues. *)
let start_first device info queues =
  let t =
    Sync.Mutex.protect lock (fun () ->
        let others = Atomic.get interfaces in
        let t = create device info ~queues ~number:(List.length others) in
        Atomic.set interfaces (t :: others);
        t)
  in
  Device.when_gone device (fun () -> close t);
  t

let start_again (t : t) device info queues =
  let same (queue : queue) lent = Buffers.layout queue.buffers = lent.layout in
  if
    List.compare_length_with queues (Array.length t.queues) <> 0
    || not (List.for_all2 same (Array.to_list t.queues) queues)
  then Device.fail device "its queues are not what they were";
  t.info <- info;
  t

let port_of (queue : queue) lent =
  let capacity = power_above (Buffers.count queue.buffers) 1 in
  let name = Printf.sprintf "%s/%d" queue.interface.name queue.index in
  Port.create ~name ~core:lent.core ~capacity ~bell:lent.bell

let offer device info ~queues =
  let t =
    match of_device device with
    | None -> start_first device info queues
    | Some t -> start_again t device info queues
  in
  let lents = Array.of_list queues in
  let pairs = Array.map2 port_of t.queues lents in
  let ports = Array.map fst pairs in
  Array.iter (fun port -> Device.watch device (progress port)) ports;
  let life = enter t (Up { device; ports }) in
  let run i queue =
    Device.spawn device ~core:lents.(i).core (Printf.sprintf "arrivals/%d" i)
      (dispatch queue life device ports.(i))
  in
  Array.iteri run t.queues;
  List.init (Array.length pairs) (fun i -> (snd pairs.(i), memory t.queues.(i)))

let missed device n =
  Option.iter (fun t -> ignore (Atomic.fetch_and_add t.missed n : int)) (of_device device)

(* ---- statistics ---- *)

type counts = {
  sent : int;
  sent_bytes : int;
  received : int;
  received_bytes : int;
  resent : int;
  lost : int;
  missed : int;
}

let counts (t : t) =
  let sum of_queue = Array.fold_left (fun sum queue -> sum + of_queue queue) 0 t.queues in
  {
    sent = sum (fun queue -> queue.sent);
    sent_bytes = sum (fun queue -> queue.sent_bytes);
    received = sum (fun queue -> queue.received);
    received_bytes = sum (fun queue -> queue.received_bytes);
    resent = Atomic.get t.resent;
    lost = Atomic.get t.lost;
    missed = Atomic.get t.missed;
  }

let statistics (t : t) =
  match (Atomic.get t.life).phase with
  | Closed -> []
  | Up { ports; _ } -> Array.to_list (Array.map Port.statistics ports)
