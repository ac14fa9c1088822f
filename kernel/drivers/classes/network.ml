open Hal
open Network_queue

type info = Network_queue.info = {
  mac : string;
  mtu : int;
  link : bool;
  checksums : bool;
  segments : Frame.protocol list;
}

type lent = Network_queue.lent = { core : int; bell : Sched.Bell.t; layout : Buffers.layout }
type queue = Network_queue.t
type t = Network_queue.interface

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

(* ---- lives ---- *)

let each queue f =
  for buffer = 0 to Buffers.count queue.buffers - 1 do
    f buffer
  done

let enter t phase =
  Network_arrivals.hear_out t;
  let life = { number = (Atomic.get t.life).number + 1; phase } in
  Atomic.set t.life life;
  Array.iter (fun queue -> each queue (give queue)) t.queues;
  life

let close t =
  ignore (enter t Closed : life);
  Array.iter (fun (queue : queue) -> Sched.Bell.ring queue.bell) t.queues

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
  t.queues <- Array.of_list (List.mapi (Network_queue.create t device) queues);
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

let offer device info ~queues =
  let t =
    match of_device device with
    | None -> start_first device info queues
    | Some t -> start_again t device info queues
  in
  let lents = Array.of_list queues in
  let pairs = Array.map2 port t.queues lents in
  let ports = Array.map fst pairs in
  Array.iter (fun port -> Device.watch device (progress port)) ports;
  let life = enter t (Up { device; ports }) in
  let run i queue =
    Device.spawn device ~core:lents.(i).core (Printf.sprintf "arrivals/%d" i)
      (Network_arrivals.dispatch queue life device ports.(i))
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
