open Hal
open Network_queue

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
  && length <= Buffers.small_bytes - Frame.offset word
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
