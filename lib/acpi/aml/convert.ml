open Object
open Context

let data = "an integer, a string or a buffer"

let skip_while holds text =
  let rec go at = if at < String.length text && holds text.[at] then go (at + 1) else at in
  let at = go 0 in
  String.sub text at (String.length text - at)

let skip_spaces = skip_while (fun c -> c = ' ' || (c >= '\t' && c <= '\r'))

(* The text behind a prefix [0x], if it has one. *)
let after_prefix text =
  let has_prefix =
    String.length text >= 2 && text.[0] = '0' && (text.[1] = 'x' || text.[1] = 'X')
  in
  if has_prefix then Some (String.sub text 2 (String.length text - 2)) else None

let implicit_integer width text =
  let text = skip_spaces text in
  Integer.of_hex width (Option.value (after_prefix text) ~default:text)

(* Whatever reads all of some bytes pays for them, or a loop could take for ever. *)
let paid machine bytes =
  Budget.take machine.budget (Bytes.length bytes);
  bytes

let to_integer machine = function
  | Integer n -> n
  | String { bytes } -> implicit_integer machine.width (Bytes.to_string (paid machine bytes))
  | Buffer { bytes } when Bytes.length bytes = 0 ->
      Error.fail (Wrong_type { wanted = "an integer"; found = "an empty buffer" })
  | Buffer { bytes } -> Integer.wrap machine.width (Bits.get bytes ~offset:0 ~length:64)
  | other -> wrong_type ~wanted:data other

let bytes_of_integer machine n =
  let bytes = Bytes.create 8 in
  Bytes.set_int64_le bytes 0 n;
  Bytes.sub bytes 0 (Integer.size machine.width)

let to_bytes machine = function
  | Integer n -> bytes_of_integer machine n
  | String { bytes } -> Bytes.cat (paid machine bytes) (Bytes.make 1 '\000')
  | Buffer { bytes } -> Bytes.copy (paid machine bytes)
  | other -> wrong_type ~wanted:data other

(* Each byte takes up to five characters. *)
let join machine separator format bytes =
  Budget.take machine.budget (16 * Bytes.length bytes);
  let texts = List.map (fun c -> format (Char.code c)) (List.of_seq (Bytes.to_seq bytes)) in
  String.concat separator texts

let to_string machine = function
  | Integer n -> Integer.to_hex machine.width n
  | String { bytes } -> Bytes.to_string (paid machine bytes)
  | Buffer { bytes } -> join machine " " (Printf.sprintf "0x%02X") bytes
  | other -> wrong_type ~wanted:data other

let like machine model value =
  match model with
  | Integer _ -> Integer (to_integer machine value)
  | String _ -> string machine (to_string machine value)
  | Buffer _ -> buffer machine (to_bytes machine value)
  | other -> wrong_type ~wanted:data other

let explicit_integer machine = function
  | String { bytes } ->
      let text = skip_spaces (Bytes.to_string (paid machine bytes)) in
      let width = machine.width in
      (match after_prefix text with
      | Some digits -> Integer (Integer.of_hex width digits)
      | None -> Integer (Integer.of_decimal width text))
  | other -> Integer (to_integer machine other)

let explicit_buffer machine = function
  | Buffer _ as same -> same
  | other -> buffer machine (to_bytes machine other)

let decimal_string machine = function
  | String _ as same -> same
  | Integer n -> string machine (Printf.sprintf "%Lu" n)
  | Buffer { bytes } -> string machine (join machine "," string_of_int bytes)
  | other -> wrong_type ~wanted:data other

let hex_string machine = function
  | String _ as same -> same
  | Buffer { bytes } -> string machine (join machine "," (Printf.sprintf "0x%02X") bytes)
  | other -> string machine (to_string machine other)

let text_of_buffer machine value ~length =
  let bytes = to_bytes machine value in
  let size = Bytes.length bytes in
  let nul = Option.value (Bytes.index_opt bytes '\000') ~default:size in
  let most = Int64.of_int nul in
  let length = if Int64.unsigned_compare length most < 0 then length else most in
  string machine (Bytes.sub_string bytes 0 (Int64.to_int length))
