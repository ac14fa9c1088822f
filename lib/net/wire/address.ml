type t = string

let of_octets octets =
  match String.length octets with
  | 4 | 16 -> octets
  | _ -> invalid_arg "Address.of_octets"

let to_octets t = t
let v4 a b c d = String.init 4 (fun i -> Char.chr [| a; b; c; d |].(i))
let get4 memory at = Octets.to_string memory ~at ~length:4
let get6 memory at = Octets.to_string memory ~at ~length:16
let put t memory at = Octets.blit_of_string t 0 memory at (String.length t)
let is_v4 t = String.length t = 4
let is_v6 t = String.length t = 16
let equal = String.equal
let compare = String.compare

module Table = Hashtbl.Make (struct
  type t = string

  let equal = String.equal
  let hash = Hashtbl.hash
end)

(* ---- reading text ---- *)

let decimal word =
  let is_digit c = c >= '0' && c <= '9' in
  let length = String.length word in
  if length = 0 || length > 3 || not (String.for_all is_digit word) then None
  else if length > 1 && word.[0] = '0' then None
  else match int_of_string word with n when n < 256 -> Some n | _ -> None

let of_dotted text =
  match List.map decimal (String.split_on_char '.' text) with
  | [ Some a; Some b; Some c; Some d ] -> Some (v4 a b c d)
  | _ -> None

let group word =
  let is_hex = function '0' .. '9' | 'a' .. 'f' | 'A' .. 'F' -> true | _ -> false in
  let length = String.length word in
  if length = 0 || length > 4 || not (String.for_all is_hex word) then None
  else
    let n = int_of_string ("0x" ^ word) in
    Some (String.init 2 (fun i -> Char.chr ((n lsr (8 - (8 * i))) land 0xff)))

(* The groups of one side of [::]; the last of all may be a dotted address. *)
let groups ~last text =
  let rec go found = function
    | [] -> Some (String.concat "" (List.rev found))
    | [ word ] when last && String.contains word '.' ->
        Option.bind (of_dotted word) (fun octets -> go (octets :: found) [])
    | word :: rest -> Option.bind (group word) (fun octets -> go (octets :: found) rest)
  in
  if text = "" then Some "" else go [] (String.split_on_char ':' text)

let rec find_gap text i =
  if i + 1 >= String.length text then None
  else if text.[i] = ':' && text.[i + 1] = ':' then Some i
  else find_gap text (i + 1)

let filled before after =
  let missing = 16 - String.length before - String.length after in
  if missing < 2 then None else Some (before ^ String.make missing '\000' ^ after)

let of_colons text =
  match find_gap text 0 with
  | None -> (
      match groups ~last:true text with
      | Some octets when String.length octets = 16 -> Some octets
      | _ -> None)
  | Some gap -> (
      let after = String.sub text (gap + 2) (String.length text - gap - 2) in
      match (groups ~last:false (String.sub text 0 gap), groups ~last:true after) with
      | Some before, Some after -> filled before after
      | _ -> None)

let of_string text = if String.contains text ':' then of_colons text else of_dotted text

(* ---- writing text ---- *)

let byte t i = Char.code t.[i]

(* The longest run of two zero groups or more, the first of several. *)
let longest_gap words =
  let best = ref (0, 0) in
  let start = ref 0 in
  for i = 0 to 8 do
    if i = 8 || words.(i) <> 0 then begin
      if i - !start > snd !best then best := (!start, i - !start);
      start := i + 1
    end
  done;
  if snd !best < 2 then None else Some !best

let to_colons t =
  let words = Array.init 8 (fun i -> String.get_uint16_be t (2 * i)) in
  let part from until =
    String.concat ":" (List.init (until - from) (fun i -> Printf.sprintf "%x" words.(from + i)))
  in
  match longest_gap words with
  | None -> part 0 8
  | Some (start, length) -> part 0 start ^ "::" ^ part (start + length) 8

let is_mapped t = String.length t = 16 && String.sub t 0 12 = String.make 10 '\000' ^ "\xff\xff"

let dotted t from =
  Printf.sprintf "%d.%d.%d.%d" (byte t from) (byte t (from + 1)) (byte t (from + 2))
    (byte t (from + 3))

let to_string t =
  if is_v4 t then dotted t 0 else if is_mapped t then "::ffff:" ^ dotted t 12 else to_colons t

let pp ppf t = Format.pp_print_string ppf (to_string t)

(* ---- kinds ---- *)

let any4 = String.make 4 '\000'
let any6 = String.make 16 '\000'
let broadcast4 = String.make 4 '\xff'
let loopback4 = v4 127 0 0 1
let loopback6 = String.make 15 '\000' ^ "\001"
let all_nodes6 = "\xff\x02" ^ String.make 13 '\000' ^ "\001"
let all_routers6 = "\xff\x02" ^ String.make 13 '\000' ^ "\002"
let is_any t = t = any4 || t = any6
let is_loopback t = if is_v4 t then byte t 0 = 127 else t = loopback6
let is_multicast t = if is_v4 t then byte t 0 land 0xf0 = 0xe0 else byte t 0 = 0xff

let is_link_local t =
  if is_v4 t then byte t 0 = 169 && byte t 1 = 254 else byte t 0 = 0xfe && byte t 1 land 0xc0 = 0x80

let is_unicast t = not (is_any t || is_multicast t || t = broadcast4)

(* ---- derived ones ---- *)

let solicited_node t = "\xff\x02" ^ String.make 9 '\000' ^ "\001\xff" ^ String.sub t 13 3

let of_mac ~prefix mac =
  let first = String.make 1 (Char.chr (Char.code mac.[0] lxor 2)) in
  of_octets (prefix ^ first ^ String.sub mac 1 2 ^ "\xff\xfe" ^ String.sub mac 3 3)

let multicast_mac t =
  if is_v6 t then "\x33\x33" ^ String.sub t 12 4
  else
    let low = String.make 1 (Char.chr (byte t 1 land 0x7f)) in
    "\x01\x00\x5e" ^ low ^ String.sub t 2 2
