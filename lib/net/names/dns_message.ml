type kind = A | Aaaa
type data = Address of Address.t | Alias of Dns_name.t | Authority of int
type record = { name : Dns_name.t; lives : int; data : data }

type answer = {
  id : int;
  question : (Dns_name.t * kind) option;
  code : int;
  is_cut : bool;
  records : record list;
}

let layer = "DNS"
let header_bytes = 12
let most_records = 64
let ( let* ) = Result.bind
let number_of_kind = function A -> 1 | Aaaa -> 28
let word n = Printf.sprintf "%c%c" (Char.chr (n lsr 8)) (Char.chr (n land 255))
let words list = String.concat "" (List.map word list)

let query ~id name kind =
  words [ id; 0x0100; 1; 0; 0; 0 ] ^ Dns_name.write name ^ words [ number_of_kind kind; 1 ]

(* ---- reading ---- *)

let room ~length ~offset wanted =
  if offset + wanted <= length then Ok ()
  else Error.truncated layer ~offset ~wanted ~left:(Int.max 0 (length - offset))

let rec questions memory ~at ~length ~offset ~left found =
  if left = 0 then Ok (found, offset)
  else
    let* name, offset = Dns_name.read memory ~at ~length ~offset in
    let* () = room ~length ~offset 4 in
    let kind = Octets.get16 memory (at + offset) in
    let class_ = Octets.get16 memory (at + offset + 2) in
    let one =
      match (kind, class_) with
      | 1, 1 -> Some (name, A)
      | 28, 1 -> Some (name, Aaaa)
      | _ -> None
    in
    questions memory ~at ~length ~offset:(offset + 4) ~left:(left - 1) one

(* The last number of SOA, behind its two names (RFC 2308 4). *)
let authority memory ~at ~length ~offset ~lives =
  let* _, offset = Dns_name.read memory ~at ~length ~offset in
  let* _, offset = Dns_name.read memory ~at ~length ~offset in
  let* () = room ~length ~offset 20 in
  Ok (Some (Authority (Int.min lives (Octets.get32 memory (at + offset + 16)))))

let data memory ~at ~length ~offset ~kind ~size ~lives =
  match (kind, size) with
  | 1, 4 -> Ok (Some (Address (Address.get4 memory (at + offset))))
  | 28, 16 -> Ok (Some (Address (Address.get6 memory (at + offset))))
  | 5, _ ->
      let* name, _ = Dns_name.read memory ~at ~length ~offset in
      Ok (Some (Alias name))
  | 6, _ -> authority memory ~at ~length ~offset ~lives
  | _ -> Ok None

(* Numbers of 2{^31} seconds and more count as 0 (RFC 2181 8). *)
let lifetime seconds = if seconds >= 0x8000_0000 then 0 else seconds

let record memory ~at ~length ~offset =
  let* name, offset = Dns_name.read memory ~at ~length ~offset in
  let* () = room ~length ~offset 10 in
  let get16 i = Octets.get16 memory (at + offset + i) in
  let kind = get16 0 and class_ = get16 2 and size = get16 8 in
  let lives = lifetime (Octets.get32 memory (at + offset + 4)) in
  let start = offset + 10 in
  let* () = room ~length ~offset:start size in
  let* data =
    if class_ = 1 then data memory ~at ~length ~offset:start ~kind ~size ~lives else Ok None
  in
  Ok (Option.map (fun data -> { name; lives; data }) data, start + size)

let rec records memory ~at ~length ~offset ~left found =
  if left = 0 then Ok (List.rev found)
  else if List.length found >= most_records then Error.too_many layer ~offset "records" most_records
  else
    let* one, offset = record memory ~at ~length ~offset in
    let found = match one with Some r -> r :: found | None -> found in
    records memory ~at ~length ~offset ~left:(left - 1) found

(* A message that was cut may end anywhere. *)
let records_of memory ~at ~length ~offset ~left ~is_cut =
  match records memory ~at ~length ~offset ~left [] with
  | Error _ when is_cut -> Ok []
  | found -> found

let read memory ~at ~length =
  let* () = room ~length ~offset:0 header_bytes in
  let get16 i = Octets.get16 memory (at + i) in
  let flags = get16 2 in
  if flags land 0x8000 = 0 then Error.bad_value layer ~offset:2 "flags field" flags
  else if get16 4 > 1 then Error.bad_value layer ~offset:4 "number of questions" (get16 4)
  else
    let* question, offset =
      questions memory ~at ~length ~offset:header_bytes ~left:(get16 4) None
    in
    let is_cut = flags land 0x0200 <> 0 in
    let* records = records_of memory ~at ~length ~offset ~left:(get16 6 + get16 8) ~is_cut in
    Ok { id = get16 0; question; code = flags land 15; is_cut; records }
