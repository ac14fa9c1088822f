type t = {
  space : Address_space.t;
  bit_width : int;
  bit_offset : int;
  access_size : int;
  address : int;
}

let size = 12

let read part ~field at =
  match Part.u64 part ~field (at + 4) with
  | Error error -> Error error
  | Ok 0 -> Ok None
  | Ok address ->
      let u8 n = Part.u8 part (at + n) in
      let space = Address_space.of_int (u8 0) in
      Ok (Some { space; bit_width = u8 1; bit_offset = u8 2; access_size = u8 3; address })

let read_if_present part ~field at =
  if Part.has part ~at ~size then read part ~field at else Ok None

let pp ppf t =
  Format.fprintf ppf "%a 0x%x/%d" Address_space.pp t.space t.address t.bit_width;
  if t.bit_offset > 0 then Format.fprintf ppf "+%d" t.bit_offset

let pp_option ppf = function
  | None -> Format.pp_print_string ppf "none"
  | Some t -> pp ppf t
