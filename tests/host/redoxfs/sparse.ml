open Redoxfs

type counts = { reads : int; writes : int; flushes : int }
type t = { blocks : int; held : (int, Buffer.t) Hashtbl.t; mutable counts : counts }

let none = { reads = 0; writes = 0; flushes = 0 }
let create ~blocks = { blocks; held = Hashtbl.create 4096; counts = none }
let counts t = t.counts
let reset t = t.counts <- none

let each f { Device.block; data } =
  for i = 0 to (Buffer.length data / 4096) - 1 do
    f (block + i) data (i * 4096)
  done

let device t =
  let read block data at =
    t.counts <- { t.counts with reads = t.counts.reads + 1 };
    match Hashtbl.find_opt t.held block with
    | Some held -> Buffer.blit held 0 data at 4096
    | None -> Buffer.fill data at 4096 '\000'
  in
  let write block data at =
    t.counts <- { t.counts with writes = t.counts.writes + 1 };
    let held = Buffer.create 4096 in
    Buffer.blit data at held 0 4096;
    Hashtbl.replace t.held block held
  in
  let all f runs = Ok (List.iter (each f) runs) in
  let flush () = Ok (t.counts <- { t.counts with flushes = t.counts.flushes + 1 }) in
  { Device.blocks = t.blocks; read_only = false; read = all read; write = all write; flush;
    discard = (fun ~block:_ ~count:_ -> Ok ()) }
