let ( let* ) = Result.bind

let fresh ~level ~base =
  let bytes = Block.fresh () in
  (* Id 0 is nobody's. *)
  if level = 0 && base = 0 then Tree_list.set_full bytes 0 true;
  bytes

(* Changes of one slot, and the rest. *)
let rec split ~level slot = function
  | ((id, _) as change) :: rest when Tree_list.slot_of_id ~level id = slot ->
      let here, rest = split ~level slot rest in
      (change :: here, rest)
  | rest -> ([], rest)

let copy batch pointer ~level ~base =
  if Pointer.is_null pointer then Ok (fresh ~level ~base)
  else
    let* block = Store.block (Batch.store batch) pointer in
    Ok (Buffer.copy block.bytes)

(* The block's new pointer, and whether all its ids are taken. *)
let rec update batch owner level pointer ~base changes =
  let* bytes = copy batch pointer ~level ~base in
  let old = { Block.index = Pointer.index pointer; bytes } in
  let* () = update_slots batch owner level old bytes ~base changes in
  Batch.free batch owner pointer;
  if Tree_list.all_null bytes && level < Tree_list.levels - 1 then Ok (Pointer.null, false)
  else
    let* pointer = Batch.put batch owner bytes in
    Ok (pointer, Tree_list.all_full bytes)

and update_slots batch owner level old bytes ~base = function
  | [] -> Ok ()
  | (id, _) :: _ as changes ->
      let slot = Tree_list.slot_of_id ~level id in
      let here, rest = split ~level slot changes in
      let* pointer = Reason.of_error (Tree_list.pointer old slot) in
      let* pointer, full = update_slot batch owner level pointer ~base ~slot here in
      Tree_list.set_pointer bytes slot pointer;
      Tree_list.set_full bytes slot full;
      update_slots batch owner level old bytes ~base rest

and update_slot batch owner level pointer ~base ~slot changes =
  match changes with
  | [ (_, node) ] when level = 0 ->
      Batch.free batch owner pointer;
      Ok (node, not (Pointer.is_null node))
  | _ ->
      let base = base + (slot * Tree_list.ids_of_level level) in
      update batch owner (level - 1) pointer ~base changes

let write batch root changes =
  if changes = [] then Ok root
  else
    let* root, _ = update batch (Batch.owner ()) (Tree_list.levels - 1) root ~base:0 changes in
    Ok root
