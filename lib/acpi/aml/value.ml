type t =
  | Uninitialized
  | Integer of int64
  | String of string
  | Buffer of string
  | Package of t list
  | Reference of Path.t
  | Unresolved of string

let to_int = function
  | Integer n when Int64.shift_right_logical n 62 = 0L -> Some (Int64.to_int n)
  | _ -> None

let pp_bytes ppf bytes =
  let pp_byte n c = Format.fprintf ppf (if n = 0 then "%02x" else " %02x") (Char.code c) in
  String.iteri pp_byte bytes

let rec pp ppf = function
  | Uninitialized -> Format.pp_print_string ppf "-"
  | Integer n -> Format.fprintf ppf "0x%Lx" n
  | String text -> Format.fprintf ppf "\"%s\"" (String.escaped text)
  | Buffer bytes -> Format.fprintf ppf "{%a}" pp_bytes bytes
  | Package elements ->
      let pp_sep ppf () = Format.pp_print_string ppf ", " in
      Format.fprintf ppf "[%a]" (Format.pp_print_list ~pp_sep pp) elements
  | Reference path -> Path.pp ppf path
  | Unresolved name -> Format.fprintf ppf "?%s" name
