module Names = Inode.Names

let ( let* ) = Result.bind

(* [put]s lists of entries as blocks, and says what stands for them in the block above. *)
let rec put_all batch owner print = function
  | [] -> Ok []
  | (hash, items) :: rest ->
      let* pointer = Batch.put batch owner (print items) in
      let* entries = put_all batch owner print rest in
      Ok ({ Hashed_tree.hash; pointer } :: entries)

(* ---- leaves: (hash, name), id ---- *)

let hash_of ((hash, _), _) = hash
let bytes_of ((_, name), _) = Name_list.entry_bytes name
let total entries = List.fold_left (fun sum entry -> sum + bytes_of entry) 0 entries

(* A leaf ends when it is as full as it should be, but keeps one hash together while it has room. *)
let split_leaves ~fill entries =
  let close leaf leaves = (hash_of (List.hd leaf), List.rev leaf) :: leaves in
  let rec go leaf used leaves = function
    | [] -> List.rev (if leaf = [] then leaves else close leaf leaves)
    | entry :: rest ->
        let bytes = bytes_of entry in
        let same = leaf <> [] && hash_of (List.hd leaf) = hash_of entry in
        let is_full = used >= fill && not same in
        if leaf <> [] && (is_full || used + bytes > Name_list.bytes_max) then
          go [ entry ] bytes (close leaf leaves) rest
        else go (entry :: leaf) (used + bytes) leaves rest
  in
  go [] 0 [] entries

let evenly bytes ~most = bytes / max 1 ((bytes + most - 1) / most)

(* Neighbours that are written anyway are packed anew: tightly when one overflows, since the next
   ones will be written together too, and with some room when that spares leaves. One that overflows
   alone becomes two halves. *)
let pack leaves =
  let bytes = List.map total leaves in
  let all = List.fold_left ( + ) 0 bytes and count = List.length leaves in
  let roomy = Name_list.bytes_max * 3 / 4 and tight = Name_list.bytes_max * 15 / 16 in
  let overflows = List.exists (fun bytes -> bytes > Name_list.bytes_max) bytes in
  if overflows && count > 1 then split_leaves ~fill:(evenly all ~most:tight) (List.concat leaves)
  else if overflows && all <= 2 * Name_list.bytes_max then
    split_leaves ~fill:(all / 2) (List.concat leaves)
  else if overflows || (all + roomy - 1) / roomy < count then
    split_leaves ~fill:(evenly all ~most:roomy) (List.concat leaves)
  else List.concat_map (split_leaves ~fill:Name_list.bytes_max) leaves

let print_leaf entries = Name_list.print (List.map (fun ((_, name), id) -> (name, id)) entries)

(* ---- inner blocks ---- *)

let rec last = function [ x ] -> x | _ :: rest -> last rest | [] -> invalid_arg "last"

let rec take n = function
  | x :: rest when n > 0 ->
      let taken, rest = take (n - 1) rest in
      (x :: taken, rest)
  | rest -> ([], rest)

let split_inner entries =
  let n = List.length entries in
  let blocks = if n <= Hashed_tree.slots then 1 else max 2 ((n + 152) / 153) in
  let rec go left entries =
    if entries = [] then []
    else
      let share = (List.length entries + left - 1) / left in
      let block, rest = take share entries in
      ((last block).Hashed_tree.hash, block) :: go (left - 1) rest
  in
  go blocks entries

(* ---- the merge ---- *)

type merge = {
  batch : Batch.t;
  owner : Batch.owner;
  changed : int option Names.t;
  read : Pointer.t -> (Block.t, Reason.t) result;
}

(* Changed names whose hashes are in this range. *)
let within changed ~from ~upto =
  let seq = Names.to_seq_from (from, "") changed in
  List.of_seq (Seq.take_while (fun ((hash, _), _) -> hash <= upto) seq)

(* New names go to one leaf; any leaf that can have them loses old ones. A leaf is for hashes above
   [above], up to [upto]; those that equal [above] can have spilled over to it. Nothing when none of
   them matters here. *)
let merge_leaf merge pointer ~above ~upto =
  let* block = merge.read pointer in
  let* entries = Reason.of_error (Name_list.entries block) in
  let keyed = List.map (fun (name, id) -> ((Name.hash name, name), id)) entries in
  let kept = List.filter (fun (key, _) -> not (Names.mem key merge.changed)) keyed in
  let add ((hash, name), id) list =
    match id with Some id when hash > above -> ((hash, name), id) :: list | _ -> list
  in
  let fresh = List.fold_right add (within merge.changed ~from:(above + 1) ~upto) [] in
  if fresh = [] && List.length kept = List.length keyed then Ok None
  else begin
    Batch.free merge.batch merge.owner pointer;
    let order (a, _) (b, _) = Name.compare_hashed a b in
    Ok (Some (List.merge order (List.sort order kept) fresh))
  end

(* What becomes of a block's children. *)
type child =
  | Same of Hashed_tree.entry
  | Leaf of ((int * string) * int) list  (** not put yet *)
  | Blocks of Hashed_tree.entry list

let rec leaves_first = function
  | Leaf leaf :: rest ->
      let leaves, rest = leaves_first rest in
      (leaf :: leaves, rest)
  | rest -> ([], rest)

let rec put_children merge = function
  | [] -> Ok []
  | Same entry :: rest -> Result.map (List.cons entry) (put_children merge rest)
  | Blocks entries :: rest -> Result.map (List.append entries) (put_children merge rest)
  | Leaf _ :: _ as children ->
      let leaves, rest = leaves_first children in
      let* entries = put_all merge.batch merge.owner print_leaf (pack leaves) in
      Result.map (List.append entries) (put_children merge rest)

(* What stands for a block in the one above it: nothing when it has not changed. *)
let rec merge_block merge depth pointer ~above ~upto =
  if depth = 0 then
    let* leaf = merge_leaf merge pointer ~above ~upto in
    Ok (Option.map (fun leaf -> Leaf leaf) leaf)
  else
    let* block = merge.read pointer in
    let* entries = Reason.of_error (Hashed_tree.entries block) in
    let* children = merge_entries merge depth entries ~above ~upto in
    if List.for_all (function Same _ -> true | Leaf _ | Blocks _ -> false) children then Ok None
    else begin
      Batch.free merge.batch merge.owner pointer;
      let* entries = put_children merge children in
      let* blocks =
        put_all merge.batch merge.owner Hashed_tree.print (split_inner entries)
      in
      Ok (Some (Blocks blocks))
    end

and merge_entries merge depth entries ~above ~upto =
  match entries with
  | [] -> Ok []
  | entry :: rest ->
      let upto' = if rest = [] then upto else min upto entry.hash in
      let* replaced =
        if within merge.changed ~from:(max 0 above) ~upto:upto' = [] then Ok None
        else merge_block merge (depth - 1) entry.pointer ~above ~upto:upto'
      in
      let* children = merge_entries merge depth rest ~above:upto' ~upto in
      Ok (Option.value replaced ~default:(Same entry) :: children)

(* Until one block stands for all. *)
let rec grow batch owner depth = function
  | [] -> Ok None
  | [ { Hashed_tree.pointer; _ } ] -> Ok (Some (depth, pointer))
  | entries ->
      let* above = put_all batch owner Hashed_tree.print (split_inner entries) in
      grow batch owner (depth + 1) above

let write batch owner tree changed =
  match tree with
  | None ->
      let add (key, id) list = match id with Some id -> (key, id) :: list | None -> list in
      let entries = List.fold_right add (Names.bindings changed) [] in
      let* leaves = put_all batch owner print_leaf (pack [ entries ]) in
      grow batch owner 0 leaves
  | Some ({ Directory.depth; root; _ } as tree) -> (
      let read = Directory.bounded (Batch.store batch) tree in
      let merge = { batch; owner; changed; read } in
      let* merged = merge_block merge depth root ~above:(-1) ~upto:Hashed_tree.no_hash in
      match merged with
      | None -> Ok (Some (depth, root))
      | Some child ->
          let* entries = put_children merge [ child ] in
          grow batch owner depth entries)

let free batch ({ Directory.depth; root; _ } as tree) =
  let read = Directory.bounded (Batch.store batch) tree in
  let owner = Batch.owner () in
  let rec go depth pointer =
    (match if depth = 0 then Ok [] else Result.bind (read pointer) entries_of with
    | Ok entries -> List.iter (fun (e : Hashed_tree.entry) -> go (depth - 1) e.pointer) entries
    | Error _ -> Batch.damaged batch);
    Batch.free batch owner pointer
  and entries_of block = Reason.of_error (Hashed_tree.entries block) in
  go depth root
