type report = {
  generation : int;
  findings : string list;
  leaked : int;
  unguarded : int;
  is_damaged : bool;
  written : int option;
}

let ( let* ) = Result.bind

(* ---- which generation ---- *)

(* As far as it can be read, newest first. *)
let rec log_blocks store pointer left =
  if Pointer.is_null pointer || left = 0 then []
  else
    match Result.map Allocation_list.parse (Store.block store pointer) with
    | Ok (Ok { previous; _ }) -> pointer :: log_blocks store previous (left - 1)
    | Ok (Error _) | Error _ -> []

let log_of store (header : Header.t) =
  match Log.read store header.allocations with
  | Error (Damaged _) ->
      let blocks = log_blocks store header.allocations (Store.blocks store) in
      Ok ({ Log.blocks; newest = []; entries = 0 }, Extents.empty)
  | result -> result

let roughly store header ~older:_ =
  let* () = Verify.check_root store header in
  log_of store header

let as_mounted store header ~older =
  let* () = Verify.check_root store header in
  Verify.quick store header ~older

(* Whole, and not so old that much would be lost with those after it. *)
let readable ~oldest store (header : Header.t) ~older =
  let used = Block_set.create ~blocks:(Store.blocks store) in
  let* { is_damaged; _ } = Survey.run store header.tree ~used ~data:true in
  if is_damaged || header.generation < oldest then
    Reason.damaged ~block:(Header.slot header) "the file system" (Not "whole")
  else roughly store header ~older

(* Nobody is asked for a password twice. *)
let once unlock =
  let known = ref None in
  fun headers ->
    match !known with
    | Some keys -> Ok keys
    | None ->
        let* keys = unlock headers in
        known := Some keys;
        Ok keys

(* The newest if it can be mounted; or one of those that are kept of which all can be read; or the
   newest that has a root directory. *)
let choose (options : Fs.options) device =
  let { Fs.base; keep; cache_blocks; _ } = options in
  let unlock = once options.unlock in
  let* ring = match base with Some base -> Ring.read device ~base | None -> Ring.find device in
  let find verify = Newest.find ~verify device ring ~keep ~unlock ~cache_blocks in
  let newest = match ring.headers with [] -> 0 | (header, _) :: _ -> header.generation in
  match find as_mounted with
  | Ok { skipped = []; _ } as found -> found
  | Error ((Device _ | Locked | Wrong_password) as reason) -> Error reason
  | Ok _ | Error _ -> (
      match find (readable ~oldest:(newest - keep)) with
      | Ok _ as found -> found
      | Error _ -> find roughly)

(* ---- what there is ---- *)

type there = {
  survey : Survey.t;
  used : Block_set.t;
  released : int list option;
  snapshots : Snapshots_found.t;
  fixes : Fixes.t;
  lineage : Lineage.t;
}

let damaged_as_none = function
  | Ok value -> Ok (Some value)
  | Error (Reason.Damaged _) -> Ok None
  | Error reason -> Error reason

let look store (header : Header.t) (log : Log.t) ~data ~now =
  let* () = Verify.check_root store header in
  let used = Block_set.create ~blocks:(Store.blocks store) in
  let* survey = Survey.run store header.tree ~used ~data in
  let* released = damaged_as_none (Verify.unnamed store header) in
  let* _ = damaged_as_none (Snapshot_commit.mark_releases store used header.releases) in
  let lineage =
    Lineage.find store survey ~released:(Option.value released ~default:[])
  in
  let fixes = Fixes.find store survey lineage ~released ~now in
  let* snapshots = Snapshots_found.find store header ~used in
  List.iter (fun pointer -> ignore (Survey.mark used pointer)) log.blocks;
  Ok { survey; used; released; snapshots; fixes; lineage }

let add_run ~index ~count set = Option.value (Extents.add set ~index ~count) ~default:set
let free_of used = Block_set.fold_missing add_run used ~from:(Header.ring + 1) Extents.empty

(* Blocks of the one that are not in the other. *)
let count_only extents other =
  let each ~index ~count sum =
    let rec go i sum =
      if i = index + count then sum else go (i + 1) (if Extents.mem other i then sum else sum + 1)
    in
    go index sum
  in
  Extents.fold each extents 0

(* Dead blocks that no snapshot has any more are no leak: deleting snapshots leaves some. *)
let free_but_dead store header used =
  let copy = Block_set.create ~blocks:(Block_set.blocks used) in
  Block_set.add_all used ~into:copy;
  let* { Snapshots.snapshots; _ } = Snapshots.load store header in
  let add _ { Runs.runs; _ } () =
    List.iter
      (fun { Allocation_list.index; count } -> ignore (Block_set.add copy ~index ~count))
      runs
  in
  let one result pointer =
    let* () = result in
    Result.map ignore (damaged_as_none (Runs.fold store add pointer ()))
  in
  let lists =
    snapshots.dead :: List.map (fun (e : Snapshots.entry) -> e.dead) snapshots.entries
  in
  let* () = List.fold_left one (Ok ()) lists in
  Ok (free_of copy)

(* ---- writing ---- *)

let outcome = function
  | Ok { Commit.state; _ } -> Ok state
  | Error (Commit.Before reason | Commit.Unsure reason) -> Error reason

(* A log that is added to would be added to a wrong one. *)
let check_room batch =
  if Log_commit.has_room batch then Ok () else Error Reason.No_space

(* Nothing is freed: that comes with the log. *)
let nobody_frees = { Snapshots.none with pinned = Everything; broken = Some Reason.Read_only }
let no_log = { Log.blocks = []; newest = []; entries = 0 }

let write_fixes store (header : Header.t) { used; fixes; released; _ } ~generation =
  let { Fixes.nodes; others; released = changed; _ } = fixes in
  let tree = if others = None then header.tree else Pointer.null in
  let state = State.create ~snapshots:nobody_frees { header with tree } no_log (free_of used) in
  let ids = match changed with Some ids -> ids | None -> Option.value released ~default:[] in
  let unnamed = List.fold_left (fun set id -> State.Ids.add id () set) State.Ids.empty ids in
  let state = { state with nodes; unnamed; unnamed_changed = changed <> None } in
  let change batch header snapshots =
    Result.map (fun () -> (header, snapshots)) (check_room batch)
  in
  outcome (Commit.run ~change ?stay:others store state ~generation ~keep:0 ~compact:true)

let rec put_lists batch = function
  | [] -> Ok []
  | runs :: rest ->
      let entries = List.map (fun (index, count) -> { Allocation_list.index; count }) runs in
      let* pointer = Snapshot_commit.put_runs batch Pointer.null entries in
      Result.map (List.cons pointer) (put_lists batch rest)

(* What was free when it was made, where nobody knows: no more than what is free now. *)
let put_free batch (entry : Snapshots.entry) =
  let store = Batch.store batch in
  let add ~index ~count list = { Allocation_list.index; count } :: list in
  let* free = damaged_as_none (Runs.extents store entry.free) in
  let free = Option.value free ~default:(Batch.all_free batch) in
  let* free = Snapshot_commit.put_runs batch Pointer.null (List.rev (Extents.fold add free [])) in
  Ok { entry with free }

let rec put_entries batch (entries : Snapshots.entry list) dead =
  match (entries, dead) with
  | entry :: older, pointer :: rest ->
      let* entry = put_free batch entry in
      let* older = put_entries batch older rest in
      Ok ({ entry with dead = pointer } :: older)
  | _ -> Ok []

let put_snapshots (found : Snapshots_found.t) batch header (snapshots : Snapshots.t) =
  let* dead = put_lists batch found.dead in
  let* snapshots =
    match dead with
    | [] -> Ok snapshots
    | live :: dead ->
        let* entries = put_entries batch found.entries dead in
        Ok { snapshots with entries; dead = live }
  in
  List.iter (Batch.free_own batch) found.own;
  let* () = check_room batch in
  Ok (header, snapshots)

let write_log store header log { used; snapshots; _ } ~generation =
  let pinned = { Snapshots.none with is_changed = true } in
  let state = State.create ~snapshots:pinned header log (free_of used) in
  outcome
    (Commit.run ~change:(put_snapshots snapshots) store state ~generation ~keep:0 ~compact:true)

let write { Newest.store; header; log; next_generation; _ } there ~now =
  let* header, log, there, generation =
    if Fixes.is_none there.fixes then Ok (header, log, there, next_generation)
    else
      let* { State.header; log; _ } =
        write_fixes store header there ~generation:next_generation
      in
      let* there = look store header log ~data:false ~now in
      Ok (header, log, there, next_generation + 1)
  in
  Result.map (fun _ -> generation) (write_log store header log there ~generation)

(* ---- all of it ---- *)

let shown lineage { Survey.about; text } =
  match about with
  | Of_node id -> Printf.sprintf "%s: %s" (Lineage.path lineage id) text
  | Of_file_system -> text

let skipped { Newest.generation; reason } =
  Printf.sprintf "generation %d is lost: %s" generation (Reason.to_string reason)

let findings (found : Newest.found) there ~log_is_good =
  let { survey; lineage; fixes; released; snapshots; _ } = there in
  let notes =
    List.rev survey.notes @ List.rev lineage.notes @ List.rev fixes.notes @ snapshots.notes
  in
  List.map skipped found.skipped
  @ (if log_is_good then [] else [ "the allocation log cannot be read" ])
  @ (if released = None then [ "the list of released nodes cannot be read" ]
     else if fixes.released <> None then [ "the list of released nodes is wrong" ]
     else [])
  @ List.map (shown lineage) notes

let run (options : Fs.options) device ~dry_run =
  let now = options.now () in
  let* ({ Newest.store; header; log; free; _ } as found) = choose options device in
  let log_is_good = Result.is_ok (Log.read store header.allocations) in
  let* there = look store header log ~data:true ~now in
  let* expected = free_but_dead store header there.used in
  let leaked = if log_is_good then count_only expected free else 0 in
  let unguarded = if log_is_good then count_only free expected else 0 in
  let is_wrong =
    (not log_is_good) || found.skipped <> [] || leaked > 0 || unguarded > 0
    || there.snapshots.is_wrong
    || not (Fixes.is_none there.fixes)
  in
  let* written =
    if dry_run || not is_wrong then Ok None
    else if options.read_only || device.read_only then Error Reason.Read_only
    else Result.map Option.some (write found there ~now)
  in
  Ok { generation = header.generation; findings = findings found there ~log_is_good; leaked;
    unguarded; is_damaged = there.survey.is_damaged; written }
