let ( let* ) = Result.bind

let rec unnamed_from store pointer ids visited =
  if Pointer.is_null pointer then Ok ids
  else if visited > Store.blocks store then
    Reason.damaged ~block:(Pointer.index pointer) "the release list" (Not "a chain with an end")
  else
    let* block = Store.block store pointer in
    let* list = Reason.of_error (Release_list.parse block) in
    unnamed_from store list.previous (list.ids @ ids) (visited + 1)

let unnamed store (header : Header.t) = unnamed_from store header.releases [] 0

let check_root store (header : Header.t) =
  let* pointer = Tree.find store header.tree Operations.root in
  let* inode = Inode.read store pointer Operations.root in
  if inode.node.kind = Directory then Ok ()
  else Reason.damaged ~block:(Pointer.index pointer) "the root node" (Not "a directory")

(* All that was written in between. *)
let difference store (header : Header.t) (older : Header.t) =
  let visitor =
    { Walk.store; read = Store.block store;
      block = (fun _ _ -> Ok true);
      record = (fun _ _ pointer -> Store.verify store pointer);
      failed = (fun _ _ reason -> Error reason);
      trusts_sizes = true; skips_unknown = true }
  in
  Walk.tree visitor header.tree ~than:older.tree

(* What says which snapshots there are, where that was written in between. *)
let snapshots store (header : Header.t) ~older =
  match Snapshot_mark.get header with
  | Error _ | Ok None -> Ok ()
  | Ok (Some mark) ->
      let same part (h : Header.t) =
        match Snapshot_mark.get h with
        | Ok (Some older) -> Pointer.equal (part mark) (part older)
        | Ok None | Error _ -> false
      in
      let is_new part = older <> [] && not (List.exists (same part) older) in
      let table (mark : Snapshot_mark.t) = mark.table and dead (mark : Snapshot_mark.t) =
        mark.dead in
      let* () =
        if not (is_new table) then Ok ()
        else
          let* { Snapshots.snapshots; _ } = Snapshots.load store header in
          Option.fold ~none:(Ok ()) ~some:Result.error snapshots.broken
      in
      if is_new dead && not (Pointer.is_null mark.dead) then
        Result.map ignore (Runs.read store mark.dead)
      else Ok ()

let quick store (header : Header.t) ~older =
  let same (h : Header.t) = Pointer.equal h.tree header.tree in
  let* log = Log.read store header.allocations in
  let* _ = unnamed store header in
  let* () = snapshots store header ~older in
  if List.exists same older then Ok log
  else
    let* () = check_root store header in
    let compare result h = Result.bind result (fun () -> difference store header h) in
    let* () = List.fold_left compare (Ok ()) older in
    Ok log
