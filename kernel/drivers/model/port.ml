open Picos
module Ring = Hal.Ring

type shared = {
  name : string;
  core : int;
  capacity : int;
  driver_bell : Sched.Bell.t;
  kernel_bell : Sched.Bell.t;
  wanting_room : Trigger.t list Atomic.t;  (** of fibers that send *)
}

type kernel = {
  shared : shared;
  senders : Ring.many Ring.producer array;  (** one for each core *)
  replies : Ring.consumer;
  requests_seen : Ring.consumer;  (** for its statistics alone *)
  replies_seen : Ring.single Ring.producer;
}

type driver = { shared : shared; requests : Ring.consumer; answers : Ring.single Ring.producer }

let words = Ring.words_many

(* The first byte of the item is how many follow. *)
let item_bytes = 8 * words
let bytes_max = item_bytes - 1

let create ~name ~core ~capacity ~bell =
  let shared =
    {
      name;
      core;
      capacity;
      driver_bell = bell;
      kernel_bell = Sched.Bell.create name;
      wanting_room = Atomic.make [];
    }
  in
  let funnel, requests = Ring.many ~capacity () in
  let answers, replies = Ring.single ~capacity () in
  let senders = Array.init (Sched.cores ()) (fun _ -> Ring.producer funnel) in
  ( { shared; senders; replies; requests_seen = requests; replies_seen = answers },
    { shared; requests; answers } )

(* ---- the kernel's side ---- *)

let send (t : kernel) array ~items ~words =
  let pushed = Ring.push t.senders.(Sched.core ()) array ~pos:0 ~words ~items in
  if Ring.must_wake pushed then Sched.Bell.ring t.shared.driver_bell;
  Ring.items pushed

let rec change list f =
  let seen = Atomic.get list in
  if not (Atomic.compare_and_set list seen (f seen)) then change list f

let await_room (t : kernel) =
  let trigger = Trigger.create () in
  change t.shared.wanting_room (List.cons trigger);
  match Ring.prepare_sleep_producer t.senders.(Sched.core ()) with
  | Ready | Broken -> change t.shared.wanting_room (List.filter (fun other -> other != trigger))
  | Sleep -> (
      match Sched.Reason.during t.shared.name (fun () -> Trigger.await trigger) with
      | None -> ()
      | Some (e, backtrace) -> Printexc.raise_with_backtrace e backtrace)

let rec send_all t array ~items ~words =
  let sent = send t array ~items ~words in
  if sent < items then begin
    Array.blit array (sent * words) array 0 ((items - sent) * words);
    await_room t;
    send_all t array ~items:(items - sent) ~words
  end

let make_room shared = List.iter Trigger.signal (Atomic.exchange shared.wanting_room [])

let receive (t : kernel) array ~words =
  let items = min Ring.batch_max (Array.length array / words) in
  let popped = Ring.pop t.replies array ~pos:0 ~words ~items in
  if Ring.must_wake popped then Sched.Bell.ring t.shared.driver_bell;
  Ring.items popped

let wrap bytes ~pos ~len =
  if len > bytes_max then invalid_arg "Port: an item has room for 55 bytes";
  let item = Bytes.create item_bytes in
  Bytes.blit bytes pos item 1 len;
  Bytes.set_uint8 item 0 len;
  item

let unwrap item popped bytes ~pos =
  if Ring.items popped = 0 then 0
  else begin
    let len = min bytes_max (Bytes.get_uint8 item 0) in
    Bytes.blit item 1 bytes pos len;
    len
  end

let send_bytes (t : kernel) bytes ~pos ~len =
  let item = wrap bytes ~pos ~len in
  let pushed = Ring.push_bytes t.senders.(Sched.core ()) item ~pos:0 ~len:(len + 1) in
  if Ring.must_wake pushed then Sched.Bell.ring t.shared.driver_bell;
  Ring.items pushed = 1

let receive_bytes (t : kernel) bytes ~pos =
  let item = Bytes.create item_bytes in
  let popped = Ring.pop_bytes t.replies item ~pos:0 ~len:item_bytes in
  if Ring.must_wake popped then Sched.Bell.ring t.shared.driver_bell;
  unwrap item popped bytes ~pos

let await (t : kernel) =
  match Ring.prepare_sleep_consumer t.replies with
  | Ready | Broken -> ()
  | Sleep -> Sched.Bell.wait t.shared.kernel_bell

let untaken (t : kernel) =
  let pushed sum sender = sum + (Ring.producer_stats sender).pushed in
  Array.fold_left pushed 0 t.senders - (Ring.consumer_stats t.requests_seen).popped

let adopt (t : kernel) = Ring.adopt_consumer t.replies

(* ---- the driver's side ---- *)

let next (t : driver) array ~words ~most =
  let items = min Ring.batch_max most in
  let popped = Ring.pop t.requests array ~pos:0 ~words ~items in
  if Ring.must_wake popped then make_room t.shared;
  Ring.items popped

let answer (t : driver) array ~items ~words =
  let pushed = Ring.push t.answers array ~pos:0 ~words ~items in
  if Ring.must_wake pushed then Sched.Bell.ring t.shared.kernel_bell;
  Ring.items pushed

let next_bytes (t : driver) bytes ~pos =
  let item = Bytes.create item_bytes in
  let popped = Ring.pop_bytes t.requests item ~pos:0 ~len:item_bytes in
  if Ring.must_wake popped then make_room t.shared;
  unwrap item popped bytes ~pos

let answer_bytes (t : driver) bytes ~pos ~len =
  let item = wrap bytes ~pos ~len in
  let pushed = Ring.push_bytes t.answers item ~pos:0 ~len:(len + 1) in
  if Ring.must_wake pushed then Sched.Bell.ring t.shared.kernel_bell;
  Ring.items pushed = 1

let may_sleep (t : driver) = Ring.prepare_sleep_consumer t.requests = Sleep
let may_sleep_for_room (t : driver) = Ring.prepare_sleep_producer t.answers = Sleep

(* ---- statistics ---- *)

type statistics = {
  name : string;
  core : int;
  capacity : int;
  outbound : Ring.consumer_stats;
  refused : int;
  inbound : Ring.producer_stats;
  highest_inbound : int;
}

let statistics (t : kernel) =
  let refused sum sender = sum + (Ring.producer_stats sender).refused in
  {
    name = t.shared.name;
    core = t.shared.core;
    capacity = t.shared.capacity;
    outbound = Ring.consumer_stats t.requests_seen;
    refused = Array.fold_left refused 0 t.senders;
    inbound = Ring.producer_stats t.replies_seen;
    highest_inbound = (Ring.consumer_stats t.replies).highest;
  }
