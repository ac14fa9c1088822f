type tree = { depth : int; root : Pointer.t; blocks : int }

let ( let* ) = Result.bind

let of_node block (node : Node.t) =
  if node.kind <> Directory then Error Reason.Not_directory
  else
    let* tree = Reason.of_error (Node.hashed_tree block) in
    let tree_of (depth, root) = { depth; root; blocks = node.size / Address.block_bytes } in
    Ok (Option.map tree_of tree)

(* Entries may all be of one hash, and pointers lead anywhere. *)
let bounded store tree =
  let left = ref tree.blocks in
  fun pointer ->
    decr left;
    if !left >= 0 then Store.block store pointer
    else Reason.damaged ~block:(Pointer.index pointer) "the directory" (Not "of its node's size")

(* Through the leaves that can hold hashes of this range, in order. *)
let fold_leaves store tree ~from ~upto f start =
  let read = bounded store tree in
  let rec under depth pointer value =
    let* block = read pointer in
    if depth = 0 then f value block
    else each depth block (Hashed_tree.first block ~from) 0 value
  and each depth block slot last value =
    if slot = Hashed_tree.slots || last > upto then Ok value
    else
      let* { Hashed_tree.hash; pointer } = Reason.of_error (Hashed_tree.entry block slot) in
      if Pointer.is_null pointer then Ok value
      else
        let* value = under (depth - 1) pointer value in
        each depth block (slot + 1) hash value
  in
  under tree.depth tree.root start

let find store tree name =
  let hash = Name.hash name in
  let leaf found block =
    if found <> None then Ok found else Reason.of_error (Name_list.find block name)
  in
  fold_leaves store tree ~from:hash ~upto:hash leaf None

(* The smallest largest-hash of a leaf that is not below [from]. *)
let boundary store tree ~from =
  let read = bounded store tree in
  let rec under depth pointer hash =
    if depth = 0 then Ok hash
    else
      let* block = read pointer in
      let slot = Hashed_tree.first block ~from in
      if slot = Hashed_tree.slots then Ok Hashed_tree.no_hash
      else
        let* entry = Reason.of_error (Hashed_tree.entry block slot) in
        if Pointer.is_null entry.pointer then Ok Hashed_tree.no_hash
        else under (depth - 1) entry.pointer entry.hash
  in
  under tree.depth tree.root Hashed_tree.no_hash

type part = { entries : (string * int) list; upto : int }

let part store tree ~from =
  let* upto = boundary store tree ~from in
  let leaf list block =
    let* entries = Reason.of_error (Name_list.entries block) in
    let add list (name, id) =
      let hash = Name.hash name in
      if hash >= from && hash <= upto then ((hash, name), id) :: list else list
    in
    Ok (List.fold_left add list entries)
  in
  let* list = fold_leaves store tree ~from ~upto leaf [] in
  let sorted = List.sort (fun (a, _) (b, _) -> Name.compare_hashed a b) list in
  Ok { entries = List.map (fun ((_, name), id) -> (name, id)) sorted; upto }
