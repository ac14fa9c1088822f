open Drivers
open Picos

type figure = {
  depth : int;
  requests : int;
  cost : Busy.t;
}

let block_bytes = 4096
let block_sectors = block_bytes / Block.sector_bytes

type run = {
  disk : Block.t;
  memory : Hal.Dma.t;  (** a block for each outstanding request *)
  blocks : int;
  mutable random : int;
  left : int Atomic.t;  (** to be asked for *)
  answers : int Atomic.t;  (** to come *)
  failed : bool Atomic.t;
  over : Trigger.t;
}

let next_block run =
  run.random <- ((run.random * 1103515245) + 12345) land 0x3fff_ffff;
  (run.random lsr 4) mod run.blocks

let rec ask run slot =
  if Atomic.fetch_and_add run.left (-1) > 0 then
    let sector = next_block run * block_sectors in
    let offset = slot * block_bytes in
    Block.submit run.disk Read ~sector
      [ { memory = run.memory; offset; sectors = block_sectors } ]
      (answered run slot)

and answered run slot result =
  if Result.is_error result then Atomic.set run.failed true;
  ask run slot;
  if Atomic.fetch_and_add run.answers (-1) = 1 then Trigger.signal run.over

let measure run ~depth ~requests =
  let work () =
    for slot = 0 to depth - 1 do
      ask run slot
    done;
    ignore (Trigger.await run.over)
  in
  let (), cost = Busy.measure work in
  { depth; requests; cost }

let read disk ~depth ~requests =
  match Hal.Physical.allocate (depth * block_bytes) with
  | None -> Error "there is no memory for the blocks"
  | Some memory ->
      let run =
        {
          disk;
          memory;
          blocks = (Block.info disk).sectors / block_sectors;
          random = 1;
          left = Atomic.make requests;
          answers = Atomic.make requests;
          failed = Atomic.make false;
          over = Trigger.create ();
        }
      in
      let figure = measure run ~depth ~requests in
      Hal.Physical.release memory;
      if Atomic.get run.failed then Error "a request failed" else Ok figure

let to_json disk f =
  Printf.sprintf
    {|{"bench":"disk read 4 KiB","disk":%S,"depth":%d,"requests":%d,"busy_ns":%d,"elapsed_ns":%d,"interrupts_per_1000":%d}|}
    (Block.device disk) f.depth f.requests (f.cost.busy_ns / f.requests)
    (f.cost.elapsed_ns / f.requests)
    (f.cost.interrupts * 1000 / f.requests)
