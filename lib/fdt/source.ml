let comma ppf () = Format.pp_print_string ppf ", "
let space ppf () = Format.pp_print_char ppf ' '
let escaped text = String.concat "\\\"" (String.split_on_char '"' text)
let backslashes text = String.concat "\\\\" (String.split_on_char '\\' text)
let pp_text ppf text = Format.fprintf ppf "\"%s\"" (escaped (backslashes text))

let pp_bytes ppf value =
  let pp_byte ppf c = Format.fprintf ppf "%02x" (Char.code c) in
  Format.fprintf ppf "[%a]" (Format.pp_print_seq ~pp_sep:space pp_byte) (String.to_seq value)

let pp_value ppf (property : Property.t) =
  match (Property.strings property, Property.cells property) with
  | Ok strings, _ when not (List.mem "" strings) ->
      Format.pp_print_list ~pp_sep:comma pp_text ppf strings
  | _, Ok cells -> Cells.pp ppf cells
  | _, Error _ -> pp_bytes ppf property.value

let pp_property ppf (property : Property.t) =
  if property.value = "" then Format.fprintf ppf "%s;" property.name
  else Format.fprintf ppf "%s = %a;" property.name pp_value property

let rec pp_node margin ppf node =
  let inner = margin ^ "\t" in
  let name = if Option.is_none (Node.parent node) then "/" else Node.name node in
  Format.fprintf ppf "%s%s {\n" margin name;
  List.iter (Format.fprintf ppf "%s%a\n" inner pp_property) (Node.properties node);
  List.iter (pp_node inner ppf) (Node.children node);
  Format.fprintf ppf "%s};\n" margin

let pp ppf t =
  let pp_reservation { Region.base; size } =
    Format.fprintf ppf "/memreserve/ 0x%x 0x%x;\n" base size
  in
  Format.fprintf ppf "/dts-v1/;\n";
  List.iter pp_reservation (Tree.blob t).reservations;
  pp_node "" ppf (Tree.root t)
