(* virtio's driver of disks over one that is played: honest, and lying in each way. *)
open Drivers

let that = Check.that

let at offset value seen true_value = if seen = offset then value else true_value

let lies : (string * bool * string * (Virtio_device.lies -> unit)) list =
  [
    ("a descriptor out of range", false,
     "queue 0: it gives back descriptor 1000, which it does not have",
      fun l -> l.used_head <- (fun _ -> 1000));
    ("a descriptor that it was not given", false,
     "queue 0: it gives back descriptor 5, which it does not have",
      fun l -> l.used_head <- (fun _ -> 5));
    ("an index that jumps", false, "queue 0: it has used 501 chains of 1",
      fun l -> l.used_index <- (fun n -> (n + 500) land 0xffff));
    ("too few bytes", false, "it says that it read 1 bytes of 4097",
     fun l -> l.used_length <- (fun _ -> 1));
    ("a status that is none", false, "it answers with status 9", fun l -> l.status <- (fun _ -> 9));
    ("no answer", false, "it answers none of 1 requests", fun l -> l.answers <- false);
    ("no virtio device any more", true, "there is no virtio device behind its registers",
      fun l -> l.register <- at 0 0);
    ("no feature", true, "it offers no version that we know", fun l -> l.register <- at 0x10 0);
    ("features refused", true, "it refuses features 0x110000200",
      fun l -> l.register <- (fun offset v -> if offset = 0x70 then v land lnot 8 else v));
    ("no queue", true, "it has no queue 0", fun l -> l.register <- at 0x34 0);
    ("no answer as it starts", true, "it did not start within 10 s", fun l -> l.answers <- false);
    ("a configuration that changes without end", true, "its configuration changes without end",
      fun l ->
        let n = ref 0 in
        l.register <- (fun offset v -> if offset = 0xfc then (incr n; !n) else v));
    ("another disk's size", true, "... is not what it was: 255 sectors in place of 256",
      fun l -> l.register <- at 0x100 255);
    ("more sectors than there can be", true, "it has 0xffffffff00000100 sectors",
      fun l -> l.register <- at 0x104 0xffff_ffff);
  ]

let storm (disk : Virtio_device.lies Lying_disk.t) s =
  disk.lies.lowers <- false;
  Lying_disk.lie ~says:"it interrupts without end: 4096 times in..." ignore disk s

let test = Lying_disk.test Virtio_disk.create

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  test "virtio: reads, writes, flushes" (fun disk s ->
      Lying_disk.honest disk s;
      let is_its b = Block.device b = Supervisor.device s in
      let block = List.find is_its (Block.all ()) in
      that "its name" ((Block.info block).identity = Supervisor.device s));
  test "virtio: killed, and everything is answered" Lying_disk.killed;
  List.iter
    (fun (name, at_start, says, tell) -> test ("virtio: " ^ name)
      (Lying_disk.lie ~at_start ~says tell))
    lies;
  test "virtio: a storm of interrupts" storm;
  Check.test "virtio: a reset without end"
    (Lying_disk.keeps_memory Virtio_disk.create (fun l -> l.register <- at 0x70 1));
  Check.finish ()
