type t = {
  signature : string;
  address : int;
  revision : int;
  oem_id : string;
  oem_table_id : string;
  oem_revision : int;
  creator_id : string;
  creator_revision : int;
  bytes : string;
}

type 'e reader = address:int -> length:int -> (string, 'e) result

let header_size = 36
let length_max = 16 lsl 20
let ( let* ) = Result.bind
let part t = Part.whole ~table:t.signature ~address:t.address t.bytes

let sums_to_zero bytes =
  String.fold_left (fun sum c -> sum + Char.code c) 0 bytes land 0xff = 0

let decode ~address bytes =
  let part = Part.whole ~table:"" ~address bytes in
  {
    signature = String.sub bytes 0 4;
    address;
    revision = Part.u8 part 8;
    oem_id = Part.text part ~at:10 ~length:6;
    oem_table_id = Part.text part ~at:16 ~length:8;
    oem_revision = Part.u32 part 24;
    creator_id = Part.text part ~at:28 ~length:4;
    creator_revision = Part.u32 part 32;
    bytes;
  }

let read_bytes (read : _ reader) ~table ~address ~length =
  match read ~address ~length with
  | Ok bytes when String.length bytes = length -> Ok bytes
  | Ok _ | Error _ -> Error { Error.table; address; offset = 0; problem = Unreadable { length } }

let declared_length t = Part.u32 (part t) 4

let check_length t =
  let found = declared_length t in
  if found >= header_size && found <= length_max then Ok ()
  else Part.fail (part t) ~at:4 (Bad_length { found })

let read_header read address =
  let* bytes = read_bytes read ~table:"????" ~address ~length:header_size in
  let t = decode ~address bytes in
  let* () = check_length t in
  Ok t

let check_sum t = if sums_to_zero t.bytes then Ok t else Part.fail (part t) ~at:9 Bad_checksum

let read read t =
  let* bytes = read_bytes read ~table:t.signature ~address:t.address ~length:(declared_length t) in
  check_sum { t with bytes }

let of_bytes ~address bytes =
  let short wanted = Part.fail (Part.whole ~table:"????" ~address bytes) ~at:0
    (Truncated { wanted }) in
  if String.length bytes < header_size then short header_size
  else
    let t = decode ~address bytes in
    let* () = check_length t in
    let length = declared_length t in
    if String.length bytes < length then short length
    else check_sum { t with bytes = String.sub bytes 0 length }

let expect t signature =
  if t.signature = signature then Ok ()
  else Part.fail (part t) ~at:0 (Bad_signature { found = t.signature })

let pp ppf t =
  Format.fprintf ppf "%s at 0x%x, %d bytes, revision %d, %s %s" (String.escaped t.signature)
    t.address (String.length t.bytes) t.revision (String.escaped t.oem_id)
    (String.escaped t.oem_table_id)
