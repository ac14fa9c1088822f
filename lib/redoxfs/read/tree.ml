let ( let* ) = Result.bind
let top = Tree_list.levels - 1
let pointer block slot = Reason.of_error (Tree_list.pointer block slot)

let find store root id =
  let rec down level at =
    if Pointer.is_null at then Error Reason.No_entry
    else if level < 0 then Ok at
    else
      let* block = Store.block store at in
      let* next = pointer block (Tree_list.slot_of_id ~level id) in
      down (level - 1) next
  in
  if Tree_list.is_id id then down top root else Error Reason.No_entry

let rec next_valid id =
  match List.find_opt (fun l -> Tree_list.(slot_of_id ~level:l id >= slots)) [ 3; 2; 1; 0 ] with
  | None -> id
  | Some level ->
      let each = Tree_list.ids_of_level level in
      next_valid (((id / each) + 256 - Tree_list.slot_of_id ~level id) * each)

(* Ids in the subtree whose first is [base]; the first at or after [from]. *)
let rec free_under store level at ~base ~from =
  if Pointer.is_null at then first_id level ~base ~from
  else
    let* block = Store.block store at in
    let each = Tree_list.ids_of_level level in
    free_in_block store level block ~base ~from (max 0 ((from - base) / each))

and free_in_block store level (block : Block.t) ~base ~from slot =
  match Tree_list.first_free block.bytes ~from:slot with
  | None -> Ok None
  | Some slot when level = 0 -> Ok (Some (base + slot))
  | Some slot -> (
      let base' = base + (slot * Tree_list.ids_of_level level) in
      let* at = pointer block slot in
      let* found = free_under store (level - 1) at ~base:base' ~from in
      match found with
      | Some id -> Ok (Some id)
      | None -> free_in_block store level block ~base ~from (slot + 1))

(* Nothing is stored here: any id will do whose slots all exist. *)
and first_id level ~base ~from =
  let id = next_valid (max 1 (max base from)) in
  Ok (if id < base + Tree_list.ids_of_level (level + 1) then Some id else None)

let free_id store root ~from =
  let* found = free_under store top root ~base:0 ~from in
  match found with Some id when Tree_list.is_id id -> Ok id | _ -> Error Reason.Too_many
