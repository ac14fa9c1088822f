open Redoxfs

let usage =
  "redoxfs password list IMAGE                      which of the 64 key slots are in use\n\
   redoxfs password add IMAGE                       another one that opens it\n\
   redoxfs password change IMAGE                    the one that is asked for\n\
   redoxfs password remove IMAGE [SLOT]             the one that is asked for, or in the slot\n\
   \n\
   Passwords are asked for at the terminal. redoxfs --password-fd N ... reads them from the file\n\
   descriptor N, one a line: the one that opens the image, then the new one.\n"

let random = Password.random
let ok result = Copy.ok "password" result

let list fs = List.iter (Printf.printf "slot %d\n") (ok (Passwords.used fs))

let given fs = ok (Passwords.slot_of fs (Password.given ()))

let add fs =
  ignore (ok (Passwords.used fs));
  let slot = ok (Passwords.add fs random (Password.ask_new "Another password")) in
  Printf.printf "slot %d\n" slot

let change fs =
  let slot = given fs in
  ok (Passwords.replace fs random slot (Password.ask_new "New password"))

let slot_of text =
  match int_of_string_opt text with
  | Some slot -> slot
  | None -> raise (Copy.Refused (text ^ " is no key slot"))

let remove slot fs =
  let slot = match slot with Some text -> slot_of text | None -> given fs in
  ok (Passwords.remove fs slot)
