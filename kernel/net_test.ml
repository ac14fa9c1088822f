open Drivers

type result = {
  frames : int;
  bytes : int;
  repeated : int;
  twice : int;
  foreign : int;
  elapsed_ns : int;
}

let least_bytes = 64
let words = Frame.words
let batch = 16

(* A frame: broadcast, the sender, a type for experiments (IEEE 802, EtherType 0x88B5); then the
   run's number, the frame's number, and words that follow from these. *)
let ether_type_at = 12
let ether_type = 0x88b5
let run_at = 14
let number_at = 24
let pattern_at = 32

type t = {
  run : int;
  frames : int;
  bytes : int;
  from : Network.t;
  window : int;
  has_come : Bytes.t;  (** by number *)
  come : int Atomic.t;
  twice : int Atomic.t;
  foreign : int Atomic.t;
  wrong : string option Atomic.t;
  bell : Sched.Bell.t;  (** the sender's *)
}

let pattern ~number i =
  let mixed = (number * 0x9E37_79B9) + (i * 0xC2B2_AE35) in
  mixed lxor (mixed lsr 15)

let rec each_word ~bytes f at =
  if at + 8 <= bytes then begin
    f at;
    each_word ~bytes f (at + 8)
  end

let write t memory start ~number =
  let mac = (Network.info t.from).mac in
  for i = 0 to 5 do
    Hal.Dma.set8 memory (start + i) 0xff;
    Hal.Dma.set8 memory (start + 6 + i) (Char.code mac.[i])
  done;
  Hal.Dma.set8 memory (start + ether_type_at) (ether_type lsr 8);
  Hal.Dma.set8 memory (start + ether_type_at + 1) (ether_type land 0xff);
  Hal.Dma.set64 memory (start + run_at) t.run;
  Hal.Dma.set64 memory (start + number_at) number;
  each_word ~bytes:t.bytes
    (fun at -> Hal.Dma.set64 memory (start + at) (pattern ~number at))
    pattern_at

let is_ours t memory start ~length =
  length >= pattern_at
  && Hal.Dma.get8 memory (start + ether_type_at) = ether_type lsr 8
  && Hal.Dma.get8 memory (start + ether_type_at + 1) = ether_type land 0xff
  && Hal.Dma.get64 memory (start + run_at) = t.run

(* ---- receiving ---- *)

let note_wrong t format =
  Printf.ksprintf (fun what -> ignore (Atomic.compare_and_set t.wrong None (Some what))) format

let note_come t number =
  if Bytes.get t.has_come number = '\000' then begin
    Bytes.set t.has_come number '\001';
    Atomic.incr t.come
  end
  else Atomic.incr t.twice

let check t memory start ~length ~number =
  if length <> t.bytes then
    note_wrong t "frame %d has %d bytes in place of %d" number length t.bytes;
  let check_word at =
    let found = Hal.Dma.get64 memory (start + at) and expected = pattern ~number at in
    if found <> expected then
      note_wrong t "frame %d, byte %d: 0x%x in place of 0x%x" number at found expected
  in
  each_word ~bytes:(min length t.bytes) check_word pattern_at

let look t queue word =
  let memory = Network.memory queue and length = Frame.length word in
  let start = Network.start queue (Frame.buffer word) + Frame.offset word in
  if not (is_ours t memory start ~length) then Atomic.incr t.foreign
  else
    let number = Hal.Dma.get64 memory (start + number_at) in
    if number < 0 || number >= t.frames then note_wrong t "there is no frame %d" number
    else begin
      check t memory start ~length ~number;
      note_come t number
    end

let receiver t queue () =
  let frames = Array.make (words * batch) 0 in
  while true do
    let n = Network.receive queue frames in
    for i = 0 to n - 1 do
      look t queue frames.(words * i)
    done;
    Network.release queue frames ~frames:n;
    Sched.Bell.ring t.bell;
    if n = 0 then Sched.Time.sleep 10_000_000
  done

(* ---- sending ---- *)

let patience_ns = 100_000_000
let attempts = 50

let build t queue buffers items ~count ~number_of =
  let memory = Network.memory queue in
  for i = 0 to count - 1 do
    let buffer = buffers.(i) and offset = Network.headroom in
    write t memory (Network.start queue buffer + offset) ~number:(number_of i);
    items.(words * i) <- Frame.make ~buffer ~offset ~length:t.bytes;
    items.((words * i) + 1) <- 0
  done

(* Sends those of the numbers that stand in the array from [pos] on; how many. *)
let send t numbers ~pos ~most =
  let queue = Network.queue_here t.from in
  let buffers = Array.make batch 0 and items = Array.make (words * batch) 0 in
  let count = Network.take queue buffers ~most:(min batch most) in
  if count = 0 then note_wrong t "%s has no driver" (Network.name t.from);
  build t queue buffers items ~count ~number_of:(fun i -> numbers.(pos + i));
  Network.transmit queue items ~frames:count;
  count

(* Waits for this, or until nothing has come for a while; whether it is so. *)
let rec await t is_so =
  if is_so () || Atomic.get t.wrong <> None then true
  else
    match Sched.Time.within ~ns:patience_ns (fun () -> Sched.Bell.wait t.bell) with
    | Ok () -> await t is_so
    | Error `Time_is_up -> false

(* Sends all of these numbers once, as the window allows. What does not come in time makes room. *)
let send_all t numbers =
  let total = Array.length numbers in
  let rec go ~pos ~lost ~before =
    let room () = t.window - (pos - lost - (Atomic.get t.come - before)) in
    if pos < total && Atomic.get t.wrong = None then
      if await t (fun () -> room () > 0) then
        let sent = send t numbers ~pos ~most:(max 1 (min (room ()) (total - pos))) in
        go ~pos:(pos + sent) ~lost ~before
      else go ~pos ~lost:pos ~before:(Atomic.get t.come)
  in
  go ~pos:0 ~lost:0 ~before:(Atomic.get t.come);
  ignore (await t (fun () -> Atomic.get t.come = t.frames) : bool)

let missing t =
  let all = List.init t.frames Fun.id in
  Array.of_list (List.filter (fun n -> Bytes.get t.has_come n = '\000') all)

(* Again and again what has not come: how many were sent more than once. *)
let rec send_until t numbers ~left ~repeated =
  send_all t numbers;
  match (Atomic.get t.wrong, missing t) with
  | Some what, _ -> Error what
  | None, [||] -> Ok repeated
  | None, missing when left = 0 ->
      Error (Printf.sprintf "%d of %d frames do not arrive" (Array.length missing) t.frames)
  | None, missing ->
      let left = if Array.length missing < Array.length numbers then attempts else left - 1 in
      send_until t missing ~left ~repeated:(repeated + Array.length missing)

(* ---- all of it ---- *)

let run ?(frames = 4096) ?(window = 64) ~bytes ~from ~into () =
  let t =
    {
      run = Sched.Time.now_ns ();
      frames;
      bytes;
      from;
      window;
      has_come = Bytes.make frames '\000';
      come = Atomic.make 0;
      twice = Atomic.make 0;
      foreign = Atomic.make 0;
      wrong = Atomic.make None;
      bell = Sched.Bell.create "frames to arrive";
    }
  in
  let receivers = Crew.start ~name:"net test" (Array.map (receiver t) (Network.queues into)) in
  let finally () = Crew.finish receivers in
  let sent () = send_until t (Array.init frames Fun.id) ~left:attempts ~repeated:0 in
  let of_repeated repeated =
    let twice = Atomic.get t.twice and foreign = Atomic.get t.foreign in
    { frames; bytes; repeated; twice; foreign; elapsed_ns = Sched.Time.now_ns () - t.run }
  in
  Result.map of_repeated (Fun.protect ~finally sent)
