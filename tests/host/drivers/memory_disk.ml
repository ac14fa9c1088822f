open Drivers

type faults = {
  mutable loses : unit -> bool;
  mutable delay_ns : unit -> int;
  mutable corrupts : unit -> bool;
  mutable invents : unit -> bool;
  mutable raises : unit -> bool;
}

type t = { contents : bytes; faults : faults; done_ : int Atomic.t }

let never () = false

let create ~sectors () =
  let faults =
    { loses = never; delay_ns = (fun () -> 0); corrupts = never; invents = never; raises = never }
  in
  { contents = Bytes.make (512 * sectors) '\000'; faults; done_ = Atomic.make 0 }

let faults t = t.faults
let contents t = t.contents
let done_ t = Atomic.get t.done_

(* ---- requests ---- *)

let memory word =
  let length = 512 * Block.Wire.sectors word in
  match Host.memory ~address:(Block.Wire.address word) ~length with
  | Some memory -> memory
  | None -> failwith "a request's memory was given back before its answer"

let corrupt memory = Hal.Dma.set8 memory 0 (Hal.Dma.get8 memory 0 lxor 1)

let move t ~at (operation : Block.operation) word =
  let memory = memory word in
  let length = Hal.Dma.length memory in
  if operation = Read then begin
    Hal.Dma.blit_of_bytes t.contents at memory 0 length;
    if t.faults.corrupts () then corrupt memory
  end
  else Hal.Dma.blit_to_bytes memory 0 t.contents at length;
  at + length

let perform t words pos : Block.Wire.status =
  let operation = Block.Wire.operation words.(pos) in
  let segments = List.init (Block.Wire.segments words.(pos)) (fun i -> words.(pos + 2 + i)) in
  Atomic.incr t.done_;
  match operation with
  | Flush -> Ok
  | Read | Write ->
      let go at word = move t ~at operation word in
      ignore (List.fold_left go (512 * words.(pos + 1)) segments : int);
      Ok
  | Discard | Write_zeroes -> Not_supported

(* ---- a queue ---- *)

let answer port word = ignore (Port.answer port [| word |] ~items:1 ~words:1 : int)

let later device port word ~ns =
  Device.spawn device ~core:(Sched.core ()) "later" (fun () ->
      Sched.Time.sleep ns;
      answer port word)

let request t device port words pos =
  let f = t.faults and tag = Block.Wire.tag words.(pos) in
  if f.raises () then failwith "a fault";
  if f.invents () then answer port (Block.Wire.answer ~tag:((tag + 1) land 0x7f) Ok);
  if not (f.loses ()) then
    let word = Block.Wire.answer ~tag (perform t words pos) in
    match f.delay_ns () with 0 -> answer port word | ns -> later device port word ~ns

let rec serve t device port bell words =
  let n = Port.next port words ~words:Port.words ~most:Requests.depth in
  for i = 0 to n - 1 do
    request t device port words (Port.words * i)
  done;
  if n > 0 then Picos.Fiber.yield () else if Port.may_sleep port then Sched.Bell.wait bell;
  serve t device port bell words

let info t : Block.info =
  {
    sectors = Bytes.length t.contents / 512;
    block_sectors = 1;
    read_only = false;
    has_cache = false;
    discard_max = 0;
    zeroes_max = 0;
    identity = "memory";
  }

let start t device =
  let queue core = (core, Sched.Bell.create "requests") in
  let queues = List.map queue (Array.to_list (Device.cores device)) in
  let run (core, bell) port =
    let words = Array.make (Port.words * Requests.depth) 0 in
    Device.spawn device ~core (string_of_int core) (fun () -> serve t device port bell words)
  in
  List.iter2 run queues (Block.offer device (info t) ~queues)

let driver t : Driver.t = { name = "memory-disk"; matches = (fun _ -> true); start = start t }
