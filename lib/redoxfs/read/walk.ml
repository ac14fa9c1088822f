type kind = Tree of int | Node of int | List of int | Names of int

type visitor = {
  store : Store.t;
  read : Pointer.t -> (Block.t, Reason.t) result;
  block : kind -> Pointer.t -> (bool, Reason.t) result;
  record : int -> int -> Pointer.t -> (unit, Reason.t) result;
  failed : kind -> Pointer.t -> Reason.t -> (unit, Reason.t) result;
  trusts_sizes : bool;
  skips_unknown : bool;
}

type t = {
  visitor : visitor;
  from : int;  (** the first record *)
  mutable left : int;  (** a tree may have any shape *)
}

let ( let* ) = Result.bind

let count t pointer =
  t.left <- t.left - 1;
  if t.left >= 0 then Ok ()
  else
    Reason.damaged ~block:(Pointer.index pointer) "the node tree" (Not "within the file system")

(* [parse] must be able to read it, [under] looks at what is under it. *)
let read t kind pointer parse under =
  let { read; block; failed; _ } = t.visitor in
  let* () = count t pointer in
  match Result.bind (read pointer) parse with
  | Error reason -> failed kind pointer reason
  | Ok value ->
      let* goes_on = block kind pointer in
      if goes_on then under value else Ok ()

(* ---- beside what is to be left out ---- *)

type old = Nothing | Same of Block.t | Unknown

let old_block t pointer =
  if Pointer.is_null pointer then Nothing
  else
    match Store.block t.visitor.store pointer with
    | Ok block -> Same block
    | Error _ when t.visitor.skips_unknown -> Unknown
    | Error _ -> Nothing

let entries t kind above ~count get block old under =
  let before i =
    match old with
    | Same block -> Result.value (get block i) ~default:Pointer.null
    | Nothing | Unknown -> Pointer.null
  in
  let entry i =
    match Reason.of_error (get block i) with
    | Error reason -> t.visitor.failed kind above reason
    | Ok pointer ->
        let old = before i in
        if Pointer.is_null pointer || Pointer.equal pointer old then Ok () else under i pointer old
  in
  let rec go i = if i = count then Ok () else Result.bind (entry i) (fun () -> go (i + 1)) in
  match old with Unknown -> Ok () | Nothing | Same _ -> go 0

let rec lists t id height first pointer old =
  let each = Node.records_of_height height in
  if first + each <= t.from then Ok ()
  else if height = 0 then
    let* () = count t pointer in
    t.visitor.record id first pointer
  else
    read t (List id) pointer Result.ok (fun block ->
        entries t (List id) pointer ~count:Pointer_list.entries Pointer_list.pointer block
          (old_block t old)
          (fun i -> lists t id (height - 1) (first + (i * (each / Pointer_list.entries)))))

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

let parse_names depth block =
  if depth = 0 then Result.map (fun _ -> []) (Reason.of_error (Name_list.entries block))
  else Reason.of_error (Hashed_tree.entries block)

let too_many pointer =
  Reason.damaged ~block:(Pointer.index pointer) "the directory" (Not "of its node's size")

(* [left]: how many blocks the node says that there are. *)
let rec names t id known left depth pointer =
  if Hashtbl.mem known (key pointer) then Ok ()
  else if !left = 0 then
    Result.fold ~ok:Result.ok ~error:(t.visitor.failed (Names id) pointer) (too_many pointer)
  else begin
    decr left;
    read t (Names id) pointer (parse_names depth) (fun entries ->
        let under result (e : Hashed_tree.entry) =
          Result.bind result (fun () -> names t id known left (depth - 1) e.pointer)
        in
        List.fold_left under (Ok ()) entries)
  end

let directory t id tree old =
  match (tree, old) with
  | None, _ | _, Unknown -> Ok ()
  | Some { Directory.depth; root; blocks }, old ->
      let known = Hashtbl.create 64 in
      (match old with
      | Same old -> (
          match Node.hashed_tree old with
          | Ok (Some (depth, root)) -> add_known t.visitor.store known depth root
          | Ok None | Error _ -> ())
      | Nothing | Unknown -> ());
      let left = if t.visitor.trusts_sizes then blocks else max_int in
      names t id known (ref left) depth root

(* ---- nodes ---- *)

type content = Names_of of Directory.tree option | Pointers of Block.t | Data_in_node

let parse_node block =
  let* node = Reason.of_error (Node.parse block) in
  match node.kind with
  | Directory -> Result.map (fun tree -> Names_of tree) (Directory.of_node block node)
  | _ when node.inline -> Ok Data_in_node
  | _ -> Ok (Pointers block)

(* Another kind of node has nothing in common, even where its bytes look so. *)
let old_node t old ~is_directory =
  match old_block t old with
  | Same block -> (
      match parse_node block with
      | Ok (Names_of _) when is_directory -> Same block
      | Ok (Pointers _) when not is_directory -> Same block
      | Ok _ | Error _ -> Nothing)
  | old -> old

let node_under t id pointer old =
  read t (Node id) pointer parse_node (function
    | Data_in_node -> Ok ()
    | Names_of tree -> directory t id tree (old_node t old ~is_directory:true)
    | Pointers block ->
        entries t (Node id) pointer ~count:Node.nr_slots Node.pointer block
          (old_node t old ~is_directory:false)
          (fun slot ->
            lists t id (Node.height_of_slot slot) (Node.first_of_slot slot)))

let rec under_tree t level id pointer old =
  if level < 0 then node_under t id pointer old
  else
    read t (Tree level) pointer Result.ok (fun block ->
        entries t (Tree level) pointer ~count:Tree_list.slots Tree_list.pointer block
          (old_block t old)
          (fun slot -> under_tree t (level - 1) ((id lsl 8) lor slot)))

let start visitor ~from = { visitor; from; left = Store.blocks visitor.store }

let tree visitor root ~than =
  if Pointer.is_null root || Pointer.equal root than then Ok ()
  else under_tree (start visitor ~from:0) (Tree_list.levels - 1) 0 root than

let node visitor ~from ~than id pointer = node_under (start visitor ~from) id pointer than
