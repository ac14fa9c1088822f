open Hal
open Picos

let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format

(* ---- items that say where they come from ---- *)

let words = 3
let checksum who number = ((who + 1) * 0x9E37_79B9) lxor (number * 0x85EB_CA6B)

let write_item array i who number =
  array.(words * i) <- who;
  array.((words * i) + 1) <- number;
  array.((words * i) + 2) <- checksum who number

exception Wrong of string

let wrong format = Printf.ksprintf (fun what -> raise (Wrong what)) format

(* [next] has the number that each producer's next item must have. *)
let check_item next who number sum =
  if who < 0 || who >= Array.length next then wrong "an item of producer %d" who;
  if number <> next.(who) then
    wrong "item %d of producer %d in place of %d" number who next.(who);
  if sum <> checksum who number then wrong "item %d of producer %d is corrupt" number who;
  next.(who) <- number + 1

(* ---- sleeping: a bell holds the trigger of who waits for it ---- *)

let new_bell () : Trigger.t option Atomic.t = Atomic.make None
let ring bell = Option.iter Trigger.signal (Atomic.exchange bell None)

(* Registers first, and sleeps only if the ring then still has nothing. *)
let sleep_unless_ready bell prepare =
  let trigger = Trigger.create () in
  Atomic.set bell (Some trigger);
  match prepare () with
  | Ring.Ready -> ()
  | Ring.Sleep -> ignore (Trigger.await trigger : _ option)
  | Ring.Broken -> wrong "the ring is broken"

(* ---- two ends, each of which does a little and says whether it could ---- *)

type 'form sender = {
  who : int;
  producer : 'form Ring.producer;
  random : Random.State.t;
  buffer : int array;
  asleep : Trigger.t option Atomic.t;
  mutable sent : int;
}

type receiver = {
  consumer : Ring.consumer;
  next : int array;
  sizes : Random.State.t;
  items : int array;
  idle : Trigger.t option Atomic.t;
  mutable received : int;
}

let batch = 16

let new_sender who producer =
  let random = Random.State.make [| who |] and buffer = Array.make (words * batch) 0 in
  { who; producer; random; buffer; asleep = new_bell (); sent = 0 }

let new_receiver consumer ~producers =
  let items = Array.make (words * batch) 0 in
  let sizes = Random.State.make [| 77 |] and next = Array.make producers 0 in
  { consumer; next; sizes; items; idle = new_bell (); received = 0 }

let send_some s ~total receiver =
  let items = min (total - s.sent) (1 + Random.State.int s.random batch) in
  for i = 0 to items - 1 do
    write_item s.buffer i s.who (s.sent + i)
  done;
  let pushed = Ring.push s.producer s.buffer ~pos:0 ~words ~items in
  if Ring.must_wake pushed then ring receiver.idle;
  s.sent <- s.sent + Ring.items pushed;
  Ring.items pushed > 0

let receive_some r senders =
  let items = 1 + Random.State.int r.sizes batch in
  let popped = Ring.pop r.consumer r.items ~pos:0 ~words ~items in
  if Ring.must_wake popped then List.iter (fun s -> ring s.asleep) senders;
  for i = 0 to Ring.items popped - 1 do
    check_item r.next r.items.(words * i) r.items.((words * i) + 1) r.items.((words * i) + 2)
  done;
  r.received <- r.received + Ring.items popped;
  Ring.items popped > 0

let rec send_all s ~total receiver =
  Fiber.yield ();
  if s.sent < total then begin
    if not (send_some s ~total receiver) then
      sleep_unless_ready s.asleep (fun () -> Ring.prepare_sleep_producer s.producer);
    send_all s ~total receiver
  end

let rec receive_all r ~total senders =
  if r.received < total then begin
    if not (receive_some r senders) then
      sleep_unless_ready r.idle (fun () -> Ring.prepare_sleep_consumer r.consumer);
    receive_all r ~total senders
  end

let on core f = Sched.spawn ~kind:Local ~core ~name:"ring test" f

(* The consumer on core 0; the producers, each a fiber, on the other cores if there are any. *)
let run_transfer senders r ~each =
  let others = Sched.cores () - 1 in
  let core i = if others = 0 then 0 else 1 + (i mod others) in
  let total = each * List.length senders in
  let receiving = on 0 (fun () -> receive_all r ~total senders) in
  let sending = List.mapi (fun i s -> on (core i) (fun () -> send_all s ~total:each r)) senders in
  Computation.await receiving;
  List.iter Computation.await sending

(* What is left in the ring at the end, by the consumer's own core. *)
let left_over r =
  let pop () = Ring.items (Ring.pop r.consumer r.items ~pos:0 ~words ~items:1) in
  Computation.await (on 0 pop)

let transfer senders consumer ~each =
  let r = new_receiver consumer ~producers:(List.length senders) in
  match run_transfer senders r ~each with
  | exception Wrong what -> Error what
  | () ->
      let stats = Ring.consumer_stats consumer in
      let pushed s = (Ring.producer_stats s.producer).pushed in
      let pushed = List.fold_left (fun n s -> n + pushed s) 0 senders in
      let total = each * List.length senders in
      check
        (pushed = total && stats.popped = total && left_over r = 0)
        "%d items pushed and %d popped of %d" pushed stats.popped total

let one_producer capacity () =
  let producer, consumer = Ring.single ~capacity () in
  transfer [ new_sender 0 producer ] consumer ~each:20_000

let many_producers capacity () =
  let funnel, consumer = Ring.many ~capacity () in
  transfer (List.init 3 (fun i -> new_sender i (Ring.producer funnel))) consumer ~each:8_000

(* ---- in place ---- *)

let number_at round i = (round * 1000) + i

let write_place p round n =
  for i = 0 to n - 1 do
    Ring.set p ~cell:i ~word:0 (number_at round i);
    Ring.set_int64 p ~cell:i ~word:7 (Int64.lognot (Int64.of_int i));
    Ring.set p ~cell:i ~word:3 min_int
  done

let place_is_right c round i =
  Ring.get c ~cell:i ~word:0 = number_at round i
  && Ring.get_int64 c ~cell:i ~word:7 = Int64.lognot (Int64.of_int i)
  && Ring.get c ~cell:i ~word:3 = min_int

let in_place () =
  let p, c = Ring.single ~capacity:8 () in
  let bad = ref 0 in
  for round = 1 to 100 do
    let n = Ring.reserve p 5 in
    write_place p round n;
    ignore (Ring.publish p n : bool);
    let taken = Ring.take c 8 in
    for i = 0 to taken - 1 do
      if not (place_is_right c round i) then incr bad
    done;
    if taken <> n || Ring.release c taken then incr bad
  done;
  check (!bad = 0) "%d of 100 rounds came out different" !bad

let bytes () =
  let p, c = Ring.single ~capacity:2 () in
  let sent = Bytes.init 100 Char.chr and got = Bytes.make 100 '.' in
  let pushed = Ring.push_bytes p sent ~pos:10 ~len:64 in
  let popped = Ring.pop_bytes c got ~pos:3 ~len:64 in
  check
    (Ring.items pushed = 1 && Ring.items popped = 1
    && Bytes.sub got 3 64 = Bytes.sub sent 10 64
    && Bytes.sub_string got 0 3 = "..." && Bytes.sub_string got 67 33 = String.make 33 '.')
    "64 bytes came out different"

(* Every width there is; with what it costs, for whoever wants to know (docs/rings.md). *)
let batches () =
  let show { Ring_cost.what; ns_per_item; _ } =
    Printf.printf "# ring: %s: %.1f ns an item\n" what ns_per_item
  in
  let figures = Ring_cost.measure () in
  List.iter show figures;
  let wrong = List.filter (fun { Ring_cost.right; _ } -> not right) figures in
  check (wrong = []) "%s came out different"
    (String.concat "; " (List.map (fun { Ring_cost.what; _ } -> what) wrong))

(* ---- full rings ---- *)

let push_numbers p items = Ring.items (Ring.push p (Array.init items Fun.id) ~pos:0 ~words:1 ~items)

let refuses () =
  let p, _ = Ring.single ~capacity:8 () in
  let pushed = push_numbers p 11 in
  let { Ring.pushed = counted; refused; dropped; _ } = Ring.producer_stats p in
  check
    ((pushed, counted, refused, dropped) = (8, 8, 3, 0))
    "%d pushed, %d counted, %d refused, %d dropped" pushed counted refused dropped

let drops () =
  let p, c = Ring.single ~full:Drop ~capacity:8 () in
  let pushed = push_numbers p 11 and out = Array.make 11 (-1) in
  let popped = Ring.items (Ring.pop c out ~pos:0 ~words:1 ~items:11) in
  let { Ring.refused; dropped; _ } = Ring.producer_stats p in
  check
    ((pushed, refused, dropped, popped) = (8, 0, 3, 8) && Array.sub out 0 8 = Array.init 8 Fun.id)
    "%d pushed, %d refused, %d dropped, %d popped" pushed refused dropped popped

(* ---- wrong use ---- *)

let refused_use (name, f) =
  match f () with _ -> Some name | exception Invalid_argument _ -> None

(* Before anything is reserved or taken. *)
let closed_misuse p c =
  let funnel, _ = Ring.many ~capacity:4 () in
  let narrow = Ring.producer funnel and room = Array.make 16 0 in
  let push pos words items () = ignore (Ring.push p room ~pos ~words ~items : Ring.outcome) in
  let capacity capacity () = ignore (Ring.single ~capacity () : _ * _) in
  [
    ("a capacity of 3", capacity 3);
    ("a capacity of 0", capacity 0);
    ("a huge capacity", capacity (2 * Ring.capacity_max));
    ("items past the array", push 14 3 1);
    ("items before the array", push (-1) 1 1);
    ("items of nine words", push 0 9 1);
    ("items of no word", push 0 0 1);
    ("less than no item", push 0 1 (-1));
    ("eight words of seven", fun () -> ignore (Ring.push narrow room ~pos:0 ~words:8 ~items:1));
    ("65 bytes", fun () -> ignore (Ring.push_bytes p (Bytes.create 65) ~pos:0 ~len:65));
    ("a cell that is not reserved", fun () -> Ring.set p ~cell:0 ~word:0 1);
    ("what is not reserved", fun () -> ignore (Ring.publish p 1));
    ("a cell that is not taken", fun () -> ignore (Ring.get c ~cell:0 ~word:0));
    ("what is not taken", fun () -> ignore (Ring.release c 1));
  ]

(* While two cells are reserved. *)
let open_misuse p =
  let set cell word () = Ring.set p ~cell ~word 1 in
  [
    ("the cell after the reserved", set 2 0);
    ("a cell before", set (-1) 0);
    ("word 8", set 0 8);
    ("a second reservation", fun () -> ignore (Ring.reserve p 1));
    ("a push meanwhile", fun () -> ignore (Ring.push p [| 1 |] ~pos:0 ~words:1 ~items:1));
    ("three of two", fun () -> ignore (Ring.publish p 3));
    ("sleeping meanwhile", fun () -> ignore (Ring.prepare_sleep_producer p));
  ]

let misuse () =
  let p, c = Ring.single ~capacity:4 () in
  let allowed = List.filter_map refused_use (closed_misuse p c) in
  let reserved = Ring.reserve p 2 in
  let allowed = allowed @ List.filter_map refused_use (open_misuse p) in
  check (reserved = 2 && allowed = []) "allowed: %s" (String.concat ", " allowed)

let owners () =
  let p, _ = Ring.single ~capacity:4 () in
  let push () = Ring.items (Ring.push p [| 1 |] ~pos:0 ~words:1 ~items:1) in
  let here f = Computation.await (on 0 f) in
  let elsewhere f = Computation.await (on (Sched.cores () - 1) f) in
  let adopt_and_push () =
    Ring.adopt_producer p;
    push ()
  in
  let first = here push in
  let foreign = elsewhere (fun () -> refused_use ("", push)) in
  let adopted = elsewhere adopt_and_push in
  let back = here (fun () -> refused_use ("", push)) in
  let refused = if Sched.cores () = 1 then Some "" else None in
  check
    (first = 1 && adopted = 1 && foreign = refused && back = refused)
    "a core used an end of another's, or could not use its own"

(* ---- across a boundary: this test is the peer ---- *)

let new_memory ~capacity =
  let memory = Bigarray.(Array1.create char c_layout (64 + Ring.Foreign.size ~capacity)) in
  Bigarray.Array1.fill memory '\000';
  memory

(* The memory must begin with a cache line: one of these eight does. *)
let aligned memory make =
  let rec try_at offset =
    let rest = Bigarray.Array1.(sub memory offset (dim memory - offset)) in
    match make rest with
    | end_ -> (rest, end_)
    | exception Invalid_argument _ when offset < 56 -> try_at (offset + 8)
  in
  try_at 0

let poke (memory : Ring.Foreign.memory) offset word =
  for i = 0 to 7 do
    memory.{offset + i} <- Char.chr ((word lsr (8 * i)) land 255)
  done

let show_tail memory index = poke memory 0 (2 * index)
let show_head memory index = poke memory 64 (2 * index)
let write_cell memory cell word = poke memory (128 + (64 * cell)) word

let foreign_consumer () =
  let memory, c = aligned (new_memory ~capacity:4) (Ring.Foreign.consumer ~capacity:4 ~batch:4) in
  write_cell memory 0 42;
  show_tail memory 1;
  let taken = Ring.take c 4 in
  write_cell memory 0 43;
  let seen = Ring.get c ~cell:0 ~word:0 in
  ignore (Ring.release c taken : bool);
  let waits = Ring.prepare_sleep_consumer c in
  show_tail memory 6;
  let after = Ring.take c 4 and broken = Ring.prepare_sleep_consumer c in
  show_tail memory 1;
  let for_good = Ring.prepare_sleep_consumer c in
  check
    ((taken, seen, after) = (1, 42, 0) && waits = Sleep && broken = Broken && for_good = Broken)
    "%d taken, %d seen, then %d" taken seen after

let foreign_producer () =
  let memory, p = aligned (new_memory ~capacity:4) (Ring.Foreign.producer ~capacity:4) in
  let pushed = push_numbers p 4 in
  let waits = Ring.prepare_sleep_producer p in
  show_head memory 2;
  let more = push_numbers p 4 in
  show_head memory 7;
  let broken = Ring.prepare_sleep_producer p in
  show_head memory 2;
  let after = push_numbers p 1 and for_good = Ring.prepare_sleep_producer p in
  check
    ((pushed, more, after) = (4, 2, 0) && waits = Sleep && broken = Broken && for_good = Broken)
    "%d pushed, then %d, then %d" pushed more after

(* ---- memory ---- *)

(* More rings than memory holds: those that nobody has any more go. *)
let collected () =
  let total = (Machine.memory ()).total and capacity = 1 lsl 14 in
  let rings = 5 * total / (4 * Ring.Foreign.size ~capacity) in
  let made = ref 0 in
  for _ = 1 to rings do
    Fiber.yield ();
    let p, c = Ring.single ~capacity () in
    let out = [| 0 |] in
    ignore (push_numbers p 1 : int);
    made := !made + Ring.items (Ring.pop c out ~pos:0 ~words:1 ~items:1)
  done;
  check (!made = rings) "%d of %d rings worked" !made rings

let all =
  [
    test "ring-fifo" "items of one producer come out whole and in order" (one_producer 64);
    test "ring-fifo-tiny" "likewise in a ring of one item" (one_producer 1);
    test "ring-many" "items of many producers come out whole and in order"
      (many_producers 64);
    test "ring-many-tiny" "likewise in a ring of two items" (many_producers 2);
    test "ring-in-place" "cells written where they are are read where they are" in_place;
    test "ring-bytes" "bytes come out as they went in" bytes;
    test "ring-batches" "batches of items of every width come out as they went in" batches;
    test "ring-refuses" "a full ring refuses, and counts" refuses;
    test "ring-drops" "one made to drop drops, and counts" drops;
    test "ring-misuse" "wrong use raises Invalid_argument" misuse;
    test "ring-owners" "an end is its core's until another adopts it" owners;
    test "ring-foreign-consumer" "a peer that shows an impossible tail is found out"
      foreign_consumer;
    test "ring-foreign-producer" "a peer that shows an impossible head is found out"
      foreign_producer;
    test "ring-collected" "rings that nobody has any more give their memory back" collected;
  ]
