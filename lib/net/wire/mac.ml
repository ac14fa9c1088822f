let broadcast = String.make 6 '\xff'
let is_group mac = Char.code mac.[0] land 1 = 1

let pp ppf mac =
  let byte i = Printf.sprintf "%02x" (Char.code mac.[i]) in
  Format.pp_print_string ppf (String.concat ":" (List.init (String.length mac) byte))
