type t = { previous : Pointer.t; ids : int list }

let slots = 1020
let ( let* ) = Result.bind

let parse (block : Block.t) =
  let* previous = Block.pointer block ~field:"previous" ~slot:(-1) 0 in
  let id slot = Buffer.get32 block.bytes (16 + (4 * slot)) in
  let ids = List.filter (fun id -> id <> 0) (List.init slots id) in
  let* () =
    match List.find_opt (fun id -> not (Tree_list.is_id id)) ids with
    | None -> Ok ()
    | Some id -> Block.fail block "a node's id" (Value id)
  in
  Ok { previous; ids }

let print { previous; ids } =
  let bytes = Block.fresh () in
  if List.length ids > slots then invalid_arg "Release_list.print";
  Pointer.set bytes 0 previous;
  List.iteri (fun slot id -> Buffer.set32 bytes (16 + (4 * slot)) id) ids;
  bytes
