let bytes text =
  let digits = String.concat "" (String.split_on_char ' ' text) in
  let byte i = Char.chr (int_of_string ("0x" ^ String.sub digits (2 * i) 2)) in
  String.init (String.length digits / 2) byte

let block runs =
  let b = Bytes.make 4096 '\000' in
  let run (at, text) =
    let text = bytes text in
    Bytes.blit_string text 0 b at (String.length text)
  in
  List.iter run runs;
  Bytes.to_string b

let difference a b =
  if String.length a <> String.length b then
    Some (Printf.sprintf "%d bytes, not %d" (String.length a) (String.length b))
  else
    let rec go i =
      if i = String.length a then None
      else if a.[i] = b.[i] then go (i + 1)
      else Some (Printf.sprintf "at %d: %02x, not %02x" i (Char.code a.[i]) (Char.code b.[i]))
    in
    go 0
