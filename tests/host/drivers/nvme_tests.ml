(* NVMe's driver over a controller that is played: honest, and lying in each way. *)
open Drivers

let by_line name = Nvme_device.create name
let by_messages name = Nvme_device.create ~messages:5 name
let at offset value seen true_value = if seen = offset then value else true_value

let page what change (l : Nvme_device.lies) =
  l.identity <- (fun ~what:which bytes -> if which = what then change bytes)

let namespace = page 0
let controller = page 1
let listed = page 2
let set32 at value bytes = Bytes.set_int32_le bytes at value
let set64 at value bytes = Bytes.set_int64_le bytes at value

(* ---- told from when the disk runs: completions ---- *)

let completions : (string * string * (Nvme_device.lies -> unit)) list =
  [
    ("a command that there is not", "queue 1: it completes command 1000, which it does not have",
      fun l -> l.command <- (fun _ -> 1000));
    ("a command that it was not given", "queue 1: it completes command 5, which it does not have",
      fun l -> l.command <- (fun _ -> 5));
    ("each command twice", "queue 1: it completes command 0, which it does not have",
      fun l -> l.repeats <- true);
    ("another queue's command", "queue 1: it completes a command of queue 2",
     fun l -> l.queue <- (fun _ -> 2));
    ("a queue that there is not", "queue 1: it completes a command of queue 65535",
      fun l -> l.queue <- (fun _ -> 0xffff));
    ("no answer", "it answers none of 1 requests", fun l -> l.answers <- false);
  ]

(* ---- told from when it starts ---- *)

let starts : (string * string * (Nvme_device.lies -> unit)) list =
  [
    ("registers that are gone", "it works with no pages of 4 KiB",
     fun l -> l.register <- (fun _ _ -> 0xffff_ffff));
    ("a status that is gone", "its registers do not answer",
     fun l -> l.register <- at 0x1c 0xffff_ffff);
    ("no commands for disks", "it has no commands for disks", fun l -> l.register <- at 0x04 0);
    ("queues of one entry", "its queues have one entry", fun l -> l.register <- at 0x00 (1 lsl 24));
    ("doorbells beyond its registers", "doorbell 3 is not within its registers",
      fun l -> l.register <- at 0x04 (0x20 lor 9));
    ("a reset without end", "its reset does not end", fun l -> l.register <- at 0x1c 1);
    ("a status that stays as it is", "it is not ready within 500 ms",
     fun l -> l.register <- at 0x1c 0);
    ("a fatal error", "it reports a fatal error as soon as it is switched on",
     fun l -> l.register <- at 0x1c 2);
    ("no answer as it starts", "an admin command takes too long", fun l -> l.answers <- false);
    ("an admin command that there is not",
     "it completes admin command 4660, which it does not have",
      fun l -> l.command <- (fun _ -> 0x1234));
    ("each admin command twice", "it completes admin command 1, which it does not have",
      fun l -> l.repeats <- true);
    ("an admin command of another queue", "queue 0: it completes a command of queue 7",
      fun l -> l.queue <- (fun _ -> 7));
    ("all commands fail", "its identity: it answers with status 0x6",
     fun l -> l.status <- (fun _ -> 6));
    ("namespaces that do not rise", "its list of namespaces does not rise", listed (set32 4 1l));
    ("a namespace that there cannot be", "it lists namespace 7 of 1", listed (set32 4 7l));
    ("everybody's namespace", "it lists namespace 4294967295 of 1", listed (set32 4 (-1l)));
    ("another disk's size", "... is not what it was: 255 sectors in place of 256",
     namespace (set64 0 255L));
  ]

(* What cannot be a disk is none. *)
let no_disks : (string * (Nvme_device.lies -> unit)) list =
  [
    ("a namespace without size", namespace (set64 0 0L));
    ("a namespace that is too large", namespace (set64 0 (-1L)));
    ("blocks of one byte", namespace (set32 128 0l));
    ("blocks of 2^255 bytes", namespace (set32 128 0xff0000l));
    ("blocks with metadata", namespace (set32 128 0x90008l));
    ("a format beyond all", namespace (fun b -> Bytes.set_uint8 b 26 0xff));
    ("no namespaces", listed (set32 0 0l));
    ("absurd bytes all over", namespace (fun b -> Bytes.fill b 0 4096 '\xff'));
  ]

let harmless : (string * (Nvme_device.lies -> unit)) list =
  [
    ("a head of the commands that jumps", fun l -> l.head <- (fun n -> n + 1000));
    ("transfers of any size", controller (fun b -> Bytes.set_uint8 b 77 255));
    ("a name that is no text", controller (fun b -> Bytes.fill b 4 60 '\x1b'));
  ]

let storm (disk : Nvme_device.lies Lying_disk.t) s =
  disk.lies.lowers <- false;
  Lying_disk.lie ~says:"it interrupts without end: 4096 times in..." ignore disk s

let ways = [ ("line", by_line); ("messages", by_messages) ]

let both name f =
  List.iter
    (fun (way, make) -> Lying_disk.test make (Printf.sprintf "nvme, by %s: %s" way name) f)
    ways

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  both "reads, writes, flushes" Lying_disk.honest;
  both "killed, and everything is answered" Lying_disk.killed;
  List.iter (fun (name, says, tell) -> both name (Lying_disk.lie ~says tell)) completions;
  Lying_disk.test by_messages "nvme, by messages: a phase that is old"
    (Lying_disk.lie ~says:"it answers none of 1 requests"
      (fun (l : Nvme_device.lies) -> l.phase <- (fun p -> 1 - p)));
  List.iter (fun (name, says, tell) -> both name (Lying_disk.lie ~at_start:true ~says tell)) starts;
  List.iter (fun (name, tell) -> both name (Lying_disk.no_disk tell)) no_disks;
  List.iter (fun (name, tell) -> both name (Lying_disk.harmless tell)) harmless;
  Lying_disk.test by_line "nvme: a storm of interrupts" storm;
  Check.test "nvme: a reset without end, and no gate"
    (Lying_disk.keeps_memory (Nvme_device.create ~is_gated:false)
      (fun l -> l.register <- at 0x1c 1));
  Check.finish ()
