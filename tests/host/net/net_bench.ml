(* What a segment costs: two stacks that hand each other their frames, without a wire between
   them. One line of JSON each: bytes of data in a write, segments with data, and for each of
   these, ns of this machine and words of the minor heap, both ends, acknowledgements and copies
   together. *)
open Net

type side = { mutable stack : Stack.t option; sending : Pool.t; arrived : Packet.t Queue.t }

let side () =
  { stack = None; sending = Pool.create ~packets:512 ~bytes:2048; arrived = Queue.create () }

let now = ref 1_000_000_000

let link ~mac ~to_ from =
  {
    Link.mac;
    mtu = 1500;
    headroom = 0;
    checksums = false;
    take = (fun ~headroom -> Pool.take from.sending ~headroom);
    take_large = None;
    transmit = (fun packet -> Queue.push packet to_.arrived);
    is_scarce = (fun () -> false);
  }

let stack side = Option.get side.stack

let make n ~to_ from =
  let s =
    Stack.create (link ~mac:(World.mac n) ~to_ from) ~clock:(fun () -> !now) ~random:Random.bits
  in
  Stack.add_address s (World.address n) ~bits:24;
  from.stack <- Some s

let segments = ref 0

(* Frames go across until there are none; with each, a microsecond. *)
let rec carry a b =
  match (Queue.take_opt a.arrived, Queue.take_opt b.arrived) with
  | None, None -> ()
  | for_a, for_b ->
      let give side packet =
        if Packet.length packet > 200 then incr segments;
        Stack.receive (stack side) packet
      in
      Option.iter (give a) for_a;
      Option.iter (give b) for_b;
      now := !now + 1000;
      carry a b

let rec drive a b () =
  Picos.Fiber.sleep ~seconds:0.;
  let before = !now in
  carry a b;
  if !now = before then begin
    now := max !now (min (Stack.deadline (stack a)) (Stack.deadline (stack b)));
    Stack.expire (stack a);
    Stack.expire (stack b)
  end;
  drive a b ()

let ok = function Ok value -> value | Error e -> failwith (Format.asprintf "%a" Tcp.pp_error e)

let read_all tcp listener () =
  let socket = ok (Tcp.accept tcp listener) and bytes = Bytes.create 65536 in
  let rec go () = if ok (Tcp.read tcp socket bytes 0 65536) > 0 then go () in
  go ();
  Tcp.leave tcp socket

let send tcp ~total ~chunk =
  let socket = ok (Tcp.connect tcp (World.address 2) ~port:7) and bytes = Bytes.make chunk 'x' in
  for _ = 1 to total / chunk do
    ok (Tcp.write tcp socket bytes 0 chunk)
  done;
  Tcp.leave tcp socket

let measure a b ~total ~chunk =
  let listener = ok (Tcp.listen (Stack.tcp (stack b)) ~port:7 ()) in
  segments := 0;
  let words = Gc.minor_words () and start = Unix.gettimeofday () in
  let reading = Structured.Flock.fork_as_promise (read_all (Stack.tcp (stack b)) listener) in
  send (Stack.tcp (stack a)) ~total ~chunk;
  Structured.Promise.await reading;
  let each x = x /. float_of_int !segments in
  Printf.printf "{\"bench\":\"tcp\",\"chunk\":%d,\"segments\":%d,\"ns\":%.0f,\"words\":%.0f}\n%!"
    chunk
    !segments
    (each ((Unix.gettimeofday () -. start) *. 1e9))
    (each (Gc.minor_words () -. words));
  Tcp.stop (Stack.tcp (stack b)) listener

let () =
  let a = side () and b = side () in
  make 1 ~to_:b a;
  make 2 ~to_:a b;
  Fifo_scheduler.run (fun () ->
      Structured.Flock.join_after ~on_return:`Terminate (fun () ->
          Structured.Flock.fork (drive a b);
          List.iter (fun chunk -> measure a b ~total:100_000_000 ~chunk) [ 1448; 16384; 65536 ]))
