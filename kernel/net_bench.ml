open Drivers

type figure = { bytes : int; depth : int; frames : int; cost : Busy.t }

let words = Frame.words

(* An empty frame of a type that nobody knows, to all. *)
let prepare memory start ~bytes =
  Hal.Dma.fill memory ~offset:start ~length:bytes '\000';
  Hal.Dma.fill memory ~offset:start ~length:6 '\xff';
  Hal.Dma.set16 memory (start + 12) 0xb588

let send queue buffers items ~bytes ~count =
  let offset = Network.headroom in
  let taken = Network.take queue buffers ~most:count in
  for i = 0 to taken - 1 do
    items.(words * i) <- Frame.make ~buffer:buffers.(i) ~offset ~length:bytes;
    items.((words * i) + 1) <- 0
  done;
  Network.transmit queue items ~frames:taken;
  taken

let rec receive queue items ~count =
  if count > 0 then begin
    let n = Network.receive queue items in
    if n = 0 then failwith "the interface has no driver";
    Network.release queue items ~frames:n;
    receive queue items ~count:(count - n)
  end

let rec exchange sender receiver buffers items ~bytes ~depth left =
  if left > 0 then begin
    let sent = send sender buffers items ~bytes ~count:(min depth left) in
    if sent = 0 then failwith "the interface has no driver";
    receive receiver items ~count:sent;
    exchange sender receiver buffers items ~bytes ~depth (left - sent)
  end

(* All buffers there are, so that none has to be written later. *)
let prepare_all queue buffers ~bytes =
  let taken = Network.take queue buffers ~most:(Array.length buffers) in
  for i = 0 to taken - 1 do
    prepare (Network.memory queue) (Network.start queue buffers.(i) + Network.headroom) ~bytes
  done;
  Network.give_up queue buffers ~count:taken

let limit_ns = 60_000_000_000

let run ~bytes ~depth ~frames ~from ~into =
  let sender = Network.queue_here from and receiver = (Network.queues into).(0) in
  let buffers = Array.make 1024 0 and items = Array.make (words * 64) 0 in
  prepare_all sender buffers ~bytes;
  let work () = exchange sender receiver buffers items ~bytes ~depth frames in
  match Sched.Time.within ~ns:limit_ns (fun () -> Busy.measure work) with
  | Ok ((), cost) -> Ok { bytes; depth; frames; cost }
  | Error `Time_is_up -> Error "a frame does not arrive"
  | exception Failure what -> Error what

let to_json net f =
  let cost =
    Printf.sprintf {|"busy_ns":%d,"elapsed_ns":%d,"interrupts_per_1000":%d|}
      (f.cost.busy_ns / f.frames)
      (f.cost.elapsed_ns / f.frames)
      (f.cost.interrupts * 1000 / f.frames)
  in
  Printf.sprintf
    {|{"bench":"frame sent and received","device":%S,"bytes":%d,"depth":%d,"frames":%d,%s}|}
    (Network.device net) f.bytes f.depth f.frames cost
