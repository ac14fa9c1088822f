open Picos

let depth = 128
let tag_bits = 8
let[@inline] tag word = word land ((1 lsl tag_bits) - 1)

type outcome = Answered of int | Interrupted | Gone

(* A slot's state. [sent life] says that the driver of this life has the request: whoever takes the
   state there, from [ready] or from an earlier life, is the one who sends. Whoever takes it back to
   [filling] is the one who answers. *)
let unused = 0
let filling = 1
let ready = 2
let sent life = 3 + life

type slot = {
  state : int Atomic.t;
  words : int array;
  mutable nr_words : int;
  mutable answered : outcome -> unit;
}

type phase = Down | Closed | Up of { device : Device.t; ports : Port.kernel array }
type life = { number : int; phase : phase }

type queue = {
  index : int;
  slots : slot array;
  tags : Tags.t;
  scratch : int array array;  (** by core *)
  mutable answered : int;
}

type t = {
  name : string;
  repeats : bool;
  queues : queue array;
  life : life Atomic.t;
  repeated : int Atomic.t;
}

let queues t = Array.length t.queues

let make_slot _ =
  { state = Atomic.make unused; words = Array.make Port.words 0; nr_words = 0; answered = ignore }

let make_queue name index =
  {
    index;
    slots = Array.init depth make_slot;
    tags = Tags.create ~name (List.init depth Fun.id);
    scratch = Array.init (Sched.cores ()) (fun _ -> Array.make Port.words 0);
    answered = 0;
  }

let create ~name ~queues ~repeats =
  {
    name;
    repeats;
    queues = Array.init queues (make_queue name);
    life = Atomic.make { number = 0; phase = Down };
    repeated = Atomic.make 0;
  }

(* ---- answers ---- *)

(* The slot is the caller's, [filling]. *)
let finish t queue tag outcome =
  let slot = queue.slots.(tag) in
  let answered = slot.answered in
  slot.answered <- ignore;
  queue.answered <- queue.answered + 1;
  Atomic.set slot.state unused;
  Tags.give_back queue.tags tag;
  try answered outcome
  with e -> Printf.eprintf "%s: who asked it raised %s\n%!" t.name (Printexc.to_string e)

let answer t life device queue word =
  let tag = tag word in
  if tag < depth && Atomic.compare_and_set queue.slots.(tag).state (sent life.number) filling then
    finish t queue tag (Answered (word lsr tag_bits))
  else Device.fail device "its driver answered request %d, which it did not have" tag

let rec dispatch t life device queue port answers =
  let n = Port.receive port answers ~words:1 in
  for i = 0 to n - 1 do
    answer t life device queue answers.(i)
  done;
  if n = 0 then Port.await port;
  dispatch t life device queue port answers

(* ---- requests ---- *)

let push queue port slot =
  let scratch = queue.scratch.(Sched.core ()) in
  Array.blit slot.words 0 scratch 0 slot.nr_words;
  if Port.send port scratch ~items:1 ~words:slot.nr_words <> 1 then
    failwith "Requests: a ring has room for fewer than its queue"

(* Ends when the present life has the request, or none will. *)
let rec send t queue tag =
  let slot = queue.slots.(tag) in
  let life = Atomic.get t.life in
  let seen = Atomic.get slot.state in
  let is_mine = seen >= ready && seen < sent life.number in
  match life.phase with
  | Down -> ()
  | Closed -> if is_mine then give_up t queue tag slot ~seen Gone
  | Up _ when is_mine && seen > ready && not t.repeats ->
      give_up t queue tag slot ~seen Interrupted
  | Up { device; ports } ->
      if is_mine && Atomic.compare_and_set slot.state seen (sent life.number) then begin
        if seen > ready then Atomic.incr t.repeated;
        push queue ports.(queue.index) slot;
        Device.stir device
      end;
      if Atomic.get t.life != life then send t queue tag

and give_up t queue tag slot ~seen outcome =
  if Atomic.compare_and_set slot.state seen filling then finish t queue tag outcome

let submit t ~fill answered =
  let queue = t.queues.(Sched.core () mod Array.length t.queues) in
  let tag = Tags.take queue.tags in
  let slot = queue.slots.(tag) in
  slot.nr_words <- fill slot.words;
  slot.words.(0) <- slot.words.(0) lor tag;
  slot.answered <- answered;
  Atomic.set slot.state ready;
  send t queue tag

let ask t ~fill =
  let outcome = ref Gone and trigger = Trigger.create () in
  let wait () =
    submit t ~fill (fun answer ->
        outcome := answer;
        Trigger.signal trigger);
    ignore (Sched.Reason.during t.name (fun () -> Trigger.await trigger))
  in
  Fiber.forbid (Fiber.current ()) wait;
  !outcome

(* ---- lives ---- *)

let each t f =
  let of_queue queue = Array.iteri (fun tag slot -> f queue tag slot) queue.slots in
  Array.iter of_queue t.queues

let rec enter t phase =
  let before = Atomic.get t.life in
  let life = { number = before.number + 1; phase } in
  if Atomic.compare_and_set t.life before life then begin
    each t (fun queue tag _ -> send t queue tag);
    life
  end
  else enter t phase

let close t = ignore (enter t Closed)

let outstanding_in (queue : queue) =
  let is_out (slot : slot) = Atomic.get slot.state > ready in
  Array.fold_left (fun n slot -> if is_out slot then n + 1 else n) 0 queue.slots

let outstanding t = Array.fold_left (fun sum queue -> sum + outstanding_in queue) 0 t.queues
let answered t = Array.fold_left (fun sum (queue : queue) -> sum + queue.answered) 0 t.queues

let watch device (queue : queue) =
  Device.watch device (fun () ->
      { outstanding = outstanding_in queue; completed = queue.answered })

let serve t device ~queues =
  let queues = Array.of_list queues in
  if Array.length queues <> Array.length t.queues then
    Device.fail device "it had %d queues, and has %d" (Array.length t.queues) (Array.length queues);
  let port i (core, bell) =
    Port.create ~name:(Printf.sprintf "%s/%d" t.name i) ~core ~capacity:depth ~bell
  in
  let pairs = Array.mapi port queues in
  Array.iter (watch device) t.queues;
  let life = enter t (Up { device; ports = Array.map fst pairs }) in
  let dispatcher i (kernel, _) =
    Device.spawn device ~core:(fst queues.(i)) (Printf.sprintf "answers/%d" i) (fun () ->
        dispatch t life device t.queues.(i) kernel (Array.make depth 0))
  in
  Array.iteri dispatcher pairs;
  List.map snd (Array.to_list pairs)

(* ---- statistics ---- *)

type counts = { answered : int; repeated : int; outstanding : int }

let counts t =
  { answered = answered t; repeated = Atomic.get t.repeated; outstanding = outstanding t }

let ports t =
  match (Atomic.get t.life).phase with
  | Up { ports; _ } -> List.map Port.statistics (Array.to_list ports)
  | Down | Closed -> []
