(* A virtio disk that lies at random: the driver goes on or ends with a reason of its own, nobody waits for ever, and
   once the device is honest all is well again. *)
open Drivers

let sectors = 64
let nr_disks = ref 0

(* ---- decisions, from the input's bytes ---- *)

type input = { bytes : string; mutable at : int }

let is_over input = input.at >= String.length input.bytes

let byte input =
  if is_over input then 0
  else begin
    input.at <- input.at + 1;
    Char.code input.bytes.[input.at - 1]
  end

let word input =
  match byte input land 7 with
  | 0 -> 0
  | 1 -> 1
  | 2 -> 0xffff_ffff
  | 3 -> 0x8000_0000
  | 4 | 5 -> byte input
  | 6 -> byte input lsl 8
  | _ -> byte input lsl 24

(* A change of what is true: once, each so many times, or always. *)
let sometimes input change =
  let each = 1 + (byte input land 15) and n = ref 0 in
  fun v ->
    incr n;
    if !n mod each = 0 then change v else v

let change input : int -> int =
  let w = word input in
  match byte input land 3 with
  | 0 -> fun _ -> w
  | 1 -> fun v -> v lxor w
  | 2 -> fun v -> (v + w) land 0xffff_ffff
  | _ -> fun v -> max 0 (v - 1)

let registers = [| 0x00; 0x04; 0x08; 0x10; 0x34; 0x60; 0x70; 0xfc; 0x100; 0x104; 0x114; 0x122 |]

let register input =
  let which = registers.(byte input mod Array.length registers) in
  let f = sometimes input (change input) in
  fun offset v -> if offset = which then f v else v

let tell input (l : Virtio_disk.lies) =
  match byte input mod 8 with
  | 0 -> l.register <- register input
  | 1 -> l.used_head <- sometimes input (change input)
  | 2 -> l.used_length <- sometimes input (change input)
  | 3 -> l.used_index <- sometimes input (fun v -> change input v land 0xffff)
  | 4 -> l.status <- sometimes input (fun v -> change input v land 0xff)
  | 5 -> l.lowers <- byte input land 1 = 0
  | 6 -> l.answers <- byte input land 1 = 0
  | _ -> l.resets <- byte input land 1 = 0

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
  let input = { bytes; at = 0 } and reasons = ref [] in
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
