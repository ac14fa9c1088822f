type t = { generation : int; table : Pointer.t; dead : Pointer.t }

let ( let* ) = Result.bind
let magic = "BctSnap1"
let is_ours (header : Header.t) = String.starts_with ~prefix:magic header.padding

let parse (block : Block.t) =
  let* generation = Block.size block ~field:"snapshots' generation" 8 in
  let* table = Block.pointer block ~field:"snapshot table" ~slot:(-1) 16 in
  let* dead = Block.pointer block ~field:"dead list" ~slot:(-1) 32 in
  Ok { generation; table; dead }

let get (header : Header.t) =
  if not (is_ours header) then Ok None
  else
    let block = { Block.index = Header.slot header; bytes = Buffer.of_string header.padding } in
    Result.map Option.some (parse block)

let print { generation; table; dead } =
  let bytes = Buffer.create Header.padding_bytes in
  Buffer.set_string bytes 0 magic;
  Buffer.set64 bytes 8 (Int64.of_int generation);
  Pointer.set bytes 16 table;
  Pointer.set bytes 32 dead;
  Buffer.to_string bytes 0 Header.padding_bytes

let set mark (header : Header.t) =
  match mark with
  | Some mark -> { header with padding = print mark }
  | None when is_ours header -> { header with padding = String.make Header.padding_bytes '\000' }
  | None -> header
