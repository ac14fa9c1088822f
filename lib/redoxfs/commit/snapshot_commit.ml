type change = Batch.t -> Header.t -> Snapshots.t -> (Header.t * Snapshots.t, Reason.t) result

let ( let* ) = Result.bind

(* ---- lists of runs ---- *)

let entries extents =
  List.rev
    (Extents.fold (fun ~index ~count list -> { Allocation_list.index; count } :: list) extents [])

let rec take n = function
  | x :: rest when n > 0 ->
      let taken, rest = take (n - 1) rest in
      (x :: taken, rest)
  | rest -> ([], rest)

let rec put_runs batch previous runs =
  if runs = [] then Ok previous
  else
    let here, rest = take Allocation_list.slots runs in
    let bytes = Allocation_list.print { previous; entries = here } in
    let* pointer = Batch.put batch (Batch.owner ()) bytes in
    put_runs batch pointer rest

(* What the newest block has room for goes there. *)
let append batch pointer runs =
  if runs = [] then Ok pointer
  else
    match if Pointer.is_null pointer then Error None
      else Result.map_error Option.some (Runs.read (Batch.store batch) pointer) with
    | Ok newest when List.length newest.runs < Allocation_list.slots ->
        Batch.free_own batch pointer;
        put_runs batch newest.previous (newest.runs @ runs)
    | Error (Some (Reason.Device _ as reason)) -> Error reason
    | Ok _ | Error _ -> put_runs batch pointer runs

let free_chain batch pointer =
  let free pointer _ () = Batch.free_own batch pointer in
  match Runs.fold (Batch.store batch) free pointer () with
  | Ok () -> Ok ()
  | Error (Reason.Damaged _) -> Ok (Batch.damaged batch)
  | Error reason -> Error reason

(* ---- making ---- *)

let make ~name ~time batch (header : Header.t) (snapshots : Snapshots.t) =
  if List.length snapshots.entries >= Snapshots.max then Error Reason.Too_many
  else
    let free = Batch.all_free batch in
    let* list = put_runs batch Pointer.null (entries free) in
    (* What died in this commit has died before the snapshot. *)
    let* dead = append batch snapshots.dead (entries (Batch.dead batch)) in
    Batch.buried batch;
    let { Header.generation; tree; releases; _ } = header in
    let entry =
      { Snapshot_table.name; time; generation; tree; releases; free = list; dead; damaged = false;
        going = false }
    in
    Ok (header, { snapshots with
      entries = entry :: snapshots.entries; dead = Pointer.null; pinned = All_but free;
      repinned = Extents.empty; is_changed = true })

(* ---- deleting ---- *)

let going name _ header (snapshots : Snapshots.t) =
  let mark (entry : Snapshots.entry) =
    if entry.name = name then { entry with going = true } else entry
  in
  Ok (header, { snapshots with entries = List.map mark snapshots.entries; is_changed = true })

type split = {
  newer : Snapshots.entry list;  (** newest first *)
  it : Snapshots.entry;
  older : Snapshots.entry list;
}

let rec split newer = function
  | [] -> None
  | (it : Snapshots.entry) :: older when it.going -> Some { newer = List.rev newer; it; older }
  | entry :: older -> split (entry :: newer) older

(* The list of what died next, and how to set it. *)
let next_dead (snapshots : Snapshots.t) { newer; _ } =
  match List.rev newer with [] -> snapshots.dead | next :: _ -> next.dead

let with_dead (snapshots : Snapshots.t) { newer; it; older } dead =
  let others = it :: older in
  match List.rev newer with
  | [] -> { snapshots with dead; entries = others; is_changed = true }
  | next :: rest ->
      let entries = List.rev_append rest ({ next with Snapshot_table.dead } :: others) in
      { snapshots with entries; is_changed = true }

let part batch before kept { Allocation_list.index; count } =
  let one kept (index, count, is_needed) =
    if is_needed then { Allocation_list.index; count } :: kept
    else begin
      Batch.release batch ~index ~count;
      kept
    end
  in
  List.fold_left one kept (Pinned.parts before ~index ~count)

(* What is left of the list, and what is still needed of the part. A list that cannot be read is
   forgotten: what it names is leaked. *)
let rec consume batch store before blocks pointer kept =
  if blocks = 0 || Pointer.is_null pointer then Ok (pointer, kept)
  else
    match Runs.read store pointer with
    | Error (Reason.Damaged _) ->
        Batch.damaged batch;
        Ok (Pointer.null, kept)
    | Error reason -> Error reason
    | Ok { previous; runs } ->
        Batch.free_own batch pointer;
        let kept = List.fold_left (part batch before) kept runs in
        consume batch store before (blocks - 1) previous kept

let drop batch (snapshots : Snapshots.t) { newer; it; older } ~before =
  let* () = free_chain batch it.free in
  let snapshots = with_dead snapshots { newer; it; older } it.dead in
  let entries = List.filter (fun (e : Snapshots.entry) -> not e.going) snapshots.entries in
  Ok { snapshots with entries; pinned = (if newer = [] then before else snapshots.pinned) }

let delete_part store ~before ~blocks batch header (snapshots : Snapshots.t) =
  match split [] snapshots.entries with
  | None -> Ok (header, snapshots)
  | Some parts ->
      let* rest, kept = consume batch store before blocks (next_dead snapshots parts) [] in
      let* dead = append batch parts.it.dead kept in
      let parts = { parts with it = { parts.it with dead } } in
      let is_all = Pointer.is_null rest && Extents.count (Batch.dead batch) = 0 in
      let* snapshots =
        if is_all then drop batch snapshots parts ~before
        else Ok (with_dead snapshots parts rest)
      in
      Ok (header, snapshots)

(* ---- rolling back ---- *)

let add_runs used { Allocation_list.index; count } = ignore (Block_set.add used ~index ~count)

let add_pointer used (pointer : Pointer.t) =
  let index = Pointer.index pointer and count = Address.blocks pointer.address in
  ignore (Block_set.add used ~index ~count)

let mark_chain store used pointer =
  let add pointer { Runs.runs; _ } () =
    add_pointer used pointer;
    List.iter (add_runs used) runs
  in
  Runs.fold store add pointer ()

let mark_own_chain store used pointer =
  Runs.fold store (fun pointer _ () -> add_pointer used pointer) pointer ()

let rec mark_releases store used pointer =
  if Pointer.is_null pointer then Ok ()
  else
    let* block = Store.block store pointer in
    let* { Release_list.previous; _ } = Reason.of_error (Release_list.parse block) in
    if not (Block_set.add used ~index:block.index ~count:1) then
      Reason.damaged ~block:block.index "the release list" (Not "a chain with an end")
    else mark_releases store used previous

let mark_tree store used tree =
  let visitor =
    { Walk.store; read = Store.block store;
      block = (fun _ pointer -> Ok (add_pointer used pointer; true));
      record =
        (fun _ _ (pointer : Pointer.t) ->
          if Store.is_within store pointer.address then Ok (add_pointer used pointer)
          else
            Reason.damaged ~block:(Pointer.index pointer) "the address"
              (Not "within the file system"));
      failed = (fun _ _ reason -> Error reason);
      trusts_sizes = true; skips_unknown = false }
  in
  Walk.tree visitor tree ~than:Pointer.null

let rec each f = function
  | [] -> Ok ()
  | x :: rest ->
      let* () = f x in
      each f rest

let rec older_than (entry : Snapshots.entry) = function
  | [] -> []
  | (e : Snapshots.entry) :: older ->
      if e.name = entry.name then older else older_than entry older

(* All that is needed from now on, is free, or is freed otherwise. *)
let needed store (log : Log.t) batch (snapshots : Snapshots.t) (entry : Snapshots.entry) older =
  let used = Block_set.create ~blocks:(Store.blocks store) in
  let* () = mark_tree store used entry.tree in
  let* () = mark_releases store used entry.releases in
  let both (e : Snapshots.entry) =
    let* () = mark_own_chain store used e.free in
    mark_chain store used e.dead
  in
  let* () = each both (entry :: older) in
  List.iter (add_pointer used) (log.blocks @ snapshots.table);
  let add ~index ~count () = add_runs used { Allocation_list.index; count } in
  Extents.fold add (Space.all (Batch.space batch)) ();
  Extents.fold add (Batch.used batch) ();
  Ok used

let roll_back store log (entry : Snapshots.entry) ~pinned batch header (snapshots : Snapshots.t) =
  let older = older_than entry snapshots.entries in
  let* used = needed store log batch snapshots entry older in
  let free ~index ~count () = Batch.release batch ~index ~count in
  Block_set.fold_missing free used ~from:(Header.ring + 1) ();
  let header = { header with Header.tree = entry.tree; releases = entry.releases } in
  Ok (header, { snapshots with
    entries = entry :: older; dead = Pointer.null; pinned; is_changed = true })

(* ---- all of it ---- *)

let rec last_first n list =
  let here, rest = take n list in
  if rest = [] then [ here ] else last_first n rest @ [ here ]

let put_table batch (snapshots : Snapshots.t) =
  List.iter (Batch.free_own batch) snapshots.table;
  let put blocks entries =
    let* blocks = blocks in
    let previous = match blocks with [] -> Pointer.null | newest :: _ -> newest in
    let bytes = Snapshot_table.print { previous; entries } in
    let* pointer = Batch.put batch (Batch.owner ()) bytes in
    Ok (pointer :: blocks)
  in
  if snapshots.entries = [] then Ok []
  else List.fold_left put (Ok []) (last_first Snapshot_table.slots snapshots.entries)

let mark (header : Header.t) (snapshots : Snapshots.t) =
  let mark table =
    { Snapshot_mark.generation = header.generation; table; dead = snapshots.dead }
  in
  Snapshot_mark.set (Option.map mark (List.nth_opt snapshots.table 0)) header

(* Where the table cannot be read, the padding stays as it is, and what is dead is leaked. *)
let write batch header (snapshots : Snapshots.t) =
  if snapshots.broken <> None then Ok (header, snapshots)
  else
    let* dead = append batch snapshots.dead (entries (Batch.dead batch)) in
    let* table =
      if snapshots.is_changed then put_table batch snapshots else Ok snapshots.table
    in
    let snapshots =
      { snapshots with dead; table; repinned = Extents.empty; is_changed = false }
    in
    Ok (mark header snapshots, snapshots)
