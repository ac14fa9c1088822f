type t = {
  uuid : string;
  size : int;
  generation : int;
  tree : Pointer.t;
  allocations : Pointer.t;
  releases : Pointer.t;
  key_slots : Key_slots.t;
  padding : string;
  hash : string;
  encrypted_hash : string;
}

let ring = 256
let signature = "RedoxFS\000"
let version = 8L
let key_slots_bytes = 64 * 48
let padding_bytes = 904
let hashed_bytes = 4072
let slot t = t.generation mod ring

(* Offsets: reference/redoxfs-v8, "Header". *)
let uuid_at = 16
let size_at = 32
let generation_at = 40
let tree_at = 48
let allocations_at = 64
let key_slots_at = 80
let releases_at = 3152
let padding_at = 3168
let encrypted_hash_at = 4072
let hash_at = 4088
let ( let* ) = Result.bind
let hash_of bytes = Seahash.buffer bytes ~offset:0 ~length:hashed_bytes

(* Of a file system without encryption the encrypted hash is this. *)
let plain_hash hash =
  let b = Bytes.make 16 '\000' in
  Bytes.set_int64_le b 0 hash;
  Bytes.to_string b

let check_form (block : Block.t) =
  let bytes = block.bytes in
  let* () =
    Block.check block (Buffer.equal_string bytes 0 signature) "signature" (Not "RedoxFS's")
  in
  let* () = Block.check block (Buffer.get64 bytes 8 = version) "version" (Not "8") in
  let stored = Buffer.get64 bytes hash_at and computed = hash_of bytes in
  Block.check block (stored = computed) "the header" (Wrong_hash { stored; computed })

let parse (block : Block.t) =
  let* () = check_form block in
  let bytes = block.bytes in
  let* size = Block.size block ~field:"size" size_at in
  let* generation = Block.size block ~field:"generation" generation_at in
  let* tree = Block.pointer block ~field:"tree" ~slot:(-1) tree_at in
  let* allocations = Block.pointer block ~field:"allocation list" ~slot:(-1) allocations_at in
  let* releases = Block.pointer block ~field:"release list" ~slot:(-1) releases_at in
  let text at length = Buffer.to_string bytes at length in
  let uuid = text uuid_at 16 and encrypted_hash = text encrypted_hash_at 16 in
  let key_slots = Key_slots.of_string (text key_slots_at key_slots_bytes) in
  let padding = text padding_at padding_bytes and hash = plain_hash (Buffer.get64 bytes hash_at) in
  Ok
    { uuid; size; generation; tree; allocations; releases; key_slots; padding; hash;
      encrypted_hash }

let is_encrypted t = t.encrypted_hash <> t.hash

let print ?(encrypt = fun ~generation:_ plain -> plain) t =
  let bytes = Block.fresh () in
  Buffer.set_string bytes 0 signature;
  Buffer.set64 bytes 8 version;
  Buffer.set_string bytes uuid_at t.uuid;
  Buffer.set64 bytes size_at (Int64.of_int t.size);
  Buffer.set64 bytes generation_at (Int64.of_int t.generation);
  Pointer.set bytes tree_at t.tree;
  Pointer.set bytes allocations_at t.allocations;
  Buffer.set_string bytes key_slots_at (Key_slots.to_string t.key_slots);
  Pointer.set bytes releases_at t.releases;
  Buffer.set_string bytes padding_at t.padding;
  let hash = hash_of bytes in
  Buffer.set64 bytes hash_at hash;
  let encrypted = encrypt ~generation:t.generation (plain_hash hash) in
  Buffer.set_string bytes encrypted_hash_at encrypted;
  bytes

let blank ~uuid ~size =
  if String.length uuid <> 16 then invalid_arg "Header.blank";
  {
    uuid;
    size;
    generation = 0;
    tree = Pointer.null;
    allocations = Pointer.null;
    releases = Pointer.null;
    key_slots = Key_slots.none;
    padding = String.make padding_bytes '\000';
    hash = "";
    encrypted_hash = "";
  }
