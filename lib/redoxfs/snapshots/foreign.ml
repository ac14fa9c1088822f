type t = {
  store : Store.t;
  dead : Block_set.t;  (** was dead before, so nobody took it *)
  mutable free : Extents.t;
  mutable repinned : Extents.t;
  mutable lost : Extents.t;
  mutable is_damaged : bool;
}

let ( let* ) = Result.bind

let add_lost t (pointer : Pointer.t) =
  let index = Pointer.index pointer and count = Address.blocks pointer.address in
  t.is_damaged <- true;
  Option.iter (fun lost -> t.lost <- lost) (Extents.add t.lost ~index ~count)

let repin t ~index ~count free =
  t.free <- free;
  t.repinned <- Option.get (Extents.add t.repinned ~index ~count)

let keep t (pointer : Pointer.t) is_intact =
  let index = Pointer.index pointer and count = Address.blocks pointer.address in
  let is_free = Extents.overlaps t.free ~index ~count in
  if (not is_free) && Block_set.all t.dead ~index ~count then Ok ()
  else
    match (is_intact (), Extents.remove t.free ~index ~count) with
    | Ok (), Some free -> Ok (repin t ~index ~count free)
    | Ok (), None when not is_free -> Ok ()
    | Ok (), None | Error (Reason.Damaged _), _ -> Ok (add_lost t pointer)
    | (Error _ as error), _ -> error

let keep_record t _ _ (pointer : Pointer.t) =
  if Store.is_within t.store pointer.address then
    keep t pointer (fun () -> Store.verify t.store pointer)
  else Ok (add_lost t pointer)

let failed t _ pointer = function
  | Reason.Damaged _ -> Ok (add_lost t pointer)
  | reason -> Error reason

let is_intact () = Ok ()

let keep_tree t (entry : Snapshots.entry) (header : Header.t) =
  let visitor =
    { Walk.store = t.store; read = Store.block t.store;
      block = (fun _ pointer -> Result.map (fun () -> true) (keep t pointer is_intact));
      record = keep_record t;
      failed = failed t;
      skips_unknown = false }
  in
  Walk.tree visitor entry.tree ~than:header.tree

let rec keep_releases t pointer left =
  if Pointer.is_null pointer || left = 0 then Ok ()
  else
    match Store.block t.store pointer with
    | Error reason -> failed t () pointer reason
    | Ok block -> (
        match Release_list.parse block with
        | Error reason -> failed t () pointer (Damaged reason)
        | Ok { previous; _ } ->
            let* () = keep t pointer is_intact in
            keep_releases t previous (left - 1))

(* ---- older ones ---- *)

let has_lost t (entry : Snapshots.entry) =
  let found = ref false in
  let is_lost (pointer : Pointer.t) =
    let index = Pointer.index pointer and count = Address.blocks pointer.address in
    if Extents.overlaps t.lost ~index ~count then found := true
  in
  let failed _ _ = function
    | Reason.Damaged _ -> Ok (found := true)
    | reason -> Error reason
  in
  let visitor =
    { Walk.store = t.store; read = Store.block t.store; failed; skips_unknown = false;
      block = (fun _ _ -> Ok (not !found));
      record = (fun _ _ pointer -> Ok (is_lost pointer)) }
  in
  let* () = Walk.tree visitor entry.tree ~than:Pointer.null in
  Ok !found

let rec mark_older t = function
  | [] -> Ok []
  | (entry : Snapshots.entry) :: older ->
      let* damaged = if t.is_damaged then has_lost t entry else Ok false in
      let* rest = mark_older t older in
      Ok ({ entry with damaged = entry.damaged || damaged } :: rest)

(* ---- all of it ---- *)

let dead_blocks store pointer =
  let dead = Block_set.create ~blocks:(Store.blocks store) in
  let add { Allocation_list.index; count } = ignore (Block_set.add dead ~index ~count) in
  let add_all _ { Runs.runs; _ } () = List.iter add runs in
  match Runs.fold store add_all pointer () with
  | Ok () | Error (Damaged _) -> Ok dead
  | Error reason -> Error reason

(* One that is going needs nothing any more. *)
let rec from_newest t header = function
  | [] -> Ok []
  | (entry : Snapshots.entry) :: older when entry.going ->
      Result.map (List.cons entry) (from_newest t header older)
  | entry :: older ->
      let* () = keep_tree t entry header in
      let* () =
        if Pointer.equal entry.releases header.Header.releases then Ok ()
        else keep_releases t entry.releases (Store.blocks t.store)
      in
      let damaged = entry.damaged || t.is_damaged in
      Result.map (List.cons { entry with damaged }) (mark_older t older)

let resolve store header free (snapshots : Snapshots.t) =
  let* dead = dead_blocks store snapshots.dead in
  let t =
    { store; dead; free; repinned = Extents.empty; lost = Extents.empty; is_damaged = false }
  in
  let* entries = from_newest t header snapshots.entries in
  Ok (t.free, { snapshots with entries; repinned = t.repinned; is_changed = true })
