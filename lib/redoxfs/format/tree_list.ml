let slots = 254
let flags_at = slots * Pointer.bytes
let levels = 4
let ids_of_level level = 1 lsl (8 * level)
let slot_of_id ~level id = (id lsr (8 * level)) land 255
let is_id id = id > 0 && List.for_all (fun level -> slot_of_id ~level id < slots) [ 0; 1; 2; 3 ]
let pointer block slot = Block.pointer block ~field:"branch" ~slot (slot * Pointer.bytes)
let set_pointer bytes slot pointer = Pointer.set bytes (slot * Pointer.bytes) pointer
let is_full bytes slot = Buffer.get8 bytes (flags_at + (slot lsr 3)) land (1 lsl (slot land 7)) <> 0

let set_full bytes slot full =
  let at = flags_at + (slot lsr 3) and bit = 1 lsl (slot land 7) in
  let byte = Buffer.get8 bytes at in
  Buffer.set8 bytes at (if full then byte lor bit else byte land lnot bit)

let all_full bytes =
  let word i = Buffer.get64 bytes (flags_at + (8 * i)) in
  word 0 = -1L && word 1 = -1L && word 2 = -1L && word 3 = 0x3fff_ffff_ffff_ffffL

let all_null bytes =
  let rec go slot = slot = slots || (Pointer.is_null_at bytes (slot * Pointer.bytes)
    && go (slot + 1)) in
  go 0

let first_free bytes ~from =
  let rec go slot =
    if slot >= slots then None else if is_full bytes slot then go (slot + 1) else Some slot
  in
  go from
