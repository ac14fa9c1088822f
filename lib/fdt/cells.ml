(* Of [bytes], which start at [offset] of the blob, those from [first] on. *)
type t = { what : string; bytes : string; offset : int; first : int; length : int }

let make ~what ~offset bytes =
  let size = String.length bytes in
  if size mod 4 <> 0 then Error.fail ~offset (Bad_size { what; size; wanted = 4 })
  else Ok { what; bytes; offset; first = 0; length = size / 4 }

let of_list ~what ~offset list =
  let buffer = Buffer.create 16 in
  List.iter (fun cell -> Buffer.add_int32_be buffer (Int32.of_int cell)) list;
  { what; bytes = Buffer.contents buffer; offset; first = 0; length = List.length list }

let length t = t.length
let offset t = t.offset + (4 * t.first)

let get t i =
  if i < 0 || i >= t.length then invalid_arg "Cells.get";
  Int32.to_int (String.get_int32_be t.bytes (4 * (t.first + i))) land 0xffff_ffff

let to_list t = List.init t.length (get t)
let sub t first length = { t with first = t.first + first; length }

let split t n =
  if n > t.length then
    Error.fail ~offset:(offset t)
      (Truncated { what = t.what; wanted = 4 * n; left = 4 * t.length })
  else Ok (sub t 0 n, sub t n (t.length - n))

let groups t n =
  if n < 1 || t.length mod n <> 0 then
    Error.fail ~offset:(offset t) (Bad_size { what = t.what; size = 4 * t.length; wanted = 4 * n })
  else Ok (List.init (t.length / n) (fun i -> sub t (i * n) n))

let number t =
  let rec go number i =
    if i = t.length then Ok number
    else if number >= 1 lsl 30 then Error.fail ~offset:(offset t) (Too_large t.what)
    else go ((number lsl 32) lor get t i) (i + 1)
  in
  go 0 0

let bytes t = String.sub t.bytes (4 * t.first) (4 * t.length)

let masked t ~mask =
  let bytes = bytes t and mask = bytes mask in
  String.init
    (min (String.length bytes) (String.length mask))
    (fun i -> Char.chr (Char.code bytes.[i] land Char.code mask.[i]))

let append a b =
  { a with bytes = bytes a ^ bytes b; offset = offset a; first = 0; length = a.length + b.length }

let pp ppf t =
  let pp_cell ppf cell = Format.fprintf ppf "0x%x" cell in
  let pp_sep ppf () = Format.fprintf ppf " " in
  Format.fprintf ppf "<%a>" (Format.pp_print_list ~pp_sep pp_cell) (to_list t)
