type t = {
  entries : Snapshots.entry list;
  dead : (int * int) list list;
  notes : Survey.note list;
  is_wrong : bool;
  own : Pointer.t list;
}

let ( let* ) = Result.bind

let note format =
  Printf.ksprintf (fun text -> { Survey.about = Of_file_system; text }) format

(* ---- lists ---- *)

type list_found = { blocks : Pointer.t list; runs : Block_set.t; is_whole : bool }

let read_list store pointer =
  let runs = Block_set.create ~blocks:(Store.blocks store) in
  let blocks = ref [] in
  let add pointer { Runs.runs = here; _ } () =
    blocks := pointer :: !blocks;
    List.iter
      (fun { Allocation_list.index; count } -> ignore (Block_set.add runs ~index ~count))
      here
  in
  match Runs.fold store add pointer () with
  | Ok () -> Ok { blocks = !blocks; runs; is_whole = true }
  | Error (Reason.Damaged _) -> Ok { blocks = !blocks; runs; is_whole = false }
  | Error reason -> Error reason

(* ---- a snapshot ---- *)

let about name { Survey.about; text } =
  let where = match about with Of_node id -> Printf.sprintf "node %d: " id | _ -> "" in
  note "snapshot %s: %s%s" name where text

(* What it has, and the entry as it should be. *)
let survey store (entry : Snapshots.entry) =
  let used = Block_set.create ~blocks:(Store.blocks store) in
  let* found = Survey.run store entry.tree ~used ~data:true in
  let releases = Snapshot_commit.mark_releases store used entry.releases in
  let* is_damaged =
    match releases with
    | Ok () -> Ok found.is_damaged
    | Error (Reason.Damaged _) -> Ok true
    | Error reason -> Error reason
  in
  let notes = if entry.damaged then [] else List.map (about entry.name) found.notes in
  Ok (used, { entry with damaged = entry.damaged || is_damaged }, notes)

(* Newest first; [seen]: what all newer ones have, and the live file system. *)
let rec each store seen = function
  | [] -> Ok []
  | entry :: older ->
      let* used, entry, notes = survey store entry in
      let add ~index ~count runs = (index, count) :: runs in
      let dead = List.rev (Block_set.fold_only add used ~than:seen []) in
      Block_set.add_all used ~into:seen;
      let* rest = each store seen older in
      Ok ((entry, dead, notes) :: rest)

(* ---- all of it ---- *)

let is_missing lists runs =
  let on_one (index, count) =
    List.exists (fun list -> Block_set.all list.runs ~index ~count) lists
  in
  not (List.for_all on_one runs)

let none = { entries = []; dead = []; notes = []; is_wrong = false; own = [] }

let rec lists_of store = function
  | [] -> Ok []
  | pointer :: rest ->
      let* list = read_list store pointer in
      Result.map (List.cons list) (lists_of store rest)

let found store (snapshots : Snapshots.t) ~is_foreign ~used =
  let going, entries = List.partition (fun (e : Snapshots.entry) -> e.going) snapshots.entries in
  let* dead_lists =
    lists_of store (snapshots.dead :: List.map (fun (e : Snapshots.entry) -> e.dead)
      snapshots.entries)
  in
  let* free_lists =
    lists_of store (List.map (fun (e : Snapshots.entry) -> e.free) snapshots.entries)
  in
  let* results = each store used entries in
  let dead = List.map (fun (_, dead, _) -> dead) results in
  let missing = List.exists (is_missing dead_lists) dead in
  let unread = List.exists (fun list -> not list.is_whole) (dead_lists @ free_lists) in
  let damaged (a : Snapshots.entry) ((b : Snapshots.entry), _, _) = a.damaged <> b.damaged in
  let says cond text = if cond then [ note "%s" text ] else [] in
  let notes =
    says is_foreign "snapshots: somebody wrote who does not know of them"
    @ says (going <> []) "a snapshot was being deleted"
    @ says missing "a snapshot has blocks that are on no dead list"
    @ says unread "a list of a snapshot cannot be read"
    @ List.concat_map (fun (_, _, notes) -> notes) results
  in
  let own = snapshots.table @ List.concat_map (fun l -> l.blocks) (dead_lists @ free_lists) in
  List.iter (fun pointer -> ignore (Survey.mark used pointer)) own;
  Ok { entries = List.map (fun (entry, _, _) -> entry) results; dead = dead @ [ [] ]; notes; own;
    is_wrong =
      is_foreign || going <> [] || missing || unread || List.exists2 damaged entries results }

let find store header ~used =
  let* { Snapshots.snapshots; is_foreign } = Snapshots.load store header in
  match snapshots.broken with
  | Some reason ->
      let text = "the snapshots are lost: " ^ Reason.to_string reason in
      Ok { none with notes = [ note "%s" text ]; is_wrong = true }
  | None when snapshots.entries = [] -> Ok none
  | None -> found store snapshots ~is_foreign ~used
