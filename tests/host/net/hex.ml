let bytes text =
  let digits = String.concat "" (String.split_on_char ' ' text) in
  String.init
    (String.length digits / 2)
    (fun i -> Char.chr (int_of_string ("0x" ^ String.sub digits (2 * i) 2)))

let octets text = Octets.of_string (bytes text)

let show bytes =
  String.concat ""
    (List.init (String.length bytes) (fun i -> Printf.sprintf "%02x" (Char.code bytes.[i])))

let text what found wanted =
  if found <> wanted then failwith (Printf.sprintf "%s: %s, not %s" what found wanted)

let equal what found wanted = text what (show found) (show (bytes wanted))
let int what found wanted = text what (string_of_int found) (string_of_int wanted)

let error what result wanted =
  match result with
  | Ok _ -> failwith (what ^ " is taken")
  | Error e -> text what (Format.asprintf "%a" Net.Error.pp e) wanted

let ok what = function
  | Ok () -> ()
  | Error e -> failwith (Format.asprintf "%s: %a" what Net.Error.pp e)
