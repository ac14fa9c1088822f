(* virtio's driver of network interfaces over one that is played: honest, and lying in each way. *)
open Drivers

let at offset value seen true_value = if seen = offset then value else true_value

let lies : (string * bool * string * (Virtio_device.lies -> unit)) list =
  [
    ("a descriptor out of range", false, "...it gives back descriptor 1000, which it does not have",
      fun l -> l.used_head <- (fun _ -> 1000));
    ("an index that jumps", false, "queue 0: it has used 501 chains of 64",
      fun l -> l.used_index <- (fun n -> (n + 500) land 0xffff));
    ("more bytes than there is room for", false,
     "it says that it wrote 5000 bytes to a buffer of 1996",
      fun l -> l.used_length <- (fun n -> if n = 0 then 0 else 5000));
    ("all the bytes there can be", false,
     "it says that it wrote 4294967295 bytes to a buffer of 1996",
      fun l -> l.used_length <- (fun n -> if n = 0 then 0 else 0xffff_ffff));
    ("a frame of no bytes", false, "it says that it wrote 12 bytes to a buffer of 1996",
      fun l -> l.used_length <- (fun n -> min n 12));
    ("a frame in no buffers", false, "it has put a frame in 0 buffers",
     fun l -> l.status <- (fun _ -> 0));
    ("a frame in more buffers than there are", false, "it has put a frame in 65535 buffers",
      fun l -> l.status <- (fun _ -> 0xffff));
    ("buffers of a frame that are missing", false, "2 buffers of a frame are missing",
      fun l -> l.status <- (fun _ -> 3));
    ("no queue", true, "it has no queue 0", fun l -> l.register <- at 0x34 0);
    ("queues too short", true, "its queues are too short", fun l -> l.register <- at 0x34 8);
    ("features refused", true, "it refuses features...",
      fun l -> l.register <- (fun offset v -> if offset = 0x70 then v land lnot 8 else v));
  ]

let test = Lying_network.test Virtio_network.create

let storm (net : Virtio_device.lies Lying_network.t) s =
  Lying_network.lie ~says:"it interrupts without end: 4096 times in..."
    (fun (l : Virtio_device.lies) -> l.lowers <- false) net s

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  test "virtio-net: what is sent comes back" Lying_network.honest;
  Lying_network.test (Virtio_network.create ~merges:false) "virtio-net: a buffer for each frame"
    Lying_network.honest;
  test "virtio-net: killed" Lying_network.killed;
  List.iter
    (fun (name, at_start, says, tell) ->
      test ("virtio-net: " ^ name) (Lying_network.lie ~at_start ~says tell))
    lies;
  test "virtio-net: a storm of interrupts" storm;
  test "virtio-net: nothing is sent"
    (Lying_network.harmless (fun (l : Virtio_device.lies) -> l.answers <- false));
  Check.finish ()
