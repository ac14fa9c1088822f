type block = { previous : Pointer.t; runs : Allocation_list.entry list }

let ( let* ) = Result.bind

let read store pointer =
  let* block = Store.block store pointer in
  let* { Allocation_list.previous; entries } = Reason.of_error (Allocation_list.parse block) in
  let is_run { Allocation_list.index; count } =
    index > Header.ring && count > 0 && count <= Store.blocks store - index
  in
  match List.find_opt (fun entry -> not (is_run entry)) entries with
  | None -> Ok { previous; runs = entries }
  | Some { index; _ } -> Reason.damaged ~block:block.index "an entry's run" (Value index)

let fold store f pointer start =
  let rec go pointer value left =
    if Pointer.is_null pointer then Ok value
    else if left = 0 then
      Reason.damaged ~block:(Pointer.index pointer) "the list" (Not "a chain with an end")
    else
      let* block = read store pointer in
      go block.previous (f pointer block value) (left - 1)
  in
  go pointer start (Store.blocks store)

let extents store pointer =
  let add block set { Allocation_list.index; count } =
    let* set = set in
    match Extents.add set ~index ~count with
    | Some set -> Ok set
    | None -> Reason.damaged ~block "an entry" (Not "of blocks that were not named yet")
  in
  let add_all pointer { runs; _ } set = List.fold_left (add (Pointer.index pointer)) set runs in
  Result.join (fold store add_all pointer (Ok Extents.empty))
