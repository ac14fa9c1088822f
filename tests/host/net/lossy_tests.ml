(* A hundred connections at once over a network that drops 5 %, duplicates 2 %, reorders 10 % and
   corrupts 1 % of the frames: all that is sent arrives, bit for bit. Time is skipped.

   LOSSY=1024: so many MiB each way (SEED=); 8 without. *)
open Net

let faults = { World.drop = 0.05; duplicate = 0.02; reorder = 0.1; corrupt = 0.01 }
let nr_connections = 100

let mebibytes =
  Option.value (Option.bind (Sys.getenv_opt "LOSSY") int_of_string_opt) ~default:8

let each_way = mebibytes * 1024 * 1024 / nr_connections

(* Content by position: what is made on one side is checked on the other, and nothing is stored. *)
let byte ~stream position =
  let x = (position * 0x9E37_79B9) + (stream * 0x85EB_CA6B) in
  (x lxor (x lsr 15)) land 0xff

let block = 16384

let fill bytes ~stream ~from n =
  for i = 0 to n - 1 do
    Bytes.unsafe_set bytes i (Char.unsafe_chr (byte ~stream (from + i)))
  done

let tcp_ok what = function
  | Ok value -> value
  | Error e -> failwith (Format.asprintf "%s: %a" what Tcp.pp_error e)

let send tcp socket ~stream =
  let bytes = Bytes.create block in
  let rec go from =
    let n = min block (each_way - from) in
    if n > 0 then begin
      fill bytes ~stream ~from n;
      tcp_ok "write" (Tcp.write tcp socket bytes 0 n);
      go (from + n)
    end
  in
  go 0;
  Tcp.close tcp socket

let check tcp socket ~stream =
  let bytes = Bytes.create block and wanted = Bytes.create block in
  let rec go from =
    match tcp_ok "read" (Tcp.read tcp socket bytes 0 block) with
    | 0 -> if from <> each_way then failwith (Printf.sprintf "stream %d ends at %d" stream from)
    | n ->
        fill wanted ~stream ~from n;
        if Bytes.sub bytes 0 n <> Bytes.sub wanted 0 n then
          failwith (Printf.sprintf "stream %d differs near %d" stream from);
        go (from + n)
  in
  go 0

(* Both directions of one end. *)
let both tcp socket ~sends ~gets =
  let sending = Structured.Flock.fork_as_promise (fun () -> send tcp socket ~stream:sends) in
  check tcp socket ~stream:gets;
  Structured.Promise.await sending;
  Tcp.leave tcp socket

(* The first byte of each connection says which it is. *)
let client tcp i () =
  let socket = tcp_ok "connect" (Tcp.connect tcp (World.address 2) ~port:7) in
  tcp_ok "number" (Tcp.write tcp socket (Bytes.make 1 (Char.chr i)) 0 1);
  both tcp socket ~sends:i ~gets:(1000 + i)

let server tcp socket done_ () =
  let number = Bytes.create 1 in
  ignore (tcp_ok "number" (Tcp.read tcp socket number 0 1) : int);
  let i = Bytes.get_uint8 number 0 in
  both tcp socket ~sends:(1000 + i) ~gets:i;
  Sync.Latch.decr done_

let run w =
  let config =
    { Control.default with attempts = 30; syn_attempts = 20; send_limit = 65536;
      receive_limit = 65536 }
  in
  let a = World.host w ~config ~buffers:4096 1 and b = World.host w ~config ~buffers:4096 2 in
  let tcp_a = Stack.tcp (World.stack a) and tcp_b = Stack.tcp (World.stack b) in
  let listener = tcp_ok "listen" (Tcp.listen tcp_b ~port:7 ()) in
  let done_ = Sync.Latch.create (2 * nr_connections) in
  for i = 0 to nr_connections - 1 do
    World.fork (fun () ->
        client tcp_a i ();
        Sync.Latch.decr done_);
    World.fork (fun () -> server tcp_b (tcp_ok "accept" (Tcp.accept tcp_b listener)) done_ ())
  done;
  Sync.Latch.await done_;
  World.sleep w 600_000_000_000;
  Hex.int "connections left" (Tcp_table.count tcp_a + Tcp_table.count tcp_b) 0;
  Hex.int "buffers left" (World.held a + World.held b) 0;
  Printf.printf "# %d MiB each way, %d frames, %d s of the network's time, seed %d\n" mebibytes
    (World.frames w)
    (World.now w / 1_000_000_000) (World.seed ())

let () =
  Check.test "lossy: a hundred connections, and every byte arrives"
    (fun () -> World.run ~faults run);
  Check.finish ()
