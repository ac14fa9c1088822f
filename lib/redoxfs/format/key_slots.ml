type slot = { salt : string; data : string; tweak : string }
type t = string

let count = 64
let part = 16
let bytes = 3 * part
let none = String.make (count * bytes) '\000'

let of_string t =
  if String.length t <> count * bytes then invalid_arg "Key_slots.of_string";
  t

let to_string t = t
let equal = String.equal
let blank = String.make bytes '\000'

let get t i =
  let sub at = String.sub t ((i * bytes) + at) part in
  if String.sub t (i * bytes) bytes = blank then None
  else Some { salt = sub 0; data = sub part; tweak = sub (2 * part) }

let print = function
  | None -> blank
  | Some { salt; data; tweak } ->
      if List.exists (fun text -> String.length text <> part) [ salt; data; tweak ] then
        invalid_arg "Key_slots.set";
      salt ^ data ^ tweak

let set t i slot =
  let b = Bytes.of_string t in
  Bytes.blit_string (print slot) 0 b (i * bytes) bytes;
  Bytes.to_string b

let used t = List.filter_map (fun i -> Option.map (fun slot -> (i, slot)) (get t i))
  (List.init count Fun.id)

let unused t = List.find_opt (fun i -> get t i = None) (List.init count Fun.id)
