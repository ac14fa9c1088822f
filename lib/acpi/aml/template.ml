type descriptor = { offset : int; kind : int; data : int; length : int }

let is_large = 0x80
let end_kind = 0x0f

let next bytes offset =
  let left = String.length bytes - offset in
  let u8 at = Char.code bytes.[at] in
  let whole header length kind =
    if left < header + length then None
    else Some { offset; kind; data = offset + header; length }
  in
  if left < 1 then None
  else
    let first = u8 offset in
    if first land is_large = 0 then whole 1 (first land 7) (first lsr 3)
    else if left < 3 then None
    else whole 3 (u8 (offset + 1) lor (u8 (offset + 2) lsl 8)) first

let is_end descriptor = descriptor.kind = end_kind

let rec find_end bytes offset =
  match next bytes offset with
  | None -> None
  | Some descriptor when is_end descriptor -> Some offset
  | Some { data; length; _ } -> find_end bytes (data + length)

let end_tag bytes = find_end bytes 0
