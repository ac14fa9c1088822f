open Inode

let ( let* ) = Result.bind
let key name = (Name.hash name, name)

let directory inode =
  match inode.content with
  | Directory { stored; changed } -> Ok (stored, changed)
  | Inline _ | Data _ -> Error Reason.Not_directory

let find store inode name =
  let* stored, changed = directory inode in
  match (Names.find_opt (key name) changed, stored) with
  | Some found, _ -> Ok found
  | None, Some tree -> Directory.find store tree name
  | None, None -> Ok None

(* A leaf that splits, and the blocks above it, which may split too. *)
let cost = function None -> 3 | Some { Directory.depth; _ } -> (2 * (depth + 1)) + 1

let set state inode name id =
  let* stored, changed = directory inode in
  let* state =
    if id = None then Ok { state with State.promised = state.State.promised + cost stored }
    else State.promise state (cost stored)
  in
  let changed = Names.add (key name) id changed in
  Ok (state, { inode with content = Directory { stored; changed } })

type cursor = int * string

let start = (0, "")

(* What is stored, up to a hash, and all that is changed up to there. *)
let merge changed part ~after ~upto =
  let is_old (name, _) = not (Names.mem (key name) changed) in
  let old = List.filter is_old part in
  let _, _, later = Names.split after changed in
  let add ((hash, name), id) list =
    match id with Some id when hash <= upto -> (name, id) :: list | _ -> list
  in
  let fresh = List.of_seq (Seq.take_while (fun ((h, _), _) -> h <= upto) (Names.to_seq later)) in
  let fresh = List.fold_right add fresh [] in
  let order (a, _) (b, _) = Name.compare_hashed (key a) (key b) in
  List.merge order old fresh

let list store inode after =
  let* stored, changed = directory inode in
  let* { Directory.entries; upto } =
    match stored with
    | None -> Ok { Directory.entries = []; upto = Hashed_tree.no_hash }
    | Some tree -> Directory.part store tree ~from:(fst after)
  in
  let entries = List.filter (fun (name, _) -> Name.compare_hashed (key name) after > 0) entries in
  let next = if upto >= Hashed_tree.no_hash then None else Some (upto + 1, "") in
  Ok (merge changed entries ~after ~upto, next)

let is_empty store inode =
  let rec go cursor =
    let* names, next = list store inode cursor in
    match (names, next) with
    | _ :: _, _ -> Ok false
    | [], None -> Ok true
    | [], Some cursor -> go cursor
  in
  go start
