(* virtio's driver of disks over one that is played: honest, and lying in each way. *)
open Drivers

let that = Check.that
let sectors = 256

(* Names are for good, so each test has a disk of its own. *)
let nr_disks = ref 0

let with_disk f =
  incr nr_disks;
  let disk = Virtio_disk.create ~sectors (Printf.sprintf "device %d" !nr_disks) in
  let s = Supervisor.supervise (Virtio_disk.hardware disk) Virtio_blk.driver in
  f disk s;
  Supervisor.stop s

let test name f =
  Check.test name (fun () ->
      let blocks = Host.memory_blocks () in
      Host.run (fun () ->
          with_disk (fun disk s ->
              f disk s;
              that "the driver had it reach its own memory alone" (Virtio_disk.trespasses disk = [])));
      that "no memory is left" (Host.memory_blocks () = blocks);
      that "the line is free" (not (Host.Line.is_claimed 3)))

let block_of s = List.find (fun b -> Block.device b = Supervisor.device s) (Block.all ())
let failure s = Option.value (Supervisor.history s).last_failure ~default:""

let with_memory f =
  let memory = Option.get (Hal.Physical.allocate 4096) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

let read block memory = Block.read block ~sector:8 memory ~offset:0 ~sectors:8
let write block memory = Block.write block ~sector:8 memory ~offset:0 ~sectors:8

(* ---- honest ---- *)

let honest disk s =
  that "it runs" (Supervisor.settled s = Running);
  let block = block_of s in
  that "its size" ((Block.info block).sectors = sectors);
  that "its name" ((Block.info block).identity = Supervisor.device s);
  with_memory (fun memory ->
      Hal.Dma.fill memory ~offset:0 ~length:4096 'a';
      that "it writes" (write block memory = Ok ());
      that "there" (Bytes.sub (Virtio_disk.contents disk) 4096 4096 = Bytes.make 4096 'a');
      Hal.Dma.fill memory ~offset:0 ~length:4096 'b';
      that "it reads" (read block memory = Ok ());
      that "the same" (Hal.Dma.to_string memory ~offset:0 ~length:4096 = String.make 4096 'a');
      that "it flushes" (Block.flush block = Ok ()));
  that "each interrupt was served" (not (Host.Line.is_masked 3))

let killed disk s =
  ignore (Supervisor.settled s);
  let block = block_of s in
  with_memory (fun memory ->
      for n = 1 to 50 do
        (Virtio_disk.lies disk).answers <- n mod 3 <> 0;
        let asked = Sched.spawn ~kind:Local ~name:"reader" (fun () -> read block memory) in
        for _ = 1 to n mod 7 do
          Picos.Fiber.yield ()
        done;
        Supervisor.kill s;
        (Virtio_disk.lies disk).answers <- true;
        that "it is answered" (Picos.Computation.await asked = Ok ())
      done);
  that "by further drivers" ((Block.counts block).replayed > 0 && (Supervisor.history s).killed > 10)

(* ---- lies: the driver ends, says why, and when the device is honest again all is well ---- *)

(* The lie is told from when the disk runs, or from when it starts. *)
let lie ?(at_start = false) ~says tell disk s =
  ignore (Supervisor.settled s);
  tell (Virtio_disk.lies disk);
  if at_start then Supervisor.kill s;
  let block = if at_start then None else Some (block_of s) in
  let asked =
    Option.map
      (fun block -> Sched.spawn ~kind:Local ~name:"reader" (fun () -> with_memory (read block)))
      block
  in
  Host.until (fun () -> failure s <> "");
  Virtio_disk.be_honest disk;
  if failure s <> says then failwith (Printf.sprintf "it says %S" (failure s));
  Option.iter (fun asked -> that "it is answered at last" (Picos.Computation.await asked = Ok ())) asked;
  ignore (Supervisor.settled s);
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running)

let at offset value seen true_value = if seen = offset then value else true_value

let lies : (string * bool * string * (Virtio_disk.lies -> unit)) list =
  [
    ("a descriptor out of range", false, "queue 0: it gives back descriptor 1000, which it does not have",
      fun l -> l.used_head <- (fun _ -> 1000));
    ("a descriptor that it was not given", false, "queue 0: it gives back descriptor 5, which it does not have",
      fun l -> l.used_head <- (fun _ -> 5));
    ("an index that jumps", false, "queue 0: it has used 501 chains of 1",
      fun l -> l.used_index <- (fun n -> (n + 500) land 0xffff));
    ("too few bytes", false, "it says that it read 1 bytes of 4097", fun l -> l.used_length <- (fun _ -> 1));
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
    ("another disk's size", true, "disk14 is not what it was: 255 sectors in place of 256",
      fun l -> l.register <- at 0x100 255);
    ("more sectors than there can be", true, "it has 0xffffffff00000100 sectors",
      fun l -> l.register <- at 0x104 0xffff_ffff);
  ]

let storm disk s =
  ignore (Supervisor.settled s);
  (Virtio_disk.lies disk).lowers <- false;
  let asked = Sched.spawn ~kind:Local ~name:"reader" (fun () -> with_memory (read (block_of s))) in
  Host.until (fun () -> failure s <> "");
  that "it ends" (String.starts_with ~prefix:"it interrupts without end: 4096 times in" (failure s));
  Virtio_disk.be_honest disk;
  that "it is answered" (Picos.Computation.await asked = Ok ());
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running)

(* One whose reset never ends, and has no gate, keeps its memory: it may still use it. *)
let keeps_memory () =
  Host.run (fun () ->
      with_disk (fun disk s ->
          ignore (Supervisor.settled s);
          let blocks = Host.memory_blocks () in
          (Virtio_disk.lies disk).register <- at 0x70 1;
          Supervisor.kill s;
          Host.until (fun () -> failure s <> "");
          that "it says so" (failure s = "its reset does not end");
          that "the memory is kept" (Host.memory_blocks () = blocks)))

let () =
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  test "virtio: reads, writes, flushes" honest;
  test "virtio: killed, and everything is answered" killed;
  List.iter
    (fun (name, at_start, says, tell) -> test ("virtio: " ^ name) (lie ~at_start ~says tell))
    lies;
  test "virtio: a storm of interrupts" storm;
  Check.test "virtio: a reset without end" keeps_memory;
  Check.finish ()
