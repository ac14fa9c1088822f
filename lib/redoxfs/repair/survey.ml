type node = { pointer : Pointer.t; node : Node.t; mutable blocks : int; mutable behind : bool }
type about = Of_node of int | Of_file_system
type note = { about : about; text : string }

type t = {
  nodes : (int, node) Hashtbl.t;
  used : Block_set.t;
  mutable tree_is_wrong : bool;
  lost_nodes : (int, unit) Hashtbl.t;
  lost_names : (int, unit) Hashtbl.t;
  mutable is_damaged : bool;
  mutable notes : note list;
}

let ( let* ) = Result.bind
let note t about format =
  Printf.ksprintf (fun text -> t.notes <- { about; text } :: t.notes) format

let mark used (pointer : Pointer.t) =
  Block_set.add used ~index:(Pointer.index pointer) ~count:(Address.blocks pointer.address)

let count t id blocks =
  match Hashtbl.find_opt t.nodes id with
  | Some node -> node.blocks <- node.blocks + blocks
  | None -> ()

(* Of blocks that were read; a second user is told, and not followed. *)
let use t about pointer =
  let is_new = mark t.used pointer in
  if not is_new then note t about "block %d has another user, too" (Pointer.index pointer);
  is_new

(* ---- the tree's flags: of a slot whose child is full, or there at level 0 ---- *)

let slot_is_right store level (block : Block.t) ~is_first slot =
  let flag = Tree_list.is_full block.bytes slot in
  match Tree_list.pointer block slot with
  | Error _ -> false
  | Ok pointer when level = 0 ->
      flag = ((not (Pointer.is_null pointer)) || (is_first && slot = 0))
  | Ok pointer when Pointer.is_null pointer -> not flag
  | Ok pointer -> (
      match Store.block store pointer with
      | Ok child -> (not (Tree_list.all_null child.bytes)) && flag = Tree_list.all_full child.bytes
      | Error _ -> false)

let flags_are_right store level block ~is_first =
  let top = Buffer.get8 block.Block.bytes 4095 lsr 6 in
  top = 0
  && List.for_all
       (slot_is_right store level block ~is_first)
       (List.init Tree_list.slots Fun.id)

let check_flags t store level pointer =
  match Store.block store pointer with
  | Error _ -> ()
  | Ok block ->
      (* The first of level 0 is the first that is visited. *)
      let is_first = Hashtbl.length t.nodes = 0 && Hashtbl.length t.lost_nodes = 0 in
      if not (flags_are_right store level block ~is_first) then begin
        t.tree_is_wrong <- true;
        note t Of_file_system "block %d of the node tree has wrong flags" block.index
      end

(* ---- what is visited ---- *)

let add_node t store id (pointer : Pointer.t) =
  match Result.map Node.parse (Store.block store pointer) with
  | Ok (Ok node) -> Hashtbl.replace t.nodes id { pointer; node; blocks = 1; behind = false }
  | Ok (Error _) | Error _ -> ()

let block t store kind pointer =
  match kind with
  | Walk.Tree level ->
      check_flags t store level pointer;
      Ok (use t Of_file_system pointer)
  | Walk.Node id ->
      add_node t store id pointer;
      Ok (use t (Of_node id) pointer)
  | Walk.List id | Walk.Names id ->
      count t id 1;
      Ok (use t (Of_node id) pointer)

let check_end t id n =
  match Hashtbl.find_opt t.nodes id with
  | Some found ->
      let each = Address.bytes_of_level found.node.record_level in
      if n >= (found.node.size + each - 1) / each && not found.behind then begin
        found.behind <- true;
        note t (Of_node id) "there is data behind its end"
      end
  | None -> ()

let damaged t about reason =
  t.is_damaged <- true;
  note t about "%s" (Reason.to_string reason)

let record t store ~data id n (pointer : Pointer.t) =
  if not (Store.is_within store pointer.address) then
    Ok (note t (Of_node id) "record %d is outside of the file system" n)
  else begin
    count t id (Address.blocks pointer.address);
    ignore (use t (Of_node id) pointer);
    check_end t id n;
    match if data then Store.verify store pointer else Ok () with
    | Ok () -> Ok ()
    | Error reason -> Ok (damaged t (Of_node id) reason)
  end

(* What cannot be read keeps its place. *)
let keep t store id (pointer : Pointer.t) =
  let index = Pointer.index pointer and blocks = Address.blocks pointer.address in
  if Store.is_within store pointer.address
     && not (Block_set.overlaps t.used ~index ~count:blocks)
  then begin
    ignore (mark t.used pointer);
    count t id blocks
  end

let failed t store kind pointer reason =
  match (kind, reason) with
  | _, Reason.Device _ -> Error reason
  | Walk.Tree _, _ ->
      t.tree_is_wrong <- true;
      Ok (damaged t Of_file_system reason)
  | Walk.Node id, _ ->
      if not (Hashtbl.mem t.nodes id) then Hashtbl.replace t.lost_nodes id ();
      Ok (damaged t (Of_node id) reason)
  | Walk.Names id, _ ->
      Hashtbl.replace t.lost_names id ();
      Ok (damaged t (Of_node id) reason)
  | Walk.List id, _ ->
      keep t store id pointer;
      Ok (damaged t (Of_node id) reason)

let run store root ~used ~data =
  let t =
    { nodes = Hashtbl.create 1024; used; tree_is_wrong = false; lost_nodes = Hashtbl.create 8;
      lost_names = Hashtbl.create 8; is_damaged = false; notes = [] }
  in
  let visitor =
    { Walk.store; read = Store.block store; block = block t store;
      record = record t store ~data; failed = failed t store; trusts_sizes = false;
      skips_unknown = false }
  in
  let* () = Walk.tree visitor root ~than:Pointer.null in
  Ok t
