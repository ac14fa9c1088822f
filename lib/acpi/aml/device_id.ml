let of_eisa id =
  let u8 n = Int64.to_int (Int64.shift_right_logical id (8 * n)) land 0xff in
  let letters = (u8 0 lsl 8) lor u8 1 in
  let letter shift = Char.chr (0x40 + ((letters lsr shift) land 0x1f)) in
  Printf.sprintf "%c%c%c%02X%02X" (letter 10) (letter 5) (letter 0) (u8 2) (u8 3)

let of_value : Value.t -> string list = function
  | String id -> [ id ]
  | Integer id -> [ of_eisa id ]
  | Package ids ->
      let one : Value.t -> string option = function
        | String id -> Some id
        | Integer id -> Some (of_eisa id)
        | _ -> None
      in
      List.filter_map one ids
  | _ -> []

let host_bridges = [ "PNP0A03"; "PNP0A08" ]
