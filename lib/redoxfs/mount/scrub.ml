type what = Node of int | Tree | Own of string
type found = { snapshot : string option; what : what; at : int; why : Reason.t }

(* Snapshots by the generation that they are of, newest first. *)
type target = Own_blocks | Live | Snapshot of int | Nothing

type t = {
  fs : Mounted.t;
  total : int;
  noted : (string option * int, unit) Hashtbl.t;
  lists : (Pointer.t, unit) Hashtbl.t;  (** of the node, that were read *)
  path : Pointer.t array;  (** blocks of the node tree that were read, by level *)
  mutable target : target;
  mutable id : int;
  mutable record : int;
  mutable blocks : int;
  mutable limit : int;
  mutable count : int;
  mutable found : found list;  (** newest first *)
}

exception Pause

let kept = 1000

let create fs =
  let { Fs.blocks; free; _ } = Fs.statistics fs in
  { fs; total = max 1 (blocks - free - Header.ring - 1); noted = Hashtbl.create 16;
    lists = Hashtbl.create 16;
    path = Array.make Tree_list.levels Pointer.null; target = Own_blocks; id = 0; record = 0;
    blocks = 0; limit = 0; count = 0; found = [] }

let note t snapshot what pointer why =
  let at = Pointer.index pointer in
  if not (Hashtbl.mem t.noted (snapshot, at)) then begin
    t.count <- t.count + 1;
    if t.count <= kept then begin
      Hashtbl.replace t.noted (snapshot, at) ();
      t.found <- { snapshot; what; at; why } :: t.found
    end
  end

(* ---- reading, past the cache ---- *)

let verify t store (pointer : Pointer.t) =
  t.blocks <- t.blocks + Address.blocks pointer.address;
  Store.verify store pointer

let read t store pointer =
  Result.bind (verify t store pointer) (fun () -> Store.block store pointer)

let lists_max = 4096

(* A file that takes several steps: its lists are not read again. *)
let read_once t store pointer =
  if Hashtbl.mem t.lists pointer then Store.block store pointer
  else begin
    let result = read t store pointer in
    if Hashtbl.length t.lists < lists_max then Hashtbl.replace t.lists pointer ();
    result
  end

(* ---- what no node has ---- *)

let rec chain t store name previous left pointer =
  if left > 0 && not (Pointer.is_null pointer) then
    match Result.bind (read t store pointer) previous with
    | Ok next -> chain t store name previous (left - 1) next
    | Error reason -> note t None (Own name) pointer reason

let own_blocks t store (state : State.t) =
  let chain name parse previous =
    let next block = Result.map previous (Reason.of_error (parse block)) in
    chain t store name next (Store.blocks store)
  in
  let runs name = chain name Allocation_list.parse (fun list -> list.previous) in
  runs "the allocation log" state.header.allocations;
  chain "the release list" Release_list.parse (fun list -> list.previous) state.header.releases;
  let { Snapshots.entries; table; dead; broken; _ } = state.snapshots in
  let table_error reason = note t None (Own "the snapshot table") state.header.tree reason in
  Option.iter table_error broken;
  Option.iter
    (chain "the snapshot table" Snapshot_table.parse (fun table -> table.previous))
    (List.nth_opt table 0);
  runs "the dead list" dead;
  let lists (entry : Snapshots.entry) =
    if not (Pointer.equal entry.releases state.header.releases) then
      chain (Printf.sprintf "the release list of snapshot %s" entry.name) Release_list.parse
        (fun list -> list.previous) entry.releases;
    runs (Printf.sprintf "the free list of snapshot %s" entry.name) entry.free;
    runs (Printf.sprintf "the dead list of snapshot %s" entry.name) entry.dead
  in
  List.iter lists entries

(* ---- nodes ---- *)

let read_tree t store level pointer =
  if Pointer.equal t.path.(level) pointer then Store.block store pointer
  else begin
    let result = read t store pointer in
    if Result.is_ok result then t.path.(level) <- pointer;
    result
  end

let old_entry store old slot =
  if Pointer.is_null old then Pointer.null
  else
    match Result.map (fun block -> Tree_list.pointer block slot) (Store.block store old) with
    | Ok (Ok pointer) -> pointer
    | Ok (Error _) | Error _ -> Pointer.null

(* The first node from [t.id] on that the other tree has not: id, where it is, what that one has. *)
let rec next t store snapshot level ~base pointer old =
  if Pointer.is_null pointer || Pointer.equal pointer old then None
  else if level < 0 then Some (base, pointer, old)
  else
    match read_tree t store level pointer with
    | Error reason -> note t snapshot Tree pointer reason; None
    | Ok block ->
        let each = Tree_list.ids_of_level level in
        in_block t store snapshot level ~base block old (max 0 ((t.id - base) / each))

and in_block t store snapshot level ~base block old slot =
  if slot >= Tree_list.slots then None
  else
    let base' = base + (slot * Tree_list.ids_of_level level) in
    let found =
      match Tree_list.pointer block slot with
      | Ok pointer ->
          next t store snapshot (level - 1) ~base:base' pointer (old_entry store old slot)
      | Error _ -> None
    in
    if found <> None then found else in_block t store snapshot level ~base block old (slot + 1)

let check_node t store snapshot (id, pointer, than) =
  let record id n pointer =
    if t.blocks >= t.limit then begin
      t.record <- n;
      raise_notrace Pause
    end;
    (match verify t store pointer with
    | Ok () -> ()
    | Error reason -> note t snapshot (Node id) pointer reason);
    Ok ()
  in
  let failed _ pointer reason = Ok (note t snapshot (Node id) pointer reason) in
  let visitor =
    { Walk.store; read = read_once t store; block = (fun _ _ -> Ok true); record; failed;
      trusts_sizes = true; skips_unknown = false }
  in
  match Walk.node visitor ~from:t.record ~than id pointer with
  | Ok () -> ()
  | Error reason -> note t snapshot (Node id) pointer reason

let turn_to_node t id =
  Hashtbl.reset t.lists;
  t.id <- id;
  t.record <- 0

let turn_to t target =
  t.target <- target;
  turn_to_node t 0

let check_next t store snapshot ~tree ~than ~after =
  match next t store snapshot (Tree_list.levels - 1) ~base:0 tree than with
  | None -> turn_to t after
  | Some ((id, _, _) as found) ->
      if id > t.id then turn_to_node t id;
      check_node t store snapshot found;
      turn_to_node t (id + 1)

(* ---- one after the other ---- *)

let stays (state : State.t) =
  List.filter (fun (e : Snapshots.entry) -> not e.going) state.snapshots.entries

let below state generation =
  match List.find_opt (fun (e : Snapshots.entry) -> e.generation < generation) (stays state) with
  | Some entry -> Snapshot entry.generation
  | None -> Nothing

let check_snapshot t store (state : State.t) generation =
  let rec go newer = function
    | [] -> turn_to t (below state generation)
    | (e : Snapshots.entry) :: older when e.generation > generation -> go e.tree older
    | e :: _ when e.generation = generation ->
        check_next t store (Some e.name) ~tree:e.tree ~than:newer
          ~after:(below state generation)
    | _ -> turn_to t (below state generation)
  in
  go state.header.tree (stays state)

let go_on t store (state : State.t) =
  match t.target with
  | Own_blocks ->
      own_blocks t store state;
      turn_to t Live
  | Live ->
      check_next t store None ~tree:state.header.tree ~than:Pointer.null
        ~after:(below state max_int)
  | Snapshot generation -> check_snapshot t store state generation
  | Nothing -> ()

type progress = { blocks : int; total : int; damaged : int; is_done : bool }

let step (t : t) ~blocks =
  t.limit <- t.blocks + blocks;
  (try
     while t.blocks < t.limit && t.target <> Nothing do Mounted.reading t.fs (go_on t) done
   with Pause -> ());
  let is_done = t.target = Nothing in
  let total = if is_done then t.blocks else max t.total t.blocks in
  { blocks = t.blocks; total; damaged = t.count; is_done }

(* ---- with names ---- *)

type damage = { place : string; block : int; reason : Reason.t }

let ids_of found snapshot =
  let id f = match f.what with Node id when f.snapshot = snapshot -> Some id | _ -> None in
  List.filter_map id found

let paths (t : t) snapshot =
  let ids = ids_of t.found snapshot in
  match snapshot with
  | None -> Paths.find t.fs ids
  | Some name -> (
      match Fs.open_snapshot t.fs name with
      | Error _ -> Hashtbl.create 1
      | Ok view ->
          Fun.protect
            ~finally:(fun () -> Fs.close_snapshot t.fs name)
            (fun () -> Paths.find view ids))

let shown paths { snapshot; what; at; why } =
  let place =
    match what with
    | Own name -> name
    | Tree -> "the node tree"
    | Node id -> (
        match Hashtbl.find_opt (List.assoc snapshot paths) id with
        | Some path -> path
        | None -> Printf.sprintf "node %d, whose name is not found" id)
  in
  let before = Option.fold ~none:"" ~some:(Printf.sprintf "snapshot %s: ") snapshot in
  { place = before ^ place; block = at; reason = why }

let damage (t : t) =
  let snapshots = List.sort_uniq compare (List.map (fun f -> f.snapshot) t.found) in
  let paths = List.map (fun snapshot -> (snapshot, paths t snapshot)) snapshots in
  List.rev_map (shown paths) t.found
