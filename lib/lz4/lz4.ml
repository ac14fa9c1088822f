open Bigarray

type buffer = (char, int8_unsigned_elt, c_layout) Array1.t
type table = (int32, int32_elt, c_layout) Array1.t

(* SAFETY: the ranges are checked below; the C code keeps within them, whatever the bytes are, and
   touches nothing of OCaml's heap while the domain is left to others. *)
external compress_ : buffer -> int -> int -> buffer -> int -> int -> table -> int
  = "lz4_compress_byte" "lz4_compress_stub"

external decompress_ : buffer -> int -> int -> buffer -> int -> int -> int
  = "lz4_decompress_byte" "lz4_decompress_stub"

type slice = { buffer : buffer; offset : int; length : int }

let check what { buffer; offset; length } =
  if offset < 0 || length < 0 || offset > Array1.dim buffer - length then invalid_arg what

let table () = Array1.create int32 c_layout 4096

let compress ~table from into =
  check "Lz4.compress" from;
  check "Lz4.compress" into;
  match compress_ from.buffer from.offset from.length into.buffer into.offset into.length table with
  | 0 -> None
  | length -> Some length

let decompress from into =
  check "Lz4.decompress" from;
  check "Lz4.decompress" into;
  match decompress_ from.buffer from.offset from.length into.buffer into.offset into.length with
  | -1 -> None
  | length -> Some length
