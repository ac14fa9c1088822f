open Drivers
open Picos

type result = { written : int; verified : int; requests : int; elapsed_ns : int }

exception Wrong of string

let wrong format = Printf.ksprintf (fun what -> raise (Wrong what)) format
let block_bytes = 4096
let block_sectors = block_bytes / Block.sector_bytes

(* What block [number] has after it was written for the [version]th time. *)
let word ~seed ~number ~version i =
  let mixed = ((number * 0x9E37_79B9) lxor (version * 0x85EB_CA6B) lxor seed) + (i * 0xC2B2_AE35) in
  mixed lxor (mixed lsr 15)

let fill memory ~seed ~number ~version =
  for i = 0 to (block_bytes / 8) - 1 do
    Hal.Dma.set64 memory (8 * i) (word ~seed ~number ~version i)
  done

let check memory ~seed ~number ~version =
  for i = 0 to (block_bytes / 8) - 1 do
    let found = Hal.Dma.get64 memory (8 * i) and expected = word ~seed ~number ~version i in
    if found <> expected then
      wrong "block %d, byte %d: 0x%x in place of 0x%x" number (8 * i) found expected
  done

let ok what number = function
  | Ok () -> ()
  | Error e -> wrong "%s of block %d: %s" what number (Format.asprintf "%a" Block.pp_error e)

(* Fiber [me] has every [depth]th block. Its versions are its own. *)
let worker disk ~me ~depth ~writes ~seed () =
  let blocks = (Block.info disk).sectors / block_sectors in
  let own = (blocks - me + depth - 1) / depth in
  let versions = Hashtbl.create 1024 and random = Random.State.make [| seed; me |] in
  let memory = Option.get (Hal.Physical.allocate block_bytes) in
  let finally () = Hal.Physical.release memory in
  Fun.protect ~finally (fun () ->
      for _ = 1 to writes do
        let number = me + (depth * Random.State.int random own) in
        let version = 1 + Option.value (Hashtbl.find_opt versions number) ~default:0 in
        Hashtbl.replace versions number version;
        fill memory ~seed ~number ~version;
        ok "write" number
          (Block.write disk ~sector:(number * block_sectors) memory ~offset:0
             ~sectors:block_sectors)
      done;
      ok "flush" me (Block.flush disk);
      let verify number version =
        Hal.Dma.fill memory ~offset:0 ~length:block_bytes '\xee';
        ok "read" number
          (Block.read disk ~sector:(number * block_sectors) memory ~offset:0
             ~sectors:block_sectors);
        check memory ~seed ~number ~version
      in
      Hashtbl.iter verify versions;
      Hashtbl.length versions)

let spawn_all disk ~depth ~writes ~seed =
  let cores = Array.of_list (Sched.cores_serving Local) in
  let start me =
    Sched.spawn ~kind:Local
      ~core:cores.(me mod Array.length cores)
      ~name:(Printf.sprintf "disk test/%d" me)
      (fun () -> try Ok (worker disk ~me ~depth ~writes ~seed ()) with Wrong what -> Error what)
  in
  List.map Computation.await (List.init depth start)

let rec sum total = function
  | [] -> Ok total
  | Ok n :: rest -> sum (total + n) rest
  | (Error _ as e) :: _ -> e

let run ?(mib = 256) ?(depth = 32) ?(seed = 1) disk =
  let blocks = (Block.info disk).sectors / block_sectors in
  if blocks < depth then Error "the disk is too small"
  else
    let writes = mib * 256 / depth in
    let began = Sched.Time.now_ns () and before = (Block.counts disk).requests in
    let of_verified blocks =
      {
        written = writes * depth * block_bytes;
        verified = blocks * block_bytes;
        requests = (Block.counts disk).requests - before;
        elapsed_ns = Sched.Time.now_ns () - began;
      }
    in
    Result.map of_verified (sum 0 (spawn_all disk ~depth ~writes ~seed))
