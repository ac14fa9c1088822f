type buffer = (char, Bigarray.int8_unsigned_elt, Bigarray.c_layout) Bigarray.Array1.t

(* SAFETY: they read ranges that [buffer] has checked, of memory that its Bigarray keeps, or a whole
   string; nothing is written, and what takes long leaves the domain to others. *)
external string : string -> (int64[@unboxed])
  = "seahash_of_string_boxed" "seahash_of_string"
  [@@noalloc]

external of_buffer : buffer -> (int[@untagged]) -> (int[@untagged]) -> (int64[@unboxed])
  = "seahash_of_buffer_boxed" "seahash_of_buffer"
  [@@noalloc]

external of_large : buffer -> (int[@untagged]) -> (int[@untagged]) -> (int64[@unboxed])
  = "seahash_of_large_boxed" "seahash_of_large"

let at_once = 65536

let buffer bytes ~offset ~length =
  if offset < 0 || length < 0 || offset > Bigarray.Array1.dim bytes - length then
    invalid_arg "Seahash.buffer";
  if length <= at_once then of_buffer bytes offset length else of_large bytes offset length
