type t = { size : int; boot_cpu : int; reservations : Region.t list; root : Node.t }

(* What the header's field at offset [field] places at [start]. *)
type block = { what : string; field : int; start : int; size : int }

let ( let* ) = Result.bind
let magic = 0xd00dfeed
let version = 17
let header = { what = "the header"; field = 0; start = 0; size = 40 }

let within ~total { what; field; start; size } =
  let left = total - start in
  if left < 0 then
    Error.fail ~offset:field (Bad_value { what = "the start of " ^ what; value = start })
  else if size > left then Error.fail ~offset:field (Truncated { what; wanted = size; left })
  else Ok ()

let aligned alignment { what; field; start; _ } =
  if start mod alignment <> 0 then Error.fail ~offset:field (Misaligned { what; alignment })
  else Ok ()

(* Each block shares no byte with those behind it in the list. *)
let rec apart = function
  | [] -> Ok ()
  | block :: others -> (
      let* () = apart others in
      let overlaps other =
        block.start < other.start + other.size && other.start < block.start + block.size
      in
      match List.find_opt overlaps others with
      | None -> Ok ()
      | Some { what = other; _ } ->
          Error.fail ~offset:block.field (Overlap { what = block.what; other }))

let check_header contents =
  let length = Contents.length contents in
  let* () = within ~total:length header in
  let u32 = Contents.u32 contents in
  if u32 0 <> magic then Error.fail ~offset:0 (Bad_magic (u32 0))
  else if u32 20 < version || u32 24 > version then
    Error.fail ~offset:20 (Unsupported_version { version = u32 20; compatible = u32 24 })
  else
    let* () = within ~total:length { header with what = "the blob"; field = 4; size = u32 4 } in
    within ~total:(u32 4) header

let u64 contents offset =
  let* cells =
    Cells.make ~what:"a memory reservation" ~offset (Contents.string contents offset 8)
  in
  Cells.number cells

(* The list ends with a pair of zeroes. *)
let rec reservations contents ~total block found =
  let offset = block.start + block.size in
  let block = { block with size = block.size + 16 } in
  let* () = within ~total block in
  let* base = u64 contents offset in
  let* size = u64 contents (offset + 8) in
  if base = 0 && size = 0 then Ok (List.rev found, block)
  else
    let* region = Region.make ~what:"a memory reservation" ~offset ~base ~size in
    reservations contents ~total block (region :: found)

let read contents =
  let* () = check_header contents in
  let u32 = Contents.u32 contents in
  let total = u32 4 in
  let block what ~field ~size = { what; field; start = u32 field; size } in
  let structure = block "the structure" ~field:8 ~size:(u32 36) in
  let strings = block "the strings" ~field:12 ~size:(u32 32) in
  let reserved = block "the reservations" ~field:16 ~size:0 in
  let* () = aligned 4 structure in
  let* () = aligned 8 reserved in
  let* _ = Error.all (within ~total) [ structure; strings ] in
  let* reservations, reserved = reservations contents ~total reserved [] in
  let* () = apart [ reserved; strings; structure; header ] in
  let part { start; size; _ } = { Structure.start; size } in
  let* root = Structure.root contents ~structure:(part structure) ~strings:(part strings) in
  Ok { size = total; boot_cpu = u32 28; reservations; root }
