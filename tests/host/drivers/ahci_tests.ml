(* AHCI's driver over an adapter that is played: honest, and lying in each way. *)
open Drivers

let queued name = Ahci_device.create name
let by_message name = Ahci_device.create ~messages:1 name
let unqueued name = Ahci_device.create ~has_queue:false name
let at offset value seen true_value = if seen = offset then value else true_value

(* The port's. *)
let port offset = at (0x100 + offset)
let set word value bytes = Bytes.set_uint16_le bytes (2 * word) value

(* ---- told from when the disk runs ---- *)

let answers : (string * string * (Ahci_device.lies -> unit)) list =
  [
    ("no answer", "it answers none of 1 requests", fun l -> l.answers <- false);
    ("nothing is finished", "it answers none of 1 requests", fun l -> l.finished <- (fun _ -> 0));
    ("slots that there are not, in work",
     "port 0: it works on slots 0xfffffffe, which it does not have",
      fun l -> l.register <- (fun o v -> if o = 0x134 || o = 0x138 then v lor 0xffff_fffe else v));
    ("registers that are gone", "...which it does not have",
     fun l -> l.register <- (fun _ _ -> 0xffff_ffff));
    ("a disk that is unplugged", "the disk at port 0 was unplugged",
      fun l ->
        l.reasons <- (fun r -> r lor (1 lsl 22));
        l.register <- port 0x28 0);
    ("reasons that stay", "port 0: it reports without end",
      fun l -> l.finished <- (fun _ -> 0); l.register <- port 0x10 1);
    ("a port that interrupts on", "it interrupts for ports 0x1 without end",
      fun l -> l.finished <- (fun _ -> 0); l.register <- at 0x08 1);
    ("an engine that does not start anew", "port 0 does not start",
      fun l ->
        l.status <- (fun _ -> 0x51);
        l.register <- (fun o v -> if o = 0x118 then v land lnot 0x8000 else v));
    ("a disk that does not come back", "port 0: its disk does not come back",
      fun l ->
        l.status <- (fun _ -> 0x51);
        l.register <- port 0x24 0xeb14_0101);
  ]

let sizes : (string * string * (Ahci_device.lies -> unit)) list =
  [
    ("more bytes than were asked for", "port 0: it says that it moved 8192 bytes of 4096",
      fun l -> l.bytes <- (fun n -> 2 * n));
    ("all the bytes there can be", "port 0: it says that it moved 4294967295 bytes of 4096",
      fun l -> l.bytes <- (fun _ -> -1));
    ("fewer bytes, as it says", "port 0: it says that it moved 512 bytes of 4096",
      fun l -> l.moves <- (fun n -> min n 512));
  ]

(* ---- told from when it starts ---- *)

let starts : (string * string * (Ahci_device.lies -> unit)) list =
  [
    ("registers that are gone", "its registers do not answer",
     fun l -> l.register <- (fun _ _ -> 0xffff_ffff));
    ("a reset without end", "its reset does not end", fun l -> l.register <- at 0x04 0x8000_0001);
    ("an engine that does not start", "port 0 does not start", fun l -> l.register <- port 0x18 0);
    ("another disk's size", "... is not what it was: 255 sectors in place of 256",
     fun l -> l.identity <- set 100 255);
  ]

(* What cannot be a disk is none. *)
let no_disks : (string * (Ahci_device.lies -> unit)) list =
  [
    ("no ports", fun l -> l.register <- at 0x0c 0);
    ("no link", fun l -> l.register <- port 0x28 0);
    ("another signature", fun l -> l.register <- port 0x24 0xeb14_0101);
    ("busy for ever", fun l -> l.register <- port 0x20 0x80);
    ("no answer to who it is", fun l -> l.answers <- false);
    ("half an answer", fun l -> l.moves <- (fun n -> n / 2));
    ("an answer of any size", fun l -> l.bytes <- (fun _ -> 0xffff_ffff));
    ("a disk without size", fun l -> l.identity <- set 100 0);
    ("a disk that is too large",
     fun l -> l.identity <- (fun b -> set 102 0xffff b; set 106 0x5000 b; set 117 0x8000 b));
    ("a size of more than 48 bits", fun l -> l.identity <- set 103 1);
    ("blocks of 6 bytes", fun l -> l.identity <- (fun b -> set 106 0x5000 b; set 117 3 b));
    ("no long addresses", fun l -> l.identity <- set 83 0);
    ("absurd bytes all over", fun l -> l.identity <- (fun b -> Bytes.fill b 0 512 '\xff'));
    ("nothing but zeroes", fun l -> l.identity <- (fun b -> Bytes.fill b 0 512 '\000'));
  ]

(* Each command fails, and the log names a slot that has none: what was asked fails, and that is
   all. *)
let failing_for_nobody (disk : Ahci_device.lies Lying_disk.t) s =
  ignore (Supervisor.settled s);
  disk.lies.status <- (fun status -> status lor 1);
  disk.lies.log <- (fun b -> Bytes.set_uint8 b 0 30);
  let block = List.find (fun b -> Block.device b = Supervisor.device s) (Block.all ()) in
  let flush _ = Sched.spawn ~kind:Local ~name:"flusher" (fun () -> Block.flush block) in
  let all = List.map Picos.Computation.await (List.init 40 flush) in
  Check.that "they fail" (List.for_all (fun r -> r = Error Block.Failed) all);
  Check.that "it runs" (Supervisor.state s = Running && (Supervisor.history s).lives = 1)

let storm (disk : Ahci_device.lies Lying_disk.t) s =
  disk.lies.lowers <- false;
  Lying_disk.lie ~says:"it interrupts without end: 4096 times in..." ignore disk s

let ways = [ ("queued", queued); ("queued, by message", by_message); ("not queued", unqueued) ]

let each name f =
  List.iter (fun (way, make) -> Lying_disk.test make (Printf.sprintf "ahci, %s: %s" way name) f)
    ways

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  each "reads, writes, flushes" Lying_disk.honest;
  each "killed, and everything is answered" Lying_disk.killed;
  List.iter (fun (name, says, tell) -> each name (Lying_disk.lie ~says tell)) answers;
  List.iter
    (fun (name, says, tell) -> Lying_disk.test unqueued ("ahci: " ^ name)
      (Lying_disk.lie ~says tell))
    sizes;
  List.iter (fun (name, says, tell) -> each name (Lying_disk.lie ~at_start:true ~says tell)) starts;
  List.iter (fun (name, tell) -> each name (Lying_disk.no_disk tell)) no_disks;
  each "errors without end"
    (Lying_disk.lie ~may_fail:true ~says:"port 0: it reports without end"
      (fun (l : Ahci_device.lies) ->
         l.finished <- (fun _ -> 0);
         l.register <- port 0x10 (1 lsl 30)));
  each "a failure of nobody's" failing_for_nobody;
  Lying_disk.test queued "ahci: a storm of interrupts" storm;
  Check.test "ahci: a reset without end, and no gate"
    (Lying_disk.keeps_memory
       (Ahci_device.create ~is_gated:false)
       (fun l -> l.register <- at 0x04 0x8000_0001));
  Check.finish ()
