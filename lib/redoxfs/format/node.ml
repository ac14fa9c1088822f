type kind = File | Directory | Symlink | Socket
type time = { seconds : int; nanoseconds : int }

type t = {
  kind : kind;
  permissions : int;
  uid : int;
  gid : int;
  links : int;
  size : int;
  blocks : int;
  created : time;
  modified : time;
  accessed : time;
  record_level : int;
  inline : bool;
}

let ( let* ) = Result.bind
let inline_bytes = 3968
let data_at = 128
let inline_flag = 1

let kind_of_mode = function
  | 0x8000 -> Some File
  | 0x4000 -> Some Directory
  | 0xa000 -> Some Symlink
  | 0xc000 -> Some Socket
  | _ -> None

let mode_of_kind = function
  | File -> 0x8000
  | Directory -> 0x4000
  | Symlink -> 0xa000
  | Socket -> 0xc000

let mode t = mode_of_kind t.kind lor t.permissions

let time_at block ~field offset =
  let* seconds = Block.size block ~field offset in
  Ok { seconds; nanoseconds = Buffer.get32 block.Block.bytes (offset + 8) }

let parse (block : Block.t) =
  let bytes = block.bytes in
  let mode = Buffer.get16 bytes 0 in
  let* kind =
    match kind_of_mode (mode land 0xf000) with
    | Some kind -> Ok kind
    | None -> Block.fail block "mode" (Value mode)
  in
  let* size = Block.size block ~field:"size" 14 in
  let* blocks = Block.size block ~field:"blocks" 22 in
  let* created = time_at block ~field:"creation time" 30 in
  let* modified = time_at block ~field:"modification time" 42 in
  let* accessed = time_at block ~field:"access time" 54 in
  let record_level = Buffer.get32 bytes 66 and flags = Buffer.get32 bytes 70 in
  let* () =
    Block.check block (record_level <= Address.level_max) "record level" (Value record_level)
  in
  let* () = Block.check block (flags land lnot inline_flag = 0) "flags" (Value flags) in
  let inline = flags = inline_flag in
  let* () = Block.check block (not (inline && kind = Directory)) "flags" (Value flags) in
  let uid = Buffer.get32 bytes 2 and gid = Buffer.get32 bytes 6 in
  let links = Buffer.get32 bytes 10 and permissions = mode land 0xfff in
  Ok { kind; permissions; uid; gid; links; size; blocks; created; modified; accessed; record_level;
    inline }

let set_time bytes offset { seconds; nanoseconds } =
  Buffer.set64 bytes offset (Int64.of_int seconds);
  Buffer.set32 bytes (offset + 8) nanoseconds

let print t bytes =
  Buffer.set16 bytes 0 (mode t);
  Buffer.set32 bytes 2 t.uid;
  Buffer.set32 bytes 6 t.gid;
  Buffer.set32 bytes 10 t.links;
  Buffer.set64 bytes 14 (Int64.of_int t.size);
  Buffer.set64 bytes 22 (Int64.of_int t.blocks);
  set_time bytes 30 t.created;
  set_time bytes 42 t.modified;
  set_time bytes 54 t.accessed;
  Buffer.set32 bytes 66 t.record_level;
  Buffer.set32 bytes 70 (if t.inline then inline_flag else 0)

(* ---- pointers ---- *)

let slots = [| 128; 64; 32; 16; 8 |]
let nr_slots = Array.fold_left ( + ) 0 slots
let slot_offset slot = data_at + (slot * Pointer.bytes)
let slots_of_height height = slots.(height)
let records_of_height height = 1 lsl (8 * height)

let height_of_slot slot =
  let rec go height first =
    if slot < first + slots.(height) then height else go (height + 1) (first + slots.(height))
  in
  go 0 0

let first_of_slot slot =
  let rec go height first_slot first =
    let each = records_of_height height in
    if slot < first_slot + slots.(height) then first + ((slot - first_slot) * each)
    else go (height + 1) (first_slot + slots.(height)) (first + (slots.(height) * each))
  in
  go 0 0 0

let slot_of_record record =
  let rec go height slot first =
    if height = Array.length slots then None
    else
      let each = records_of_height height in
      let next = first + (slots.(height) * each) in
      if record < next then
        Some (slot + ((record - first) / each), height, first + ((record - first) / each * each))
      else go (height + 1) (slot + slots.(height)) next
  in
  if record < 0 then None else go 0 0 0

let records_max =
  let each = Array.mapi (fun height n -> n * records_of_height height) slots in
  Array.fold_left ( + ) 0 each

let size_max ~record_level = records_max * Address.bytes_of_level record_level
let pointer block slot = Block.pointer block ~field:"pointer" ~slot (slot_offset slot)

(* ---- the hashed tree's mark ---- *)

let marker_bits depth = Int64.logor 0xffff_ffff_ffff_fff0L (Int64.of_int depth)

let hashed_tree (block : Block.t) =
  let bits = Buffer.get64 block.bytes data_at and hash = Buffer.get64 block.bytes (data_at + 8) in
  if Int64.logor bits 15L <> -1L || hash <> -1L then
    let* () = Block.check block (Pointer.is_null_at block.bytes data_at) "pointer 0"
      (Not "a marker") in
    Ok None
  else
    let* root = pointer block 1 in
    let* () = Block.check block (not (Pointer.is_null root)) "pointer 1"
      (Not "a directory's root") in
    Ok (Some (Int64.to_int bits land 15, root))

let set_hashed_tree bytes = function
  | None ->
      Pointer.set bytes data_at Pointer.null;
      Pointer.set bytes (slot_offset 1) Pointer.null
  | Some (depth, root) ->
      Buffer.set64 bytes data_at (marker_bits depth);
      Buffer.set64 bytes (data_at + 8) (-1L);
      Pointer.set bytes (slot_offset 1) root
