open Drivers
open Random_lies

type 'lies t = {
  hardware : Hardware.t;
  driver : Driver.t;
  lies : 'lies;
  be_honest : unit -> unit;
  answers : bool -> unit;
  contents : bytes;
  trespasses : unit -> string list;
}

let that = Check.that
let sectors = 256
let block_bytes = 4096
let nr_blocks = sectors * 512 / block_bytes

(* What a block has while nobody writes anything else. *)
let letter block = Char.chr (Char.code 'A' + block)
let letters disk = Bytes.mapi (fun i _ -> letter (i / block_bytes)) disk.contents

(* Names are for good, so each test has a disk of its own. *)
let nr_disks = ref 0

let create make =
  incr nr_disks;
  let disk = make (Printf.sprintf "device %d" !nr_disks) in
  Bytes.blit (letters disk) 0 disk.contents 0 (Bytes.length disk.contents);
  disk

let with_disk make f =
  let disk = create make in
  let s = Supervisor.supervise disk.hardware disk.driver in
  f disk s;
  Supervisor.stop s

let test make name f =
  Check.test name (fun () ->
      let blocks = Host.memory_blocks () and messages = Host.messages () in
      Host.run (fun () ->
          with_disk make (fun disk s ->
              f disk s;
              that "the driver had it reach its own memory alone" (disk.trespasses () = [])));
      that "no memory is left" (Host.memory_blocks () = blocks);
      that "no message is left" (Host.messages () = messages);
      that "the line is free" (not (Host.Line.is_claimed 3)))

let find s = List.find_opt (fun b -> Block.device b = Supervisor.device s) (Block.all ())
let block_of s = Option.get (find s)

let with_memory f =
  let memory = Option.get (Hal.Physical.allocate block_bytes) in
  Fun.protect ~finally:(fun () -> Hal.Physical.release memory) (fun () -> f memory)

let at block = 8 * block
let read disk block memory = Block.read disk ~sector:(at block) memory ~offset:0 ~sectors:8
let write disk block memory = Block.write disk ~sector:(at block) memory ~offset:0 ~sectors:8
let holds memory letter =
  Hal.Dma.to_string memory ~offset:0 ~length:block_bytes = String.make block_bytes letter

(* Whether it is what it should be. *)
let read_one disk block =
  with_memory (fun memory ->
      Result.map (fun () -> holds memory (letter block)) (read disk block memory))

let reads_right disk block = read_one disk block = Ok true

let spawn name f = Sched.spawn ~kind:Local ~name f
let await = Picos.Computation.await

(* ---- honest ---- *)

let honest disk s =
  that "it runs" (Supervisor.settled s = Running);
  let block = block_of s in
  that "its size" ((Block.info block).sectors = sectors);
  with_memory (fun memory ->
      Hal.Dma.fill memory ~offset:0 ~length:block_bytes 'a';
      that "it writes" (write block 1 memory = Ok ());
      that "there" (Bytes.sub disk.contents 4096 4096 = Bytes.make 4096 'a');
      Hal.Dma.fill memory ~offset:0 ~length:block_bytes 'b';
      that "it reads" (read block 1 memory = Ok ());
      that "the same" (holds memory 'a'));
  that "another" (reads_right block 2);
  that "it flushes" (Block.flush block = Ok ());
  that "each interrupt was served" (not (Host.Line.is_claimed 3 && Host.Line.is_masked 3))

let killed disk s =
  ignore (Supervisor.settled s);
  let block = block_of s in
  for n = 1 to 50 do
    disk.answers (n mod 3 <> 0);
    let asked = spawn "reader" (fun () -> reads_right block (n mod nr_blocks)) in
    for _ = 1 to n mod 7 do
      Picos.Fiber.yield ()
    done;
    Supervisor.kill s;
    disk.answers true;
    that "it is answered" (await asked)
  done;
  that "by further drivers" ((Block.counts block).replayed > 0 &&
    (Supervisor.history s).killed > 10)

(* ---- lies ---- *)

let lie ?(at_start = false) ?(may_fail = false) ~says tell disk s =
  ignore (Supervisor.settled s);
  tell disk.lies;
  if at_start then Supervisor.kill s;
  let is_right result = result = Ok true || (may_fail && result = Error Block.Failed) in
  let ask () = spawn "reader" (fun () -> is_right (read_one (block_of s) 1)) in
  let asked = if at_start then None else Some (ask ()) in
  Ends.await s ~be_honest:disk.be_honest ~says;
  Option.iter (fun asked -> that "it is answered at last, and rightly" (await asked)) asked;
  ignore (Supervisor.settled s);
  Ends.again s

let harmless tell disk s =
  ignore (Supervisor.settled s);
  tell disk.lies;
  Ends.again s;
  let block = block_of s in
  that "it reads" (List.for_all (reads_right block) (List.init 20 Fun.id));
  that "it has not failed" (Ends.reason s = "")

let no_disk tell disk s =
  ignore (Supervisor.settled s);
  let block = block_of s in
  tell disk.lies;
  Supervisor.kill s;
  Host.until (fun () -> Block.flush block = Error Gone);
  that "it runs" (Supervisor.settled s = Running);
  disk.be_honest ();
  Supervisor.kill s;
  Host.until (fun () -> Block.flush block = Ok ())

let keeps_memory make tell () =
  Host.run (fun () ->
      with_disk make (fun disk s ->
          ignore (Supervisor.settled s);
          let blocks = Host.memory_blocks () in
          tell disk.lies;
          Supervisor.kill s;
          Ends.await s ~be_honest:ignore ~says:"its reset does not end";
          that "the memory is kept" (Host.memory_blocks () = blocks)))

(* ---- at random ---- *)

let demand what holds = if not holds then failwith what

let try_read disk block ~is_credible memory =
  match read disk block memory with
  | Ok () ->
      demand "a wrong block was given as right" ((not !is_credible) || holds memory (letter block))
  | Error _ -> ()

let ask input disk ~is_credible =
  let block = byte input mod nr_blocks in
  let request memory =
    Hal.Dma.fill memory ~offset:0 ~length:block_bytes (letter block);
    match byte input land 3 with
    | 0 -> ignore (write disk block memory)
    | 1 -> ignore (Block.flush disk)
    | _ ->
        Hal.Dma.fill memory ~offset:0 ~length:block_bytes '\xee';
        try_read disk block ~is_credible memory
  in
  spawn "asks" (fun () -> with_memory request)

let step input disk s ~tell ~is_credible =
  if not (tell input disk.lies) then is_credible := false;
  let ask block = List.init (byte input land 7) (fun _ -> ask input block ~is_credible) in
  let asked = Option.fold ~none:[] ~some:ask (find s) in
  if byte input land 7 = 0 then Supervisor.kill s;
  List.iter await asked;
  ignore (Supervisor.settled s)

let works disk s =
  disk.be_honest ();
  Ends.again s;
  with_memory (fun memory ->
      Hal.Dma.fill memory ~offset:0 ~length:block_bytes 'z';
      (match write (block_of s) 0 memory with
      | Ok () -> ()
      | Error e ->
          failwith (Format.asprintf "once it is honest, writing fails: %a" Block.pp_error e));
      demand "it is there" (Bytes.sub disk.contents 0 4096 = Bytes.make 4096 'z'))

let check_trespasses disk =
  match disk.trespasses () with
  | [] -> ()
  | first :: _ -> failwith ("it reached what is not the driver's: " ^ first)

let try_out make tell bytes =
  let input = of_bytes bytes and is_credible = ref true in
  let lies_and_works disk s =
    ignore (Supervisor.settled s);
    while not (is_over input) do
      step input disk s ~tell ~is_credible
    done;
    works disk s;
    Supervisor.stop s;
    if !is_credible then check_trespasses disk
  in
  Ends.recorded (fun () -> Host.run (fun () -> with_disk (make input) lies_and_works))

let fuzz name make tell = Fuzz.run name Fuzz.noise () (try_out make tell)
