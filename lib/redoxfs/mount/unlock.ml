type t = Header.t list -> (Keys.t, Reason.t) result

let locked _ = Error Reason.Locked
let with_keys keys _ = Ok keys

let fits header ~password (i, slot) =
  let keys = Keys.unwrap slot ~password in
  if Keys.opens keys header then Some (i, keys) else None

let find (header : Header.t) ~password =
  List.find_map (fits header ~password) (Key_slots.used header.key_slots)

(* Changing a password changes the slots of older headers as well, so another slot there was not
   changed by anybody who should. *)
let damaged (header : Header.t) older ~password =
  let has_others (h : Header.t) = not (Key_slots.equal h.key_slots header.key_slots) in
  let is_other (i, slot) = Key_slots.get header.key_slots i <> Some slot in
  let slot_of (h : Header.t) =
    let others = List.filter is_other (Key_slots.used h.key_slots) in
    Option.map (fun (i, _) -> (i, h.generation)) (List.find_map (fits header ~password) others)
  in
  Option.bind (List.find_opt has_others older) slot_of

let with_password password = function
  | [] -> Error Reason.Locked
  | header :: older -> (
      match find header ~password with
      | Some (_, keys) -> Ok keys
      | None -> (
          match damaged header older ~password with
          | None -> Error Reason.Wrong_password
          | Some (slot, generation) ->
              let what = Printf.sprintf "that of generation %d, which fits" generation in
              let field = Printf.sprintf "key slot %d" slot in
              Reason.damaged ~block:(Header.slot header) field (Not what)))
