let max_bytes = 252

let is_valid name =
  let length = String.length name in
  length > 0 && length <= max_bytes
  && name <> "." && name <> ".."
  && (not (String.exists (function '\000' | '/' | ':' -> true | _ -> false) name))
  && String.is_valid_utf_8 name

let hash name =
  let hash = Int64.to_int (Seahash.string name) land 0xffff_ffff in
  min hash 0xffff_fffe

let compare_hashed (hash, name) (hash', name') =
  match Int.compare hash hash' with 0 -> String.compare name name' | order -> order
