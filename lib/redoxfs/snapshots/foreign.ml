type t = {
  store : Store.t;
  dead : Block_set.t;  (** was dead before, so nobody took it; or is pinned again *)
  mutable free : Extents.t;
  mutable repinned : Extents.t;
  mutable is_damaged : bool;  (** something of the snapshot that is looked at *)
}

let ( let* ) = Result.bind

let lost t = t.is_damaged <- true

let repin t ~index ~count free =
  t.free <- free;
  ignore (Block_set.add t.dead ~index ~count);
  t.repinned <- Option.get (Extents.add t.repinned ~index ~count)

let keep t (pointer : Pointer.t) is_intact =
  let index = Pointer.index pointer and count = Address.blocks pointer.address in
  let is_free = Extents.overlaps t.free ~index ~count in
  if (not is_free) && Block_set.all t.dead ~index ~count then Ok ()
  else
    match (is_intact (), Extents.remove t.free ~index ~count) with
    | Ok (), Some free -> Ok (repin t ~index ~count free)
    | Ok (), None when not is_free -> Ok ()
    | Ok (), None | Error (Reason.Damaged _), _ -> Ok (lost t)
    | (Error _ as error), _ -> error

let keep_record t _ _ (pointer : Pointer.t) =
  if Store.is_within t.store pointer.address then
    keep t pointer (fun () -> Store.verify t.store pointer)
  else Ok (lost t)

let failed t _ _ = function
  | Reason.Damaged _ -> Ok (lost t)
  | reason -> Error reason

let is_intact () = Ok ()

let keep_tree t (entry : Snapshots.entry) (header : Header.t) =
  let visitor =
    { Walk.store = t.store; read = Store.block t.store;
      block = (fun _ pointer -> Result.map (fun () -> true) (keep t pointer is_intact));
      record = keep_record t;
      failed = failed t;
      trusts_sizes = true; skips_unknown = false }
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

(* ---- all of it ---- *)

let dead_blocks store pointer =
  let dead = Block_set.create ~blocks:(Store.blocks store) in
  let add { Allocation_list.index; count } = ignore (Block_set.add dead ~index ~count) in
  let add_all _ { Runs.runs; _ } () = List.iter add runs in
  match Runs.fold store add_all pointer () with
  | Ok () | Error (Damaged _) -> Ok dead
  | Error reason -> Error reason

(* An older one that has something of what may be lost shares it with all between: where one has
   lost nothing, older ones have not. Of one that has, not all was seen. One that is going needs
   nothing. *)
let rec from_newest t header = function
  | [] -> Ok []
  | (entry : Snapshots.entry) :: older when entry.going ->
      Result.map (List.cons entry) (from_newest t header older)
  | entry :: older ->
      t.is_damaged <- false;
      let* () = keep_tree t entry header in
      let* () =
        if Pointer.equal entry.releases header.Header.releases then Ok ()
        else keep_releases t entry.releases (Store.blocks t.store)
      in
      let entry = { entry with damaged = entry.damaged || t.is_damaged } in
      let* older = if t.is_damaged then from_newest t header older else Ok older in
      Ok (entry :: older)

let resolve store header free (snapshots : Snapshots.t) =
  let* dead = dead_blocks store snapshots.dead in
  let t = { store; dead; free; repinned = Extents.empty; is_damaged = false } in
  let* entries = from_newest t header snapshots.entries in
  Ok (t.free, { snapshots with entries; repinned = t.repinned; is_changed = true })
