type entry = {
  name : string;
  time : Node.time;
  generation : int;
  tree : Pointer.t;
  releases : Pointer.t;
  free : Pointer.t;
  dead : Pointer.t;
  damaged : bool;
  going : bool;
}

type t = { previous : Pointer.t; entries : entry list }

let slots = 15
let entry_bytes = 256
let name_max = 160
let damaged_flag = 1
let going_flag = 2
let ( let* ) = Result.bind

let name (block : Block.t) at =
  let length = Buffer.get8 block.bytes (at + 95) in
  let* () = Block.check block (length <= name_max) "a snapshot's name's length" (Value length) in
  let name = Buffer.to_string block.bytes (at + 96) length in
  let* () = Block.check block (Name.is_valid name) "a snapshot's name" (Not "a name") in
  Ok name

let entry (block : Block.t) slot =
  let at = (slot + 1) * entry_bytes in
  let pointer field offset = Block.pointer block ~field ~slot (at + offset) in
  let* name = name block at in
  let* tree = pointer "tree" 0 in
  let* releases = pointer "release list" 16 in
  let* free = pointer "free list" 32 in
  let* dead = pointer "dead list" 48 in
  let* generation = Block.size block ~field:"generation" (at + 64) in
  let* seconds = Block.size block ~field:"time" (at + 72) in
  let nanoseconds = Buffer.get32 block.bytes (at + 80) in
  let flags = Buffer.get32 block.bytes (at + 84) in
  let* () = Block.check block (flags land lnot 3 = 0) "flags" (Value flags) in
  let damaged = flags land damaged_flag <> 0 and going = flags land going_flag <> 0 in
  let time = { Node.seconds; nanoseconds } in
  Ok { name; time; generation; tree; releases; free; dead; damaged; going }

let parse (block : Block.t) =
  let* previous = Block.pointer block ~field:"previous" ~slot:(-1) 0 in
  let count = Buffer.get32 block.bytes 16 in
  let* () = Block.check block (count <= slots) "number of snapshots" (Value count) in
  let rec go slot entries =
    if slot < 0 then Ok { previous; entries }
    else
      let* entry = entry block slot in
      go (slot - 1) (entry :: entries)
  in
  go (count - 1) []

let set bytes slot entry =
  let at = (slot + 1) * entry_bytes and flag bit on = if on then bit else 0 in
  if String.length entry.name > name_max then invalid_arg "Snapshot_table.print";
  Pointer.set bytes at entry.tree;
  Pointer.set bytes (at + 16) entry.releases;
  Pointer.set bytes (at + 32) entry.free;
  Pointer.set bytes (at + 48) entry.dead;
  Buffer.set64 bytes (at + 64) (Int64.of_int entry.generation);
  Buffer.set64 bytes (at + 72) (Int64.of_int entry.time.seconds);
  Buffer.set32 bytes (at + 80) entry.time.nanoseconds;
  Buffer.set32 bytes (at + 84) (flag damaged_flag entry.damaged lor flag going_flag entry.going);
  Buffer.set8 bytes (at + 95) (String.length entry.name);
  Buffer.set_string bytes (at + 96) entry.name

let print { previous; entries } =
  let bytes = Block.fresh () in
  if List.length entries > slots then invalid_arg "Snapshot_table.print";
  Pointer.set bytes 0 previous;
  Buffer.set32 bytes 16 (List.length entries);
  List.iteri (set bytes) entries;
  bytes
