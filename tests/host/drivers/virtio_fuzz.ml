(* A virtio disk that lies at random: the driver goes on or ends with a reason of its own, nobody waits for ever, and
   once the device is honest all is well again. *)
open Drivers
open Random_lies

let sectors = 64
let nr_disks = ref 0

(* ---- what is asked of it meanwhile ---- *)

let with_memory f =
  let memory = Option.get (Hal.Physical.allocate 4096) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

let ask input block =
  let sector = 8 * (byte input mod (sectors / 8)) in
  let request memory =
    match byte input land 3 with
    | 0 -> Block.write block ~sector memory ~offset:0 ~sectors:8
    | 1 -> Block.flush block
    | _ -> Block.read block ~sector memory ~offset:0 ~sectors:8
  in
  Sched.spawn ~kind:Local ~name:"asks" (fun () -> ignore (with_memory request))

let step input disk s =
  tell input (Virtio_disk.lies disk);
  let block = List.find_opt (fun b -> Block.device b = Supervisor.device s) (Block.all ()) in
  let asked = match block with None -> [] | Some b -> List.init (byte input land 7) (fun _ -> ask input b) in
  if byte input land 7 = 0 then Supervisor.kill s;
  List.iter Picos.Computation.await asked;
  ignore (Supervisor.settled s)

(* ---- what must hold ---- *)

let demand what holds = if not holds then failwith what

let works disk s =
  Virtio_disk.be_honest disk;
  Supervisor.kill s;
  Host.until (fun () -> Supervisor.state s = Running);
  let block = List.find (fun b -> Block.device b = Supervisor.device s) (Block.all ()) in
  with_memory (fun memory ->
      Hal.Dma.fill memory ~offset:0 ~length:4096 'z';
      demand "it writes" (Block.write block ~sector:0 memory ~offset:0 ~sectors:8 = Ok ());
      demand "it is there" (Bytes.sub (Virtio_disk.contents disk) 0 4096 = Bytes.make 4096 'z'))

(* A lie is no reason to raise what looks like a fault of our own. *)
let check_reason why =
  if String.starts_with ~prefix:"it raised" why then failwith ("a driver ended, and all it says is: " ^ why)

let try_out bytes =
  let input = of_bytes bytes and reasons = ref [] in
  incr nr_disks;
  Supervisor.on_failure := (fun ~device:_ ~driver:_ why -> reasons := why :: !reasons);
  Host.run (fun () ->
      let disk = Virtio_disk.create ~sectors (Printf.sprintf "device %d" !nr_disks) in
      let s = Supervisor.supervise (Virtio_disk.hardware disk) Virtio_blk.driver in
      ignore (Supervisor.settled s);
      while not (is_over input) do
        step input disk s
      done;
      works disk s;
      Supervisor.stop s;
      demand "it reached what is not the driver's" (Virtio_disk.trespasses disk = []));
  List.iter check_reason !reasons

let () =
  Fuzz.run "virtio disk that lies" Fuzz.noise () try_out;
  Check.finish ()
