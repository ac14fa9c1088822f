type t = { table : string; bytes : string; mutable position : int; stop : int }

let create ~table bytes ~start ~stop = { table; bytes; position = start; stop }
let table t = t.table
let bytes t = t.bytes
let position t = t.position
let stop t = t.stop
let at_end t = t.position >= t.stop
let seek t position = t.position <- position

let take t size =
  let at = t.position in
  if size > t.stop - at then Error.fail (Truncated { wanted = size });
  t.position <- at + size;
  at

let u8 t = Char.code t.bytes.[take t 1]
let u16 t = String.get_uint16_le t.bytes (take t 2)
let u32 t = Int32.to_int (String.get_int32_le t.bytes (take t 4)) land 0xffff_ffff
let u64 t = String.get_int64_le t.bytes (take t 8)

let peek t =
  if at_end t then Error.fail (Truncated { wanted = 1 });
  Char.code t.bytes.[t.position]

let extended = 0x5b

let opcode t =
  let first = u8 t in
  if first = extended then (extended lsl 8) lor u8 t else first

let peek_opcode t =
  if at_end t then None
  else
    let at = t.position in
    let opcode = opcode t in
    t.position <- at;
    Some opcode

let package_length t =
  let first = u8 t in
  match first lsr 6 with
  | 0 -> first
  | nr_more ->
      let rec go n value =
        if n = nr_more then value else go (n + 1) (value lor (u8 t lsl (4 + (8 * n))))
      in
      go 0 (first land 0xf)

(* The length counts its own bytes. *)
let package t =
  let start = t.position in
  let length = package_length t in
  let stop = start + length in
  if stop < t.position || stop > t.stop then Error.fail (Bad_length length);
  let inner = { t with stop } in
  t.position <- stop;
  inner

let rest t =
  let length = t.stop - t.position in
  String.sub t.bytes (take t length) length

let string t =
  match String.index_from_opt t.bytes t.position '\000' with
  | Some nul when nul < t.stop ->
      let length = nul - t.position in
      let start = take t (length + 1) in
      String.sub t.bytes start length
  | Some _ | None -> Error.fail (Truncated { wanted = t.stop - t.position + 1 })

let segment t =
  let at = take t 4 in
  let segment = String.sub t.bytes at 4 in
  if not (Path.is_segment segment) then (
    t.position <- at;
    Error.fail Bad_name);
  segment

let rec segments t n found = if n = 0 then List.rev found else segments t (n - 1)
  (segment t :: found)
let null = 0x00
let dual = 0x2e
let multi = 0x2f
let root = Char.code '\\'
let parent = Char.code '^'

let name_path t =
  match peek t with
  | lead when lead = null ->
      t.position <- t.position + 1;
      []
  | lead when lead = dual ->
      t.position <- t.position + 1;
      segments t 2 []
  | lead when lead = multi ->
      t.position <- t.position + 1;
      segments t (u8 t) []
  | _ -> [ segment t ]

let name t : Path.name =
  if peek t = root then (
    t.position <- t.position + 1;
    { from_root = true; nr_parents = 0; segments = name_path t })
  else
    let rec parents n =
      if peek t = parent then (
        t.position <- t.position + 1;
        parents (n + 1))
      else n
    in
    let nr_parents = parents 0 in
    { from_root = false; nr_parents; segments = name_path t }

let starts_name byte =
  byte = root || byte = parent || byte = dual || byte = multi
  || (byte < 0x100 && Path.is_lead (Char.chr byte))
