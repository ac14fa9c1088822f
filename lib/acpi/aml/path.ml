type t = string list
type name = { from_root : bool; nr_parents : int; segments : string list }

let is_lead = function 'A' .. 'Z' | '_' -> true | _ -> false
let is_rest c = is_lead c || match c with '0' .. '9' -> true | _ -> false
let is_segment s = String.length s = 4 && is_lead s.[0] && String.for_all is_rest s

let pad segment =
  let length = String.length segment in
  if length > 0 && length < 4 then segment ^ String.make (4 - length) '_' else segment

let segments_of text =
  if text = "" then Some []
  else
    let segments = List.map pad (String.split_on_char '.' text) in
    if List.for_all is_segment segments then Some segments else None

let after n text = String.sub text n (String.length text - n)

let of_name text =
  if text <> "" && text.[0] = '\\' then
    let named segments = { from_root = true; nr_parents = 0; segments } in
    Option.map named (segments_of (after 1 text))
  else
    let rec count n = if n < String.length text && text.[n] = '^' then count (n + 1) else n in
    let nr_parents = count 0 in
    let named segments = { from_root = false; nr_parents; segments } in
    Option.map named (segments_of (after nr_parents text))

let of_string text =
  match of_name text with
  | Some { nr_parents = 0; segments; _ } -> Some segments
  | Some _ | None -> None

(* A segment of underscores alone keeps one. *)
let strip segment =
  let rec go n = if n > 1 && segment.[n - 1] = '_' then go (n - 1) else n in
  String.sub segment 0 (go (String.length segment))

let join segments = String.concat "." (List.map strip segments)
let to_string t = "\\" ^ join t
let pp ppf t = Format.pp_print_string ppf (to_string t)

let name_to_string name =
  let prefix = if name.from_root then "\\" else String.make (min name.nr_parents 255) '^' in
  prefix ^ join name.segments
