type t = { name : string; value : string; offset : int }

let ( let* ) = Result.bind
let cells t = Cells.make ~what:t.name ~offset:t.offset t.value

let of_size t wanted =
  let size = String.length t.value in
  if size <> wanted then Error.fail ~offset:t.offset (Bad_size { what = t.name; size; wanted })
  else
    let* cells = cells t in
    Cells.number cells

let u32 t = of_size t 4

let within ~min ~max t =
  let* value = u32 t in
  if value >= min && value <= max then Ok value
  else Error.fail ~offset:t.offset (Bad_value { what = t.name; value })

let u64 t = of_size t 8
let number t = if String.length t.value = 4 then u32 t else u64 t
let is_printable c = c >= ' ' && c <= '~'

let strings t =
  match List.rev (String.split_on_char '\000' t.value) with
  | [ "" ] -> Ok []
  | "" :: strings when List.for_all (String.for_all is_printable) strings -> Ok (List.rev strings)
  | _ -> Error.fail ~offset:t.offset (Bad_text t.name)

let string t =
  let* strings = strings t in
  match strings with
  | [ string ] -> Ok string
  | _ -> Error.fail ~offset:t.offset (Bad_text t.name)
