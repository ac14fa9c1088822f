open Bigarray

type t = Octets.t

(* SAFETY: the compiler's own loads and stores, checked against the Bigarray's bounds. *)
external get16_ : t -> int -> int = "%caml_bigstring_get16"
external get32_ : t -> int -> int32 = "%caml_bigstring_get32"
external get64_ : t -> int -> int64 = "%caml_bigstring_get64"
external set16_ : t -> int -> int -> unit = "%caml_bigstring_set16"
external set32_ : t -> int -> int32 -> unit = "%caml_bigstring_set32"
external set64_ : t -> int -> int64 -> unit = "%caml_bigstring_set64"

let length = Octets.length

(* One call of C, however long. *)
let fill (t : t) at length char = Array1.fill (Array1.sub t at length) char

let create bytes : t =
  let t = Array1.create char c_layout bytes in
  Array1.fill t '\000';
  t

let get8 = Octets.get8
let set8 = Octets.set8
let[@inline] get16 (t : t) i = get16_ t i
let[@inline] get32 (t : t) i = Int32.to_int (get32_ t i) land 0xffff_ffff
let[@inline] get64 (t : t) i = get64_ t i
let[@inline] set16 (t : t) i v = set16_ t i v
let[@inline] set32 (t : t) i v = set32_ t i (Int32.of_int v)
let[@inline] set64 (t : t) i v = set64_ t i v
let sub (t : t) offset length : t = Array1.sub t offset length
let blit = Octets.blit

let copy t =
  let copy = Array1.create char c_layout (length t) in
  blit t 0 copy 0 (length t);
  copy

let to_string t at length = Octets.to_string t ~at ~length
let set_string t at s = Octets.blit_of_string s 0 t at (String.length s)
let of_string = Octets.of_string

let equal_string t at s =
  at >= 0 && at <= length t - String.length s && Octets.equal_string t at s

let is_zero t offset length =
  let rec bytes i = i = length || (get8 t (offset + i) = 0 && bytes (i + 1)) in
  let rec words i =
    if i + 8 > length then bytes i else get64 t (offset + i) = 0L && words (i + 8)
  in
  words 0
