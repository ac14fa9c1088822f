type entry = Snapshot_table.entry

type t = {
  entries : entry list;
  table : Pointer.t list;
  dead : Pointer.t;
  pinned : Pinned.t;
  repinned : Extents.t;
  is_changed : bool;
  broken : Reason.t option;
}

type found = { snapshots : t; is_foreign : bool }

let ( let* ) = Result.bind
let max = 150

let none =
  { entries = []; table = []; dead = Pointer.null; pinned = Nothing; repinned = Extents.empty;
    is_changed = false; broken = None }

let broken reason = { none with pinned = Everything; broken = Some reason }

let rec read_table store pointer table entries =
  if Pointer.is_null pointer then Ok (List.rev table, entries)
  else if List.length entries > max then
    Reason.damaged ~block:(Pointer.index pointer) "number of snapshots" (Value max)
  else
    let* block = Store.block store pointer in
    let* here = Reason.of_error (Snapshot_table.parse block) in
    read_table store here.previous (pointer :: table) (entries @ here.entries)

let pinned_by store (entry : entry option) =
  match entry with
  | None -> Ok Pinned.Nothing
  | Some entry -> (
      match Runs.extents store entry.free with
      | Ok free -> Ok (Pinned.All_but free)
      | Error (Damaged _) -> Ok Pinned.Everything
      | Error reason -> Error reason)

let newest entries = List.nth_opt entries 0

let load_marked store (header : Header.t) (mark : Snapshot_mark.t) =
  let* table, entries = read_table store mark.table [] [] in
  let* pinned = pinned_by store (newest entries) in
  let snapshots = { none with entries; table; dead = mark.dead; pinned } in
  Ok { snapshots; is_foreign = mark.generation <> header.generation }

let load store header =
  let unread reason = Ok { snapshots = broken reason; is_foreign = false } in
  match Reason.of_error (Snapshot_mark.get header) with
  | Ok None -> Ok { snapshots = none; is_foreign = false }
  | Error reason -> unread reason
  | Ok (Some mark) -> (
      match load_marked store header mark with
      | Error (Damaged _ as reason) -> unread reason
      | result -> result)

let find t name =
  let is_it (entry : entry) = entry.name = name && not entry.going in
  match (t.broken, List.find_opt is_it t.entries) with
  | Some reason, _ -> Error reason
  | None, Some entry -> Ok entry
  | None, None -> Error Reason.No_entry
