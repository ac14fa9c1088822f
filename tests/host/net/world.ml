open Net

type faults = { drop : float; duplicate : float; reorder : float; corrupt : float }

module Events = Map.Make (struct
  type t = int * int

  let compare = compare
end)

type host = { stack : Stack.t; sending : Pool.t; large : Pool.t; receiving : Pool.t; number : int }

type t = {
  random : Random.State.t;
  delay : int;
  mutable faults : faults;
  mutable now : int;
  mutable order : int;
  mutable events : (unit -> unit) Events.t;
  mutable hosts : host list;
  mutable frames : int;
  mutable large_frames : int;
  mutable watch : string -> bool;
}

let clean = { drop = 0.; duplicate = 0.; reorder = 0.; corrupt = 0. }

let seed () =
  Option.value (Option.bind (Sys.getenv_opt "SEED") int_of_string_opt) ~default:1

let stack host = host.stack
let address n = Address.v4 10 0 0 n
let mac n = "\x52\x54\x00\x00\x00" ^ String.make 1 (Char.chr n)
let now t = t.now
let set_faults t faults = t.faults <- faults
let frames t = t.frames
let large_frames t = t.large_frames
let watch t fn = t.watch <- fn

let held host =
  let held pool = Pool.count pool - Pool.free pool in
  held host.receiving + held host.sending + held host.large

(* ---- events ---- *)

let at t time action =
  t.order <- t.order + 1;
  t.events <- Events.add (time, t.order) action t.events

let sleep t time =
  let lock = Sync.Lock.create () and woken = Sync.Lock.Condition.create () in
  let is_over = ref false in
  at t (t.now + time) (fun () ->
      Sync.Lock.protect lock (fun () ->
          is_over := true;
          Sync.Lock.Condition.broadcast woken));
  Sync.Lock.protect lock (fun () ->
      while not !is_over do
        Sync.Lock.Condition.wait woken lock
      done)

let next t =
  let event =
    match Events.min_binding_opt t.events with Some ((at, _), _) -> at | None -> max_int
  in
  List.fold_left (fun at host -> min at (Stack.deadline host.stack)) event t.hosts

let rec fire_events t =
  match Events.min_binding_opt t.events with
  | Some (((at, _) as key), action) when at <= t.now ->
      t.events <- Events.remove key t.events;
      action ();
      fire_events t
  | _ -> ()

(* Sleeping ends when all other fibers wait: then the time goes on to what comes next. *)
let rec drive t () =
  Picos.Fiber.sleep ~seconds:0.;
  let at = next t in
  if at = max_int then failwith "everybody waits for ever";
  t.now <- max t.now at;
  fire_events t;
  List.iter (fun h -> if Stack.deadline h.stack <= t.now then Stack.expire h.stack) t.hosts;
  drive t ()

(* ---- frames ---- *)

let deliver host frame =
  match Pool.take host.receiving ~headroom:0 with
  | None -> ()
  | Some packet ->
      Packet.resize packet (String.length frame);
      Octets.blit_of_string frame 0 (Packet.memory packet) (Packet.start packet)
        (String.length frame);
      Stack.receive host.stack packet

let chance t p = p > 0. && Random.State.float t.random 1. < p

let corrupted t frame =
  let bytes = Bytes.of_string frame and i = Random.State.int t.random (String.length frame) in
  Bytes.set_uint8 bytes i (Bytes.get_uint8 bytes i lxor (1 lsl Random.State.int t.random 8));
  Bytes.to_string bytes

let send_to t host frame =
  let one () =
    let late = if chance t t.faults.reorder then Random.State.int t.random (3 * t.delay) else 0 in
    let frame = if chance t t.faults.corrupt then corrupted t frame else frame in
    at t (t.now + t.delay + late) (fun () -> deliver host frame)
  in
  if not (chance t t.faults.drop) then one ();
  if chance t t.faults.duplicate then one ()

let is_to frame host =
  let destination = String.sub frame 0 6 in
  destination = mac host.number || Mac.is_group destination

let broadcast t ~from frame =
  t.frames <- t.frames + 1;
  if t.watch frame then
    List.iter (fun host -> if host.number <> from && is_to frame host then send_to t host frame)
      t.hosts

let inject t frame = List.iter (fun host -> at t t.now (fun () -> deliver host frame)) t.hosts

(* What a device would do with a checksum that is left to it. *)
let finish_checksum packet =
  if Packet.checksum packet >= 0 then begin
    let memory = Packet.memory packet and at = Packet.start packet + Packet.checksum packet in
    let sum = Octets.sum memory ~at ~length:(Packet.length packet - Packet.checksum packet) in
    Octets.set16 memory (at + Packet.checksum_at packet) (Checksum.finish sum)
  end

(* What a device makes of a large frame: IPv4's and TCP's headers on each part. *)
let rec cut t ~from frame ~size ~offset =
  let m = Octets.of_string frame in
  let header = 34 + (4 * (Octets.get8 m 46 lsr 4)) in
  let left = String.length frame - header - offset in
  let length = min size left in
  let part =
    Octets.of_string (String.sub frame 0 header ^ String.sub frame (header + offset) length)
  in
  let source = Ipv4.source m 14 and destination = Ipv4.destination m 14 in
  Ipv4.write part 14 ~source ~destination ~protocol:6 ~time_to_live:64 ~identification:0
    ~fragment:Ipv4.dont_fragment ~payload:(header - 34 + length);
  Octets.set32 part 38 (Octets.get32 m 38 + offset);
  if length < left then Octets.set8 part 47 (Octets.get8 m 47 land lnot 9);
  Segment.finish part ~at:34 ~length:(header - 34 + length) ~source ~destination;
  broadcast t ~from (Octets.to_string part ~at:0 ~length:(header + length));
  if length < left then cut t ~from frame ~size ~offset:(offset + length)

let transmit t ~from packet =
  let size = Packet.segment_size packet in
  if size = 0 then finish_checksum packet;
  let length = Packet.length packet in
  let frame = Octets.to_string (Packet.memory packet) ~at:(Packet.start packet) ~length in
  Packet.release packet;
  if size > 0 then begin
    t.large_frames <- t.large_frames + 1;
    cut t ~from frame ~size ~offset:0
  end
  else broadcast t ~from frame

(* ---- hosts ---- *)

let link t ~sending ~receiving ~large ~mtu ~checksums number =
  {
    Link.mac = mac number;
    mtu;
    headroom = 64;
    checksums;
    take = (fun ~headroom -> Pool.take sending ~headroom);
    take_large =
      (if Pool.count large = 0 then None else Some (fun ~headroom -> Pool.take large ~headroom));
    transmit = transmit t ~from:number;
    is_scarce = (fun () -> Pool.free receiving < Pool.count receiving / 2);
  }

let host t ?config ?limits ?(buffers = 256) ?(mtu = 1500) ?(checksums = false)
    ?(cuts = false) number =
  let sending = Pool.create ~packets:buffers ~bytes:2048 in
  let receiving = Pool.create ~packets:buffers ~bytes:2048 in
  let large = Pool.create ~packets:(if cuts then 8 else 0) ~bytes:66_000 in
  let link = link t ~sending ~receiving ~large ~mtu ~checksums number in
  let clock () = t.now and random () = Random.State.bits t.random in
  let stack = Stack.create ?config ?limits link ~clock ~random in
  Stack.add_address stack (address number) ~bits:24;
  let host = { stack; sending; large; receiving; number } in
  t.hosts <- t.hosts @ [ host ];
  host

let crash t host = t.hosts <- List.filter (fun h -> h != host) t.hosts

(* ---- all of it ---- *)

let fork = Structured.Flock.fork

let run ?seed:(number = seed ()) ?(faults = clean) ?(delay = 1_000_000) main =
  let t =
    {
      random = Random.State.make [| number |];
      delay;
      faults;
      now = 1_000_000_000;
      order = 0;
      events = Events.empty;
      hosts = [];
      frames = 0;
      large_frames = 0;
      watch = (fun _ -> true);
    }
  in
  Fifo_scheduler.run (fun () ->
      Structured.Flock.join_after ~on_return:`Terminate (fun () ->
          fork (drive t);
          main t))
