type error = Out_of_range | Read_only | Failed of string

let pp_error ppf = function
  | Out_of_range -> Format.pp_print_string ppf "it is not within the device"
  | Read_only -> Format.pp_print_string ppf "the device is read-only"
  | Failed what -> Format.fprintf ppf "the device failed: %s" what

type run = { block : int; data : Buffer.t }

type t = {
  blocks : int;
  read_only : bool;
  read : run list -> (unit, error) result;
  write : run list -> (unit, error) result;
  flush : unit -> (unit, error) result;
  discard : block:int -> count:int -> (unit, error) result;
}

let count run = Buffer.length run.data / Address.block_bytes

let rec all within step = function
  | [] -> Ok ()
  | run :: rest when within run -> step run; all within step rest
  | _ -> Error Out_of_range

let memory bytes =
  let blocks = Buffer.length bytes / Address.block_bytes in
  let within run = run.block >= 0 && run.block <= blocks - count run in
  let offset run = run.block * Address.block_bytes in
  let read run = Buffer.blit bytes (offset run) run.data 0 (Buffer.length run.data) in
  let write run = Buffer.blit run.data 0 bytes (offset run) (Buffer.length run.data) in
  {
    blocks;
    read_only = false;
    read = all within read;
    write = all within write;
    flush = (fun () -> Ok ());
    discard = (fun ~block:_ ~count:_ -> Ok ());
  }

let part t ~block ~blocks =
  if block < 0 || blocks < 0 || block > t.blocks - blocks then invalid_arg "Device.part";
  let within run = run.block >= 0 && run.block <= blocks - count run in
  let moved run = { run with block = run.block + block } in
  let checked operation runs =
    if List.for_all within runs then operation (List.map moved runs) else Error Out_of_range
  in
  let discard ~block:first ~count = t.discard ~block:(block + first) ~count in
  { t with blocks; read = checked t.read; write = checked t.write; discard }
