open Bigarray

type t = (char, int8_unsigned_elt, c_layout) Array1.t

(* SAFETY: the compiler's own loads and stores, checked against the Bigarray's bounds. *)
external get16_ : t -> int -> int = "%caml_bigstring_get16"
external get32_ : t -> int -> int32 = "%caml_bigstring_get32"
external get64_ : t -> int -> int64 = "%caml_bigstring_get64"
external set16_ : t -> int -> int -> unit = "%caml_bigstring_set16"
external set32_ : t -> int -> int32 -> unit = "%caml_bigstring_set32"
external set64_ : t -> int -> int64 -> unit = "%caml_bigstring_set64"

let length (t : t) = Array1.dim t

let create n : t =
  let t = Array1.create char c_layout n in
  Array1.fill t '\000';
  t

let[@inline] get8 (t : t) i = Char.code (Array1.get t i)
let[@inline] get16 (t : t) i = get16_ t i
let[@inline] get32 (t : t) i = Int32.to_int (get32_ t i) land 0xffff_ffff
let[@inline] get64 (t : t) i = get64_ t i
let[@inline] set8 (t : t) i v = Array1.set t i (Char.unsafe_chr (v land 0xff))
let[@inline] set16 (t : t) i v = set16_ t i v
let[@inline] set32 (t : t) i v = set32_ t i (Int32.of_int v)
let[@inline] set64 (t : t) i v = set64_ t i v
let sub (t : t) offset length : t = Array1.sub t offset length
let fill t offset length c = Array1.fill (sub t offset length) c
let blit from from_at into at length = Array1.blit (sub from from_at length) (sub into at length)

let copy t =
  let copy = Array1.create char c_layout (length t) in
  Array1.blit t copy;
  copy

(* Eight bytes at a time, then the rest. *)
let in_words length word byte =
  let words = length land lnot 7 in
  let rec go i = if i < words then (word i; go (i + 8)) in
  go 0;
  for i = words to length - 1 do
    byte i
  done

let to_string t offset length =
  let b = Bytes.create length and t = sub t offset length in
  in_words length
    (fun i -> Bytes.set_int64_le b i (get64 t i))
    (fun i -> Bytes.set b i (Array1.get t i));
  Bytes.unsafe_to_string b

let set_string t offset s =
  let length = String.length s in
  let t = sub t offset length in
  in_words length
    (fun i -> set64 t i (String.get_int64_le s i))
    (fun i -> Array1.set t i s.[i])

let of_string s =
  let t = Array1.create char c_layout (String.length s) in
  set_string t 0 s;
  t

let equal_string t offset s =
  let rec go i = i = String.length s || (Array1.get t (offset + i) = s.[i] && go (i + 1)) in
  offset >= 0 && offset <= length t - String.length s && go 0

let is_zero t offset length =
  let t = sub t offset length in
  let rec go i = i = length || (Array1.get t i = '\000' && go (i + 1)) in
  let rec words i = if i + 8 > length then go i else get64 t i = 0L && words (i + 8) in
  words 0
