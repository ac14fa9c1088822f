open Drivers

type result = {
  streams : int;
  bytes : int;
  frames : int;
  large : int;
  sums : int;
  queues : int;
  elapsed_ns : int;
}

let words = Frame.words

type t = {
  net : Network.t;
  bytes : int;  (** of a stream *)
  has_come : Bytes.t array;  (** by stream: each byte *)
  come : int Atomic.t array;
  bells : Sched.Bell.t array;  (** the senders' *)
  frames : int Atomic.t;
  large : int Atomic.t;
  sums : int Atomic.t;
  queues : int Atomic.t;
  wrong : string option Atomic.t;
}

let note_wrong t format =
  Printf.ksprintf (fun what -> ignore (Atomic.compare_and_set t.wrong None (Some what))) format

let byte ~stream position = ((position * 7) + (position lsr 8 * 13) + (stream * 31)) land 0xff

(* ---- sending ---- *)

let segment = 1448
let large_payload = (11 * segment) + 100

(* How the device wants it: the largest payload, and what is left to it. *)
let manner (info : Network.info) =
  let open Tcp_frame in
  let checksum = Frame.checksum ~start:tcp_at ~offset:checksum_at in
  if List.mem Frame.Tcp4 info.segments then
    let cut = Frame.segments Tcp4 ~size:segment ~header:header_bytes in
    (large_payload, Partial, checksum lor cut)
  else if info.checksums then (segment, Partial, checksum)
  else (segment, Whole, 0)

let fill memory at ~stream ~position ~length =
  for i = 0 to length - 1 do
    Hal.Dma.set8 memory (at + i) (byte ~stream (position + i))
  done

let send_one t queue ~stream ~position =
  let buffers = [| 0 |] and offset = Network.headroom in
  let payload, sum, offload = manner (Network.info t.net) in
  let take = if payload > segment then Network.take_large else Network.take in
  if take queue buffers ~most:1 = 0 then begin
    note_wrong t "%s has no driver" (Network.name t.net);
    0
  end
  else
    let length = min payload (t.bytes - position) in
    let memory = Network.memory queue and start = Network.start queue buffers.(0) + offset in
    fill memory (start + Tcp_frame.header_bytes) ~stream ~position ~length;
    Tcp_frame.write memory start ~mac:(Network.info t.net).mac { stream; position; length } sum;
    let offload = if length > segment then offload else Frame.without_segments offload in
    let word = Frame.make ~buffer:buffers.(0) ~offset ~length:(length + Tcp_frame.header_bytes) in
    Network.transmit queue [| word; offload |] ~frames:1;
    length

let window = 65536
let patience_ns = 2_000_000_000

let rec await t ~stream is_so =
  is_so () || Atomic.get t.wrong <> None
  || begin
       match Sched.Time.within ~ns:patience_ns (fun () -> Sched.Bell.wait t.bells.(stream)) with
       | Ok () -> await t ~stream is_so
       | Error `Time_is_up ->
           note_wrong t "stream %d: %d of %d bytes come back" stream
             (Atomic.get t.come.(stream)) t.bytes;
           false
     end

let sender t stream queue () =
  let rec go position =
    let has_come upto () = Atomic.get t.come.(stream) >= upto in
    if await t ~stream (has_come (position - window)) && Atomic.get t.wrong = None then
      if position < t.bytes then go (position + send_one t queue ~stream ~position)
      else ignore (await t ~stream (has_come t.bytes) : bool)
  in
  go 0

(* ---- receiving ---- *)

(* The frame that a receiver is in: of this stream, from there on, so much of it to come. *)
type part = { mutable stream : int; mutable position : int; mutable left : int }

let take_byte t part found =
  let { stream; position; _ } = part in
  let expected = byte ~stream position in
  if found <> expected then
    note_wrong t "stream %d, byte %d: 0x%x in place of 0x%x" stream position found expected;
  if Bytes.get t.has_come.(stream) position <> '\000' then
    note_wrong t "stream %d, byte %d comes twice" stream position;
  Bytes.set t.has_come.(stream) position '\001';
  part.position <- position + 1;
  part.left <- part.left - 1

let take_bytes t part memory at ~length =
  let length = min length part.left in
  for i = 0 to length - 1 do
    take_byte t part (Hal.Dma.get8 memory (at + i))
  done;
  if length > 0 then begin
    ignore (Atomic.fetch_and_add t.come.(part.stream) length : int);
    Sched.Bell.ring t.bells.(part.stream)
  end

let is_within t (frame : Tcp_frame.t) =
  frame.stream >= 0
  && frame.stream < Array.length t.come
  && frame.length > 0
  && frame.position <= t.bytes - frame.length

let check_sum t memory start word offload frame =
  if not (Frame.has_more word || Frame.has_checksum offload) then
    if Tcp_frame.is_right memory start frame then Atomic.incr t.sums
    else note_wrong t "stream %d, byte %d: the checksum is wrong" frame.stream frame.position

let begin_frame t part memory start word offload =
  let length = Frame.length word in
  match Tcp_frame.read memory start ~length with
  | Some frame when is_within t frame ->
      Atomic.incr t.frames;
      if frame.length > segment then Atomic.incr t.large;
      check_sum t memory start word offload frame;
      part.stream <- frame.stream;
      part.position <- frame.position;
      part.left <- frame.length;
      let header = Tcp_frame.header_bytes in
      take_bytes t part memory (start + header) ~length:(length - header)
  | Some _ | None -> part.left <- 0

let look t queue part ~goes_on word offload =
  let memory = Network.memory queue in
  let start = Network.start queue (Frame.buffer word) + Frame.offset word in
  if goes_on then take_bytes t part memory start ~length:(Frame.length word)
  else begin_frame t part memory start word offload

let receiver t queue () =
  let items = Array.make (words * 64) 0 and part = { stream = 0; position = 0; left = 0 } in
  let rec each n i goes_on =
    if i = n then goes_on
    else begin
      let word = items.(words * i) in
      look t queue part ~goes_on word items.((words * i) + 1);
      each n (i + 1) (Frame.has_more word)
    end
  in
  let rec go ~first goes_on =
    let n = Network.receive queue items in
    if n = 0 then note_wrong t "%s has no driver" (Network.name t.net)
    else begin
      let before = Atomic.get t.frames in
      let goes_on = each n 0 goes_on in
      let counts = first && Atomic.get t.frames > before in
      if counts then Atomic.incr t.queues;
      Network.release queue items ~frames:n;
      go ~first:(first && not counts) goes_on
    end
  in
  go ~first:true false

(* ---- all of it ---- *)

let make net ~bytes =
  let streams = Array.length (Network.queues net) in
  {
    net;
    bytes;
    has_come = Array.init streams (fun _ -> Bytes.make bytes '\000');
    come = Array.init streams (fun _ -> Atomic.make 0);
    bells = Array.init streams (fun _ -> Sched.Bell.create "bytes to come back");
    frames = Atomic.make 0;
    large = Atomic.make 0;
    sums = Atomic.make 0;
    queues = Atomic.make 0;
    wrong = Atomic.make None;
  }

let result t ~elapsed_ns =
  let streams = Array.length t.come in
  {
    streams;
    bytes = t.bytes * streams;
    frames = Atomic.get t.frames;
    large = Atomic.get t.large;
    sums = Atomic.get t.sums;
    queues = Atomic.get t.queues;
    elapsed_ns;
  }

let run ~bytes net =
  let t = make net ~bytes and began = Sched.Time.now_ns () in
  let queues = Network.queues net in
  let receivers = Crew.start ~name:"streams in" (Array.map (receiver t) queues) in
  let senders = Crew.start ~name:"streams out" (Array.mapi (sender t) queues) in
  let finally () =
    Crew.finish senders;
    Crew.finish receivers
  in
  Fun.protect ~finally (fun () -> Crew.await senders);
  match Atomic.get t.wrong with
  | Some what -> Error what
  | None -> Ok (result t ~elapsed_ns:(Sched.Time.now_ns () - began))
