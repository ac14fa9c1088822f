open Redoxfs

type event = Write of int * Buffer.t | Flush
type counts = { reads : int; writes : int; flushes : int }

type t = {
  start : Buffer.t;
  now : Buffer.t;
  mutable log : event array;
  mutable length : int;
  mutable reads : int;
  mutable flushes : int;
}

let create start =
  let log = Array.make 1024 Flush in
  { start; now = Buffer.copy start; log; length = 0; reads = 0; flushes = 0 }

let events t = t.length
let counts t = { reads = t.reads; writes = t.length - t.flushes; flushes = t.flushes }

let add t event =
  if t.length = Array.length t.log then t.log <- Array.append t.log (Array.make t.length Flush);
  t.log.(t.length) <- event;
  t.length <- t.length + 1

let blocks_of { Device.block; data } =
  let count = Buffer.length data / 4096 in
  List.init count (fun i -> (block + i, Buffer.copy (Buffer.sub data (i * 4096) 4096)))

let device t =
  let memory = Device.memory t.now in
  let read runs =
    List.iter (fun run -> t.reads <- t.reads + List.length (blocks_of run)) runs;
    memory.read runs
  in
  let write runs =
    let one (block, data) = add t (Write (block, data)) in
    List.iter (fun run -> List.iter one (blocks_of run)) runs;
    memory.write runs
  in
  let flush () =
    t.flushes <- t.flushes + 1;
    add t Flush;
    Ok ()
  in
  (* Whatever was there may be anything from now on. *)
  let discard ~block ~count =
    let data = Buffer.create (count * 4096) in
    Buffer.fill data 0 (count * 4096) '\221';
    write [ { Device.block; data } ]
  in
  { memory with read; write; flush; discard }

(* ---- after a power cut ---- *)

(* Blocks over a start, by their place. *)
type overlay = (int, Buffer.t) Hashtbl.t

let found t (overlay : overlay) block =
  match Hashtbl.find_opt overlay block with
  | Some data -> data
  | None -> Buffer.sub t.start (block * 4096) 4096

let torn t overlay random block data =
  let old = Buffer.copy (found t overlay block) in
  for sector = 0 to 7 do
    if Random.State.bool random then Buffer.blit data (sector * 512) old (sector * 512) 512
  done;
  old

let maybe t overlay random = function
  | Flush -> ()
  | Write (block, data) -> (
      match Random.State.int random 8 with
      | 0 -> Hashtbl.replace overlay block (torn t overlay random block data)
      | n when n < 4 -> Hashtbl.replace overlay block data
      | _ -> ())

let surely overlay = function
  | Write (block, data) -> Hashtbl.replace overlay block data
  | Flush -> ()

let rec last_flush t at = if at = 0 then 0 else if t.log.(at - 1) = Flush then at
  else last_flush t (at - 1)

let overlay_device t overlay =
  let read { Device.block; data } =
    for i = 0 to (Buffer.length data / 4096) - 1 do
      Buffer.blit (found t overlay (block + i)) 0 data (i * 4096) 4096
    done
  in
  let write run = List.iter (fun (block, data) -> Hashtbl.replace overlay block data)
    (blocks_of run) in
  let blocks = Buffer.length t.start / 4096 in
  let within { Device.block; data } = block >= 0 && block <= blocks - (Buffer.length data / 4096) in
  let all step runs =
    if List.for_all within runs then Ok (List.iter step runs) else Error Device.Out_of_range
  in
  { Device.blocks; read_only = false; read = all read; write = all write;
    flush = (fun () -> Ok ()); discard = (fun ~block:_ ~count:_ -> Ok ()) }

let after t random ~sure ~at =
  let overlay = Hashtbl.create 1024 in
  for i = 0 to sure - 1 do surely overlay t.log.(i) done;
  (* All, none, or any of those that are not sure. *)
  let apply =
    match Random.State.int random 4 with
    | 0 -> surely overlay
    | 1 -> ignore
    | _ -> maybe t overlay random
  in
  for i = sure to at - 1 do apply t.log.(i) done;
  overlay_device t overlay

let cut t random ~at = after t random ~sure:(last_flush t at) ~at

let lost t random ~at =
  let rec back n at = if n = 0 || at = 0 then at else back (n - 1) (last_flush t (at - 1)) in
  after t random ~sure:(back (Random.State.int random 4) at) ~at
