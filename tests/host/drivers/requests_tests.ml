(* Requests through drivers that come and go: each is answered once, and the data is right. *)
open Drivers
open Picos

let that = Check.that
let seed = Option.value (Option.bind (Sys.getenv_opt "SEED") int_of_string_opt) ~default:1
let nr_disks = ref 0
let sectors = 512

let with_disk f =
  incr nr_disks;
  let disk = Memory_disk.create ~sectors () in
  let hardware = Host.hardware (Printf.sprintf "memory %d" !nr_disks) in
  let s = Supervisor.supervise hardware (Memory_disk.driver disk) in
  ignore (Supervisor.settled s);
  let block = List.find (fun b -> Block.device b = Supervisor.device s) (Block.all ()) in
  f disk s block;
  Supervisor.stop s

let test ?(cores = 1) name f =
  Check.test (Printf.sprintf "%s, %d cores" name cores) (fun () ->
      let blocks = Host.memory_blocks () in
      Host.run ~cores (fun () -> with_disk f);
      that "no memory is left" (Host.memory_blocks () = blocks))

let with_memory length f =
  let memory = Option.get (Hal.Physical.allocate length) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

(* ---- a model: a worker has some sectors, and knows what they must hold ---- *)

let own = 8

let worker block ~me ~rounds () =
  let random = Random.State.make [| seed; me |] and model = Bytes.make (512 * own) '\000' in
  let step memory =
    let at = Random.State.int random own in
    let sector = (me * own) + at in
    if Random.State.bool random then begin
      let byte = Char.chr (Random.State.int random 256) in
      Hal.Dma.fill memory ~offset:0 ~length:512 byte;
      that "it writes" (Block.write block ~sector memory ~offset:0 ~sectors:1 = Ok ());
      Bytes.fill model (512 * at) 512 byte
    end
    else begin
      Hal.Dma.fill memory ~offset:0 ~length:512 '?';
      that "it reads" (Block.read block ~sector memory ~offset:0 ~sectors:1 = Ok ());
      that "what it must" (Hal.Dma.to_string memory ~offset:0 ~length:512 = Bytes.sub_string model
        (512 * at) 512)
    end
  in
  with_memory 512 (fun memory -> for _ = 1 to rounds do step memory done);
  model

let workers = 16

let all_work ~cores ~rounds disk block =
  let start me =
    Sched.spawn ~kind:Local ~core:(me mod cores) ~name:"worker" (worker block ~me ~rounds)
  in
  let started = List.init workers start in
  let check me model =
    let held = Bytes.sub (Memory_disk.contents disk) (512 * own * me) (512 * own) in
    that "the disk holds it" (held = model)
  in
  List.iteri check (List.map Computation.await started)

let honest ~cores disk _ block = all_work ~cores ~rounds:100 disk block

(* Every [n]th request; the queues may count at once. *)
let each n =
  let seen = Atomic.make 0 in
  fun () -> Atomic.fetch_and_add seen 1 mod n = n - 1

let killed ~cores disk s block =
  let now = each 50 in
  (Memory_disk.faults disk).loses <- (fun () -> if now () then Supervisor.kill s; false);
  all_work ~cores ~rounds:100 disk block;
  that "it was killed" ((Supervisor.history s).killed > 0)

let delayed ~cores disk _ block =
  let random = Random.State.make [| seed |] in
  (Memory_disk.faults disk).delay_ns <- (fun () -> Random.State.int random 2_000_000);
  all_work ~cores ~rounds:50 disk block

let losing ~cores disk s block =
  (Memory_disk.faults disk).loses <- each 150;
  all_work ~cores ~rounds:50 disk block;
  that "it was found to hang" ((Supervisor.history s).lives > 1);
  that "they were repeated" ((Block.counts block).replayed > 0)

let raising ~cores disk s block =
  (Memory_disk.faults disk).raises <- each 150;
  all_work ~cores ~rounds:30 disk block;
  that "it raised" ((Supervisor.history s).lives > 1)

(* ---- answers that are none ---- *)

let invented disk s block =
  let once = ref true in
  (Memory_disk.faults disk).invents <- (fun () -> !once && (once := false; true));
  with_memory 512 (fun memory ->
      that "it is answered" (Block.read block ~sector:0 memory ~offset:0 ~sectors:1 = Ok ()));
  Host.until (fun () -> (Supervisor.history s).lives = 2);
  let why = Option.get (Supervisor.history s).last_failure in
  that "its driver ended" (String.starts_with ~prefix:"its driver answered request" why)

let corrupting disk _ block =
  (Memory_disk.faults disk).corrupts <- (fun () -> true);
  with_memory 512 (fun memory ->
      that "it is answered" (Block.read block ~sector:0 memory ~offset:0 ~sectors:1 = Ok ());
      that "a byte is wrong" (Hal.Dma.get8 memory 0 = 1))

(* ---- nobody there ---- *)

let gone disk s block =
  (Memory_disk.faults disk).loses <- (fun () -> true);
  with_memory 512 (fun memory ->
      let read () = Block.read block ~sector:0 memory ~offset:0 ~sectors:1 in
      let asked = Sched.spawn ~kind:Local ~name:"reader" read in
      Host.until (fun () -> (Block.statistics block |> List.hd).outbound.popped > 0);
      Supervisor.stop s;
      that "what waited fails" (Computation.await asked = Error Block.Gone);
      that "what comes fails" (read () = Error Block.Gone);
      (Memory_disk.faults disk).loses <- (fun () -> false);
      Supervisor.kill s;
      Host.until (fun () -> Supervisor.state s = Running);
      that "until there is a driver again" (read () = Ok ()))

(* A canceled reader waits until its memory is its own again. *)
let canceled disk _ block =
  (Memory_disk.faults disk).delay_ns <- (fun () -> 1_000_000_000);
  with_memory 512 (fun memory ->
      let before = Host.milliseconds () and ended = Computation.create () in
      let read () =
        Fun.protect ~finally:(fun () -> Computation.finish ended) (fun () ->
            ignore (Block.read block ~sector:0 memory ~offset:0 ~sectors:1))
      in
      let asked = Sched.spawn ~kind:Local ~name:"reader" read in
      Sched.Time.sleep 10_000_000;
      Computation.cancel asked Exit (Printexc.get_callstack 0);
      Computation.wait ended;
      that "no sooner than the answer" (Host.milliseconds () - before >= 1000))

(* More than the queue has tags for: those who come late wait, and none is lost. *)
let crowd disk s block =
  (Memory_disk.faults disk).delay_ns <- (fun () -> 1_000_000);
  let answered = ref 0 and n = 1000 in
  with_memory 512 (fun memory ->
      let segment : Block.segment = { memory; offset = 0; sectors = 1 } in
      let ask _ =
        Sched.spawn ~kind:Local ~name:"asks" (fun () ->
            Block.submit block Read ~sector:0 [ segment ]
              (fun r -> if r = Ok () then incr answered))
      in
      let asked = List.init n ask in
      Sched.Time.sleep 2_000_000;
      Supervisor.kill s;
      List.iter Computation.await asked;
      Host.until (fun () -> !answered >= n);
      Sched.Time.sleep 1_000_000_000;
      that "each once" (!answered = n))

let () =
  Printf.printf "# seed %d\n" seed;
  Supervisor.on_failure := (fun ~device:_ ~driver:_ _ -> ());
  let on cores (name, f) = test ~cores ("requests: " ^ name) (f ~cores) in
  let modelled =
    [
      ("all goes well", honest);
      ("the driver is killed all the time", killed);
      ("answers late and out of order", delayed);
      ("some are lost", losing);
      ("the driver raises now and then", raising);
    ]
  in
  List.iter (on 1) modelled;
  List.iter (on 3) modelled;
  test "requests: an answer to nothing" invented;
  test "requests: corrupt data" corrupting;
  test "requests: no driver any more" gone;
  test "requests: a canceled reader" canceled;
  test "requests: more than there is room for" crowd;
  Check.finish ()
