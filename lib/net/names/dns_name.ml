type t = string list

let layer = "DNS"
let most_bytes = 255

let written_bytes labels = List.fold_left (fun n label -> n + 1 + String.length label) 1 labels
let is_label label = label <> "" && String.length label <= 63

let of_string text =
  let length = String.length text in
  let is_closed = length > 1 && text.[length - 1] = '.' in
  let text = if is_closed then String.sub text 0 (length - 1) else text in
  let labels = if text = "." then [] else String.split_on_char '.' text in
  if List.for_all is_label labels && written_bytes labels <= most_bytes then
    Some (List.map String.lowercase_ascii labels)
  else None

let to_string t = String.concat "." t
let equal (a : t) b = a = b

let write t =
  String.concat "" (List.map (fun l -> String.make 1 (Char.chr (String.length l)) ^ l) t) ^ "\000"

(* [next]: where the name ends in the message, once a pointer was followed; [before]: pointers
   must lead before this. *)
let rec labels memory ~at ~length ~offset ~before ~next ~size found =
  if offset >= length then Error.truncated layer ~offset ~wanted:1 ~left:0
  else
    let byte = Octets.get8 memory (at + offset) in
    let ends = if next < 0 then offset + 1 else next in
    if byte = 0 then Ok (List.rev found, ends)
    else if byte >= 0xc0 then pointer memory ~at ~length ~offset ~before ~next ~size found
    else if byte > 63 then Error.bad_value layer ~offset "label length" byte
    else if offset + 1 + byte > length then
      Error.truncated layer ~offset ~wanted:(byte + 1) ~left:(length - offset)
    else if size + byte + 1 > most_bytes then
      Error.too_many layer ~offset "bytes in a name" most_bytes
    else
      let label = Octets.to_string memory ~at:(at + offset + 1) ~length:byte in
      labels memory ~at ~length ~offset:(offset + 1 + byte) ~before ~next ~size:(size + byte + 1)
        (String.lowercase_ascii label :: found)

and pointer memory ~at ~length ~offset ~before ~next ~size found =
  if offset + 2 > length then Error.truncated layer ~offset ~wanted:2 ~left:1
  else
    let target = Octets.get16 memory (at + offset) land 0x3fff in
    if target >= before then Error.bad_value layer ~offset "pointer" target
    else
      let next = if next < 0 then offset + 2 else next in
      labels memory ~at ~length ~offset:target ~before:target ~next ~size found

let read memory ~at ~length ~offset =
  labels memory ~at ~length ~offset ~before:offset ~next:(-1) ~size:1 []
