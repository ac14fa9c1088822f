type window = { base : int; segment : int; first_bus : int; last_bus : int }
type t = window list

let ( let* ) = Result.bind
let first = 44
let size = 16

let window part n =
  let at = first + (n * size) in
  let* base = Part.u64 part ~field:"Base Address" at in
  let first_bus = Part.u8 part (at + 10) and last_bus = Part.u8 part (at + 11) in
  if last_bus < first_bus then
    Part.fail part ~at:(at + 11)
      (Bad_value { field = "End Bus Number"; value = Int64.of_int last_bus })
  else Ok { base; segment = Part.u16 part (at + 8); first_bus; last_bus }

let of_table table =
  let part = Table.part table in
  let* () = Table.expect table "MCFG" in
  let* () = Part.require part first in
  Part.map (window part) (List.init ((part.length - first) / size) Fun.id)

let pp_window ppf w =
  Format.fprintf ppf "segment %d buses %d to %d at 0x%x" w.segment w.first_bus w.last_bus w.base

let pp ppf t =
  let pp_sep ppf () = Format.pp_print_string ppf ", " in
  Format.fprintf ppf "MCFG %a" (Format.pp_print_list ~pp_sep pp_window) t
