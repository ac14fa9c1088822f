open Bigarray

type buffer = (char, int8_unsigned_elt, c_layout) Array1.t
type t = buffer
type direction = Encrypt | Decrypt

(* SAFETY: the ranges are checked below, the keys' sizes are those that C says; the C code keeps
   within them, and touches nothing of OCaml's heap while the domain is left to others. *)
external key_bytes : unit -> int = "aes_xts_key_bytes" [@@noalloc]
external expand : t -> string -> string -> unit = "aes_xts_expand" [@@noalloc]

external sectors : t -> direction -> buffer -> int -> int -> int -> int -> unit
  = "aes_xts_sectors_byte" "aes_xts_sectors"

external block : direction -> string -> bytes -> unit = "aes_xts_block" [@@noalloc]
external code : unit -> string = "aes_xts_code"

let block_bytes = 16
let check condition what = if not condition then invalid_arg ("Aes_xts." ^ what)

let create ~data ~tweak =
  check (String.length data = block_bytes && String.length tweak = block_bytes) "create";
  let t = Array1.create char c_layout (key_bytes ()) in
  expand t data tweak;
  t

let apply what direction t ~sector_bytes ~first buffer ~offset ~length =
  check (sector_bytes > 0 && sector_bytes mod block_bytes = 0 && first >= 0) what;
  check (offset >= 0 && length >= 0 && offset <= Array1.dim buffer - length) what;
  check (length mod sector_bytes = 0) what;
  sectors t direction buffer offset (length / sector_bytes) sector_bytes first

let encrypt t = apply "encrypt" Encrypt t
let decrypt t = apply "decrypt" Decrypt t

let one what direction ~key text =
  check (String.length key = block_bytes && String.length text = block_bytes) what;
  let bytes = Bytes.of_string text in
  block direction key bytes;
  Bytes.unsafe_to_string bytes

let encrypt_block = one "encrypt_block" Encrypt
let decrypt_block = one "decrypt_block" Decrypt
