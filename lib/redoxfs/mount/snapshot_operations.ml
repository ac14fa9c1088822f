type host = {
  store : Store.t;
  state : unit -> State.t;
  commit : ?change:Snapshot_commit.change -> compact:bool -> unit -> (unit, Reason.t) result;
  is_open : string -> bool;
}

type snapshot = { name : string; time : Node.time; generation : int; damaged : bool }

let ( let* ) = Result.bind

let list (state : State.t) =
  let shown { Snapshot_table.name; time; generation; damaged; going; _ } =
    if going then None else Some { name; time; generation; damaged }
  in
  match state.snapshots.broken with
  | Some reason -> Error reason
  | None -> Ok (List.rev (List.filter_map shown state.snapshots.entries))

(* ---- making ---- *)

let check_new (state : State.t) name =
  let* () = Option.fold ~none:(Ok ()) ~some:Result.error state.snapshots.broken in
  if not (Name.is_valid name && String.length name <= Snapshot_table.name_max) then
    Error Reason.Bad_name
  else if List.exists (fun (e : Snapshots.entry) -> e.name = name) state.snapshots.entries then
    Error Reason.Exists
  else Ok ()

let table_blocks (state : State.t) =
  1 + (List.length state.snapshots.entries / Snapshot_table.slots)

let create host name ~time =
  let* () = check_new (host.state ()) name in
  (* The first one is made of a commit of its own, when room is known to be there. *)
  let* () = if State.is_changed (host.state ()) then host.commit ~compact:false () else Ok () in
  let state = host.state () in
  let runs = Space.runs state.space in
  let* _ = State.promise state (table_blocks state + 4 + (runs / Allocation_list.slots)) in
  host.commit ~change:(Snapshot_commit.make ~name ~time) ~compact:false ()

(* ---- deleting ---- *)

type next = Done | Again of (host -> (next, Reason.t) result)

let start_deleting host name =
  if host.is_open name then Error Reason.In_use
  else
    let* _ = Snapshots.find (host.state ()).snapshots name in
    host.commit ~change:(Snapshot_commit.going name) ~compact:false ()

let rec before_going = function
  | [] -> None
  | (entry : Snapshots.entry) :: older ->
      if entry.going then Some (List.nth_opt older 0) else before_going older

(* As many blocks of the dead list as there is surely room to take note of. *)
let part_blocks state =
  let room = Space.free state.State.space + Space.held state.space - table_blocks state - 8 in
  max 1 (min 16 (room / 3))

let rec parts host ~before =
  let* () = if State.is_changed (host.state ()) then host.commit ~compact:false () else Ok () in
  let blocks = part_blocks (host.state ()) in
  let change = Snapshot_commit.delete_part host.store ~before ~blocks in
  let* () = host.commit ~change ~compact:false () in
  match before_going (host.state ()).snapshots.entries with
  | None -> Ok Done
  | Some _ -> Ok (Again (parts ~before))

let go_on_deleting host =
  match before_going (host.state ()).snapshots.entries with
  | None -> Ok Done
  | Some before ->
      let* before = Snapshots.pinned_by host.store before in
      parts host ~before

(* ---- rolling back ---- *)

let rec newer_than name = function
  | [] -> []
  | (e : Snapshots.entry) :: older -> if e.name = name then [] else e :: newer_than name older

let roll_back host ~newer name =
  let* () = if State.is_changed (host.state ()) then host.commit ~compact:false () else Ok () in
  let state = host.state () in
  let* entry = Snapshots.find state.snapshots name in
  let lost = newer_than name state.snapshots.entries in
  if lost <> [] && not newer then Error Reason.Newer_snapshots
  else if List.exists (fun (e : Snapshots.entry) -> host.is_open e.name) lost then
    Error Reason.In_use
  else
    let* pinned = Snapshots.pinned_by host.store (Some entry) in
    let change = Snapshot_commit.roll_back host.store state.log entry ~pinned in
    host.commit ~change ~compact:true ()
