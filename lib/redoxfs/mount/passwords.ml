let ( let* ) = Result.bind

let first random password =
  let keys = Keys.fresh random in
  { Fs.keys; slots = Key_slots.set Key_slots.none 0 (Some (Keys.wrap keys random ~password)) }

let keys fs = Option.to_result ~none:Reason.Not_encrypted (Fs.keys fs)

let slots fs =
  let* _ = keys fs in
  Ok (Fs.header fs).Header.key_slots

let used fs =
  let* slots = slots fs in
  Ok (List.map fst (Key_slots.used slots))

let put fs random slots i password =
  let* keys = keys fs in
  let slot = Keys.wrap keys random ~password in
  Fs.set_key_slots fs (Key_slots.set slots i (Some slot))

let add fs random password =
  let* slots = slots fs in
  let* i = Option.to_result ~none:Reason.Too_many (Key_slots.unused slots) in
  let* () = put fs random slots i password in
  Ok i

let slot_of fs password =
  let* _ = keys fs in
  Option.to_result ~none:Reason.Wrong_password
    (Option.map fst (Unlock.find (Fs.header fs) ~password))

let is_used slots i = i >= 0 && i < Key_slots.count && Key_slots.get slots i <> None

let replace fs random i password =
  let* slots = slots fs in
  if is_used slots i then put fs random slots i password else Error Reason.No_entry

let remove fs i =
  let* slots = slots fs in
  if not (is_used slots i) then Error Reason.No_entry
  else if List.length (Key_slots.used slots) = 1 then Error Reason.Last_password
  else Fs.set_key_slots fs (Key_slots.set slots i None)
