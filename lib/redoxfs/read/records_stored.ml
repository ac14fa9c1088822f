let ( let* ) = Result.bind

let pointer store node record =
  let rec down height first at =
    if Pointer.is_null at || height = 0 then Ok at
    else
      let* block = Store.block store at in
      let each = Node.records_of_height (height - 1) in
      let i = (record - first) / each in
      let* next = Reason.of_error (Pointer_list.pointer block i) in
      down (height - 1) (first + (i * each)) next
  in
  match Node.slot_of_record record with
  | None -> Error Reason.Too_large
  | Some (slot, height, first) ->
      let* at = Reason.of_error (Node.pointer node slot) in
      down height first at
