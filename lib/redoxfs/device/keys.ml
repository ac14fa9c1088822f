type t = { data : string; tweak : string; xts : Aes_xts.t }
type random = int -> string

let key_bytes = 16
let create ~data ~tweak = { data; tweak; xts = Aes_xts.create ~data ~tweak }
let fresh random = create ~data:(random key_bytes) ~tweak:(random key_bytes)

(* The header's hash is one block, in a sector that has the generation's number. *)
let over_hash apply t ~generation text =
  let bytes = Buffer.of_string text in
  let length = Buffer.length bytes in
  apply t.xts ~sector_bytes:length ~first:generation bytes ~offset:0 ~length;
  Buffer.to_string bytes 0 length

let over_blocks apply t ~index bytes =
  let length = Buffer.length bytes in
  apply t.xts ~sector_bytes:Address.block_bytes ~first:index bytes ~offset:0 ~length

let cipher t =
  { Cipher.encrypt = over_blocks Aes_xts.encrypt t;
    decrypt = over_blocks Aes_xts.decrypt t;
    encrypt_hash = over_hash Aes_xts.encrypt t }

let opens t (header : Header.t) =
  let hash = over_hash Aes_xts.decrypt t ~generation:header.generation header.encrypted_hash in
  String.equal hash header.hash

(* What the original's library has by default: argon2, 0.4.1. *)
let cost = { Argon2.kibibytes = 4096; passes = 3; lanes = 1 }
let key_of password salt = Argon2.id cost ~password ~salt ~length:key_bytes

let wrap t random ~password =
  let salt = random key_bytes in
  let key = key_of password salt in
  let wrapped = Aes_xts.encrypt_block ~key in
  { Key_slots.salt; data = wrapped t.data; tweak = wrapped t.tweak }

let unwrap { Key_slots.salt; data; tweak } ~password =
  let unwrapped = Aes_xts.decrypt_block ~key:(key_of password salt) in
  create ~data:(unwrapped data) ~tweak:(unwrapped tweak)
