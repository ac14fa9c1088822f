let ( let* ) = Result.bind

let rec each f from upto =
  if from = upto then Ok ()
  else
    let* () = f from in
    each f (from + 1) upto

let rec unnamed_from store pointer ids visited =
  if Pointer.is_null pointer then Ok ids
  else if visited > Store.blocks store then
    Reason.damaged ~block:(Pointer.index pointer) "the release list" (Not "a chain with an end")
  else
    let* block = Store.block store pointer in
    let* list = Reason.of_error (Release_list.parse block) in
    unnamed_from store list.previous (list.ids @ ids) (visited + 1)

let unnamed store (header : Header.t) = unnamed_from store header.releases [] 0

(* ---- comparing with what was there before ---- *)

type old = Nothing | Same of Block.t | Unknown  (** was written over since *)

let old_block store pointer =
  if Pointer.is_null pointer then Nothing
  else match Store.block store pointer with Ok block -> Same block | Error _ -> Unknown

(* Under a block of pointers: those that the old block has not. *)
let entries store ~count get block old under =
  match old_block store old with
  | Unknown -> Ok ()
  | (Nothing | Same _) as old ->
      let before i =
        match old with
        | Same block -> Result.value (get block i) ~default:Pointer.null
        | Nothing | Unknown -> Pointer.null
      in
      let entry i =
        let* pointer = Reason.of_error (get block i) in
        let old = before i in
        if Pointer.is_null pointer || Pointer.equal pointer old then Ok ()
        else under i pointer old
      in
      each entry 0 count

let rec lists store height pointer old =
  if height = 0 then Store.verify store pointer
  else
    let* block = Store.block store pointer in
    entries store ~count:Pointer_list.entries Pointer_list.pointer block old (fun _ ->
        lists store (height - 1))

let records store block old =
  entries store ~count:Node.nr_slots Node.pointer block old (fun slot ->
      lists store (Node.height_of_slot slot))

(* ---- directories ---- *)

let key (pointer : Pointer.t) = (pointer.address, pointer.hash)

(* Names move from block to block, so any block of the old tree counts. Leaves need not be read. *)
let rec add_known store known depth pointer =
  Hashtbl.replace known (key pointer) ();
  if depth > 0 then
    match Result.map Hashed_tree.entries (Store.block store pointer) with
    | Ok (Ok entries) ->
        let under (e : Hashed_tree.entry) = add_known store known (depth - 1) e.pointer in
        List.iter under entries
    | Ok (Error _) | Error _ -> ()

let rec names store known left depth pointer =
  if Hashtbl.mem known (key pointer) then Ok left
  else if left = 0 then
    Reason.damaged ~block:(Pointer.index pointer) "the directory" (Not "of its node's size")
  else
    let* block = Store.block store pointer in
    if depth = 0 then
      let* _ = Reason.of_error (Name_list.entries block) in
      Ok (left - 1)
    else
      let* entries = Reason.of_error (Hashed_tree.entries block) in
      let under left (e : Hashed_tree.entry) =
        Result.bind left (fun left -> names store known left (depth - 1) e.pointer)
      in
      List.fold_left under (Ok (left - 1)) entries

let directory store block (node : Node.t) old =
  let* tree = Directory.of_node block node in
  match (tree, old_block store old) with
  | None, _ | _, Unknown -> Ok ()
  | Some { depth; root; blocks }, old ->
      let known = Hashtbl.create 64 in
      (match old with
      | Same old -> (
          match Node.hashed_tree old with
          | Ok (Some (depth, root)) -> add_known store known depth root
          | Ok None | Error _ -> ())
      | Nothing | Unknown -> ());
      Result.map ignore (names store known blocks depth root)

(* ---- all of it ---- *)

let node store pointer old =
  let* block = Store.block store pointer in
  let* node = Reason.of_error (Node.parse block) in
  match node.kind with
  | Directory -> directory store block node old
  | _ when node.inline -> Ok ()
  | _ -> records store block old

let rec tree store level pointer old =
  if level < 0 then node store pointer old
  else
    let* block = Store.block store pointer in
    entries store ~count:Tree_list.slots Tree_list.pointer block old (fun _ ->
        tree store (level - 1))

let check_root store (header : Header.t) =
  let* pointer = Tree.find store header.tree Operations.root in
  let* inode = Inode.read store pointer Operations.root in
  if inode.node.kind = Directory then Ok ()
  else Reason.damaged ~block:(Pointer.index pointer) "the root node" (Not "a directory")

let difference store (header : Header.t) (older : Header.t) =
  tree store (Tree_list.levels - 1) header.tree older.tree

let quick store (header : Header.t) ~older =
  let same (h : Header.t) = Pointer.equal h.tree header.tree in
  let* log = Log.read store header.allocations in
  let* _ = unnamed store header in
  if List.exists same older then Ok log
  else
    let* () = check_root store header in
    let compare result h = Result.bind result (fun () -> difference store header h) in
    let* () = List.fold_left compare (Ok ()) older in
    Ok log
