type lies = {
  mutable register : int -> int -> int;
  mutable command : int -> int;
  mutable queue : int -> int;
  mutable phase : int -> int;
  mutable status : int -> int;
  mutable result : int -> int;
  mutable head : int -> int;
  mutable identity : what:int -> bytes -> unit;
  mutable repeats : bool;
  mutable resets : bool;
  mutable lowers : bool;
  mutable answers : bool;
}

let honest () =
  {
    register = (fun _ value -> value);
    command = Fun.id;
    queue = Fun.id;
    phase = Fun.id;
    status = Fun.id;
    result = Fun.id;
    head = Fun.id;
    identity = (fun ~what:_ _ -> ());
    repeats = false;
    resets = true;
    lowers = true;
    answers = true;
  }

let be_honest l =
  let h = honest () in
  l.register <- h.register;
  l.command <- h.command;
  l.queue <- h.queue;
  l.phase <- h.phase;
  l.status <- h.status;
  l.result <- h.result;
  l.head <- h.head;
  l.identity <- h.identity;
  l.repeats <- false;
  l.resets <- true;
  l.lowers <- true;
  l.answers <- true

(* A pair: commands, and what became of them. *)
type pair = {
  mutable commands : int;
  mutable nr_commands : int;  (** 0: there is none *)
  mutable taken : int;
  mutable tail : int;
  mutable completions : int;
  mutable nr_completions : int;
  mutable done_ : int;
  mutable head : int;  (** that the driver has told *)
  mutable phase : int;
  mutable message : int;
}

let nr_pairs = 4

type t = {
  lies : lies;
  contents : bytes;
  slot : Pci_slot.t;
  pairs : pair array;
  reach : Reach.t;
  bell : Sched.Bell.t;
  mutable cc : int;
  mutable ready : bool;
  mutable masked : bool;
  mutable aqa : int;
  mutable asq : int;
  mutable acq : int;
}

let get32 t = Reach.get32 t.reach
let get64 t = Reach.get64 t.reach

(* ---- interrupts ---- *)

(* The line is up while what is done has not been taken. *)
let update_line t =
  let waits p = p.nr_completions > 0 && p.done_ <> p.head in
  if not (Array.exists waits t.pairs) then (if t.lies.lowers then Pci_slot.set_line t.slot false)
  else if not t.masked then Pci_slot.set_line t.slot true

let interrupt t (pair : pair) =
  if Pci_slot.has_messages t.slot then Pci_slot.send t.slot pair.message else update_line t

(* ---- completions: section 4.6 ---- *)

let complete_once t ~queue ~id ~status ~result =
  let p = t.pairs.(queue) in
  let at = p.completions + (16 * p.done_) in
  Reach.set32 t.reach at (t.lies.result result);
  Reach.set32 t.reach (at + 8) (t.lies.head p.taken land 0xffff lor (t.lies.queue queue lsl 16));
  let phase = t.lies.phase p.phase land 1 and status = t.lies.status status in
  Reach.set32 t.reach (at + 12) (t.lies.command id lor (phase lsl 16) lor (status lsl 17));
  p.done_ <- (p.done_ + 1) mod p.nr_completions;
  if p.done_ = 0 then p.phase <- 1 - p.phase;
  interrupt t p

let complete t ~queue ~id ~status ~result =
  complete_once t ~queue ~id ~status ~result;
  if t.lies.repeats then complete_once t ~queue ~id ~status ~result

(* ---- memory: section 4.3 ---- *)

let page = 4096

(* As pairs of address and length. *)
let pages t at ~bytes =
  let first = get64 t (at + 24) and second = get64 t (at + 32) in
  let in_first = min bytes (page - (first land (page - 1))) in
  let left = bytes - in_first in
  let rec listed list left =
    if left <= 0 then [] else (get64 t list, min page left) :: listed (list + 8) (left - page)
  in
  (first, in_first)
  :: (if left <= 0 then [] else if left <= page then [ (second, left) ] else listed second left)

let transfer t at ~write =
  let block = get64 t (at + 40) and bytes = 512 * ((get32 t (at + 48) land 0xffff) + 1) in
  let move from (address, length) =
    let memory = Reach.memory t.reach address length in
    if write then Hal.Dma.blit_to_bytes memory 0 t.contents from length
    else Hal.Dma.blit_of_bytes t.contents from memory 0 length;
    from + length
  in
  if (512 * block) + bytes > Bytes.length t.contents then 0x80
  else begin
    ignore (List.fold_left move (512 * block) (pages t at ~bytes) : int);
    0
  end

(* ---- admin commands: section 5 ---- *)

let set_controller b =
  let text at length s = Bytes.blit_string (Printf.sprintf "%-*s" length s) 0 b at length in
  text 4 20 "played";
  text 24 40 "a controller";
  Bytes.set_uint8 b 77 5;
  Bytes.set_int32_le b 516 1l;
  Bytes.set_uint8 b 525 1

let set_namespace b =
  Bytes.set_int64_le b 0 (Int64.of_int Lying_disk.sectors);
  Bytes.set_int32_le b 128 (Int32.of_int (9 lsl 16))

let identify t at =
  let b = Bytes.make page '\000' and what = get32 t (at + 40) land 0xff in
  (match what with
  | 0 -> set_namespace b
  | 1 -> set_controller b
  | _ -> Bytes.set_int32_le b 0 1l);
  t.lies.identity ~what b;
  Hal.Dma.blit_of_bytes b 0 (Reach.memory t.reach (get64 t (at + 24)) page) 0 page

let queue_of t at = t.pairs.(get32 t (at + 40) land 0xffff mod nr_pairs)
let entries_of t at = (get32 t (at + 40) lsr 16) + 1

let create_completions t at =
  let p = queue_of t at in
  p.completions <- get64 t (at + 24);
  p.nr_completions <- entries_of t at;
  p.message <- get32 t (at + 44) lsr 16;
  p.done_ <- 0;
  p.head <- 0;
  p.phase <- 1

let create_commands t at =
  let p = queue_of t at in
  p.commands <- get64 t (at + 24);
  p.nr_commands <- entries_of t at;
  p.taken <- 0;
  p.tail <- 0

(* A command's status and result. *)
let admin t at opcode =
  match opcode with
  | 0x00 -> (queue_of t at).nr_commands <- 0; (0, 0)
  | 0x01 -> create_commands t at; (0, 0)
  | 0x04 -> (queue_of t at).nr_completions <- 0; (0, 0)
  | 0x05 -> create_completions t at; (0, 0)
  | 0x06 -> identify t at; (0, 0)
  | 0x09 -> (0, (nr_pairs - 2) lor ((nr_pairs - 2) lsl 16))
  | _ -> (1, 0)

let disk t at opcode =
  match opcode with
  | 0x00 -> 0
  | 0x01 -> transfer t at ~write:true
  | 0x02 -> transfer t at ~write:false
  | _ -> 1

(* ---- queues ---- *)

let work_on t queue at =
  let word = get32 t at in
  let opcode = word land 0xff and id = word lsr 16 in
  let status, result = if queue = 0 then admin t at opcode else (disk t at opcode, 0) in
  complete t ~queue ~id ~status ~result

let rec work t queue =
  let p = t.pairs.(queue) in
  if t.ready && Pci_slot.reaches_memory t.slot && t.lies.answers && p.nr_commands > 0
  && p.taken <> p.tail && p.tail < p.nr_commands
  then begin
    let at = p.commands + (64 * p.taken) in
    p.taken <- (p.taken + 1) mod p.nr_commands;
    work_on t queue at;
    work t queue
  end

let rec serve t =
  Sched.Bell.wait t.bell;
  Array.iteri (fun queue _ -> try work t queue with Reach.Trespass -> ()) t.pairs;
  serve t

(* ---- registers: section 3.1 ---- *)

let no_pair _ =
  { commands = 0; nr_commands = 0; taken = 0; tail = 0; completions = 0; nr_completions = 0;
    done_ = 0;
    head = 0; phase = 1; message = 0 }

let stop t =
  t.ready <- false;
  Array.iteri (fun i _ -> t.pairs.(i) <- no_pair i) t.pairs;
  if t.lies.lowers then Pci_slot.set_line t.slot false

let start t =
  let p = t.pairs.(0) in
  p.commands <- t.asq;
  p.nr_commands <- (t.aqa land 0xfff) + 1;
  p.completions <- t.acq;
  p.nr_completions <- (t.aqa lsr 16) + 1;
  t.ready <- true

let control t value =
  let is_on = value land 1 <> 0 in
  t.cc <- value;
  if is_on && not t.ready then start t
  else if (not is_on) && t.ready && t.lies.resets then stop t

let shutdown_done = 8

(* 64 entries, 500 ms, commands for disks. *)
let read t ~bytes:_ offset =
  let value =
    match offset with
    | 0x00 -> 63 lor (1 lsl 24)
    | 0x04 -> 0x20
    | 0x08 -> 0x10400
    | 0x14 -> t.cc
    | 0x1c -> Bool.to_int t.ready lor if t.cc land 0xc000 <> 0 then shutdown_done else 0
    | _ -> 0
  in
  t.lies.register offset value

let doorbell t number value =
  if number / 2 < nr_pairs then begin
    let p = t.pairs.(number / 2) in
    if number land 1 = 0 then p.tail <- value else p.head <- value;
    if number land 1 = 1 && not (Pci_slot.has_messages t.slot) then update_line t;
    Sched.Bell.ring t.bell
  end

let write t ~bytes:_ offset value =
  match offset with
  | 0x0c -> t.masked <- true
  | 0x10 ->
      t.masked <- false;
      update_line t
  | 0x14 -> control t value
  | 0x24 -> t.aqa <- value
  | 0x28 -> t.asq <- Reach.with_low t.asq value
  | 0x2c -> t.asq <- Reach.with_high t.asq value
  | 0x30 -> t.acq <- Reach.with_low t.acq value
  | 0x34 -> t.acq <- Reach.with_high t.acq value
  | _ -> if offset >= 0x1000 then doorbell t ((offset - 0x1000) / 4) value

(* ---- all ---- *)

let hardware t name =
  let registers = Hal.Registers.make ~length:0x2000 ~read:(read t) ~write:(write t) in
  Pci_slot.hardware t.slot ~vendor:0x1b36 ~device:0x10 ~class_code:0x010802
    ~windows:[ registers ] name

let device slot =
  {
    lies = honest ();
    contents = Bytes.make (512 * Lying_disk.sectors) '\000';
    slot;
    pairs = Array.init nr_pairs no_pair;
    reach = Reach.create ();
    bell = Sched.Bell.create "the driver";
    cc = 0;
    ready = false;
    masked = false;
    aqa = 0;
    asq = 0;
    acq = 0;
  }

let create ?(messages = 0) ?(is_gated = true) name : lies Lying_disk.t =
  let t = device (Pci_slot.create ~messages ~is_gated) in
  ignore (Sched.spawn ~kind:Local ~name:"nvme device" (fun () -> serve t) : unit
    Picos.Computation.t);
  {
    hardware = hardware t name;
    driver = Drivers.Nvme.driver;
    lies = t.lies;
    be_honest = (fun () -> be_honest t.lies);
    answers = (fun yes -> t.lies.answers <- yes);
    contents = t.contents;
    trespasses = (fun () -> Reach.trespasses t.reach);
  }
