open Bigarray

type t = (char, int8_unsigned_elt, c_layout) Array1.t

(* SAFETY: the compiler's own code, checked against the Bigarray's bounds. *)
external get16_native : t -> int -> int = "%caml_bigstring_get16"
external get32_native : t -> int -> int32 = "%caml_bigstring_get32"
external set16_native : t -> int -> int -> unit = "%caml_bigstring_set16"
external set32_native : t -> int -> int32 -> unit = "%caml_bigstring_set32"
external swap16 : int -> int = "%bswap16"
external swap32 : int32 -> int32 = "%bswap_int32"

(* SAFETY: the callers below check the ranges; nothing is allocated, so nothing moves; what one call
   does is bounded by [piece]. *)
external copy_in : bytes -> int -> t -> int -> int -> unit = "octets_copy_in" [@@noalloc]
external copy_out : t -> int -> bytes -> int -> int -> unit = "octets_copy_out" [@@noalloc]
external move : t -> int -> t -> int -> int -> unit = "octets_move" [@@noalloc]
external sum_of : t -> int -> int -> int = "octets_sum" [@@noalloc]

let length (t : t) = Array1.dim t
let[@inline] get8 (t : t) i = Char.code (Array1.get t i)
let[@inline] set8 (t : t) i n = Array1.set t i (Char.unsafe_chr (n land 0xff))

let[@inline] get16 t i =
  let n = get16_native t i in
  if Sys.big_endian then n else swap16 n

let[@inline] set16 t i n = set16_native t i (if Sys.big_endian then n else swap16 (n land 0xffff))

let[@inline] get32 t i =
  let n = get32_native t i in
  Int32.to_int (if Sys.big_endian then n else swap32 n) land 0xffff_ffff

let[@inline] set32 t i n =
  let n = Int32.of_int n in
  set32_native t i (if Sys.big_endian then n else swap32 n)

let check what ~bytes at length =
  if at < 0 || length < 0 || at > bytes - length then invalid_arg ("Octets." ^ what)

(* A call of C is bounded; even, so that sums go on where they ended. *)
let piece = 65536

let fill (t : t) at length char =
  check "fill" ~bytes:(Array1.dim t) at length;
  for i = at to at + length - 1 do
    Array1.unsafe_set t i char
  done

let create bytes =
  let t = Array1.create char c_layout bytes in
  fill t 0 bytes '\000';
  t

let rec copy_in_all bytes from t at length =
  copy_in bytes from t at (min piece length);
  if length > piece then copy_in_all bytes (from + piece) t (at + piece) (length - piece)

let rec copy_out_all t at bytes into length =
  copy_out t at bytes into (min piece length);
  if length > piece then copy_out_all t (at + piece) bytes (into + piece) (length - piece)

let blit_of_bytes bytes from t at length =
  check "blit_of_bytes" ~bytes:(Bytes.length bytes) from length;
  check "blit_of_bytes" ~bytes:(Array1.dim t) at length;
  copy_in_all bytes from t at length

let blit_of_string string from t at length =
  blit_of_bytes (Bytes.unsafe_of_string string) from t at length

let blit_to_bytes t at bytes into length =
  check "blit_to_bytes" ~bytes:(Array1.dim t) at length;
  check "blit_to_bytes" ~bytes:(Bytes.length bytes) into length;
  copy_out_all t at bytes into length

(* Upwards or downwards, so that no piece is written over before it was read. *)
let blit source from t at length =
  check "blit" ~bytes:(Array1.dim source) from length;
  check "blit" ~bytes:(Array1.dim t) at length;
  let pieces = (length + piece - 1) / piece in
  for i = 0 to pieces - 1 do
    let offset = piece * if from < at then pieces - 1 - i else i in
    move source (from + offset) t (at + offset) (min piece (length - offset))
  done

let of_string string =
  let t = create (String.length string) in
  blit_of_string string 0 t 0 (String.length string);
  t

let to_string t ~at ~length =
  check "to_string" ~bytes:(Array1.dim t) at length;
  let bytes = Bytes.create length in
  copy_out_all t at bytes 0 length;
  Bytes.unsafe_to_string bytes

let equal_string (t : t) at string =
  let rec same i =
    i = String.length string
    || (Array1.unsafe_get t (at + i) = String.unsafe_get string i && same (i + 1))
  in
  check "equal_string" ~bytes:(Array1.dim t) at (String.length string);
  same 0

let rec sum_all t at length sum =
  let sum = sum + sum_of t at (min piece length) in
  if length > piece then sum_all t (at + piece) (length - piece) sum else sum

let rec folded sum = if sum > 0xffff then folded ((sum land 0xffff) + (sum lsr 16)) else sum

let sum t ~at ~length =
  check "sum" ~bytes:(Array1.dim t) at length;
  folded (sum_all t at length 0)
