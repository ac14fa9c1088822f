type t = { table : string; address : int; bytes : string; offset : int; length : int }

let whole ~table ~address bytes =
  { table; address; bytes; offset = 0; length = String.length bytes }

let error t ~at problem =
  { Error.table = t.table; address = t.address; offset = t.offset + at; problem }

let fail t ~at problem = Error (error t ~at problem)
let has t ~at ~size = at >= 0 && size >= 0 && at <= t.length - size

let sub t ~offset ~length =
  if has t ~at:offset ~size:length then Ok { t with offset = t.offset + offset; length }
  else fail t ~at:(min (max offset 0) t.length) (Truncated { wanted = length })

let require t length =
  if t.length >= length then Ok () else fail t ~at:t.length (Truncated { wanted =
    length - t.length })

let position t at size =
  if has t ~at ~size then t.offset + at else invalid_arg "Acpi.Part: a field beyond the end"

let u8 t at = Char.code t.bytes.[position t at 1]
let u16 t at = String.get_uint16_le t.bytes (position t at 2)
let u32 t at = Int32.to_int (String.get_int32_le t.bytes (position t at 4)) land 0xffff_ffff

let u64 t ~field at =
  let value = String.get_int64_le t.bytes (position t at 8) in
  if Int64.shift_right_logical value 62 = 0L then Ok (Int64.to_int value)
  else fail t ~at (Bad_value { field; value })

let or_zero read t ~size at = if has t ~at ~size then read t at else 0

let text t ~at ~length =
  let text = String.sub t.bytes (position t at length) length in
  let stop = Option.value (String.index_opt text '\000') ~default:length in
  let rec trim n = if n > 0 && text.[n - 1] = ' ' then trim (n - 1) else n in
  String.sub text 0 (trim stop)

type layout = Kind8_length8 | Kind8_length16 | Kind16_length16

let header_size = function Kind8_length8 -> 2 | Kind8_length16 -> 3 | Kind16_length16 -> 4

let kind_and_length = function
  | Kind8_length8 -> fun t at -> (u8 t at, u8 t (at + 1))
  | Kind8_length16 -> fun t at -> (u8 t at, u16 t (at + 1))
  | Kind16_length16 -> fun t at -> (u16 t at, u16 t (at + 2))

let ( let* ) = Result.bind

let structures layout t ~offset =
  let smallest = header_size layout in
  let rec go at found =
    if at >= t.length then Ok (List.rev found)
    else if not (has t ~at ~size:smallest) then fail t ~at (Truncated { wanted = smallest })
    else
      let kind, length = kind_and_length layout t at in
      if length < smallest then fail t ~at (Bad_length { found = length })
      else
        let* structure = sub t ~offset:at ~length in
        go (at + length) ((kind, structure) :: found)
  in
  go offset []

let read_structure reader_of ~other (kind, t) =
  match reader_of kind with
  | None -> Ok (other ~kind ~offset:t.offset ~length:t.length)
  | Some (least, read) ->
      let* () = require t least in
      read t

let map f list =
  let rec go done_ = function
    | [] -> Ok (List.rev done_)
    | item :: rest ->
        let* item = f item in
        go (item :: done_) rest
  in
  go [] list

let bit flags n = (flags lsr n) land 1 = 1
