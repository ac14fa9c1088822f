open Bigarray

type memory = Machine.contents
type 'kind ints = (int, 'kind, c_layout) Array1.t

(* The same memory in four widths: aligned accesses are the compiler's own loads and stores, checked
   against the Bigarray's bounds; riscv64 would make others of single bytes. *)
type t = {
  mutable memory : memory;
  mutable shorts : int16_unsigned_elt ints;
  mutable halves : (int32, int32_elt, c_layout) Array1.t;
  mutable words : int_elt ints;
  address : int;
  whole : bool;
  mutable pieces : t list;
}

(* SAFETY: checked against the Bigarray's bounds by the compiler's own code. *)
external get16_ : memory -> int -> int = "%caml_bigstring_get16"
external get32_ : memory -> int -> int32 = "%caml_bigstring_get32"
external get64_ : memory -> int -> int64 = "%caml_bigstring_get64"
external set16_ : memory -> int -> int -> unit = "%caml_bigstring_set16"
external set32_ : memory -> int -> int32 -> unit = "%caml_bigstring_set32"
external set64_ : memory -> int -> int64 -> unit = "%caml_bigstring_set64"

(* SAFETY: Bigarrays over the same bytes, as many whole elements as fit; they live as long as what
   they are views of, which [t] keeps. *)
external shorts_of : memory -> int16_unsigned_elt ints = "hal_dma_shorts"
external halves_of : memory -> (int32, int32_elt, c_layout) Array1.t = "hal_dma_halves"
external words_of : memory -> int_elt ints = "hal_dma_words"

(* SAFETY: they touch no value. *)
external write_barrier : unit -> unit = "hal_dma_write_barrier" [@@noalloc]
external read_barrier : unit -> unit = "hal_dma_read_barrier" [@@noalloc]
external barrier : unit -> unit = "hal_dma_barrier" [@@noalloc]

(* SAFETY: the ranges are checked by the callers below; nothing moves as nothing is allocated, and
   what is copied at once is bounded by [piece]. *)
external copy_in : bytes -> int -> memory -> int -> int -> unit = "hal_dma_copy_in" [@@noalloc]
external copy_out : memory -> int -> bytes -> int -> int -> unit = "hal_dma_copy_out" [@@noalloc]
external move : memory -> int -> memory -> int -> int -> unit = "hal_dma_move" [@@noalloc]

let view ~address ~whole memory =
  let shorts = shorts_of memory and halves = halves_of memory and words = words_of memory in
  { memory; shorts; halves; words; address; whole; pieces = [] }

let make ~address memory = view ~address ~whole:true memory
let is_whole t = t.whole
let nothing = make ~address:0 (Array1.create char c_layout 0)

let rec forget t =
  t.memory <- nothing.memory;
  t.shorts <- nothing.shorts;
  t.halves <- nothing.halves;
  t.words <- nothing.words;
  List.iter forget t.pieces;
  t.pieces <- []

let address t = t.address
let length t = Array1.dim t.memory
let[@inline] get8 t i = Char.code (Array1.get t.memory i)
let low32 n = n land 0xffff_ffff

let[@inline] get16 t i = if i land 1 = 0 then Array1.get t.shorts (i asr 1) else get16_ t.memory i

let[@inline] get32 t i =
  low32 (Int32.to_int (if i land 3 = 0 then Array1.get t.halves (i asr 2) else get32_ t.memory i))

let[@inline] get64 t i =
  if i land 7 = 0 then Array1.get t.words (i asr 3) else Int64.to_int (get64_ t.memory i)

let[@inline] set8 t i v = Array1.set t.memory i (Char.unsafe_chr (v land 0xff))

let[@inline] set16 t i v =
  if i land 1 = 0 then Array1.set t.shorts (i asr 1) v else set16_ t.memory i v

let[@inline] set32 t i v =
  let v = Int32.of_int v in
  if i land 3 = 0 then Array1.set t.halves (i asr 2) v else set32_ t.memory i v

let[@inline] set64 t i v =
  if i land 7 = 0 then Array1.set t.words (i asr 3) v else set64_ t.memory i (Int64.of_int v)

let check what ~offset ~length ~within =
  if offset < 0 || length < 0 || offset > within - length then
    invalid_arg (Printf.sprintf "Dma.%s: %d bytes at %d of %d" what length offset within)

let sub t ~offset ~length:wanted =
  check "sub" ~offset ~length:wanted ~within:(length t);
  let memory = Array1.sub t.memory offset wanted in
  let piece = view ~address:(t.address + offset) ~whole:false memory in
  t.pieces <- piece :: t.pieces;
  piece

let fill t ~offset ~length:wanted c =
  check "fill" ~offset ~length:wanted ~within:(length t);
  Array1.fill (Array1.sub t.memory offset wanted) c

(* C that is called from OCaml is bounded. *)
let piece = 65536

let rec in_pieces ~from ~upto step =
  if from < upto then begin
    step from (min piece (upto - from));
    in_pieces ~from:(from + piece) ~upto step
  end

let blit_of_bytes source from t at wanted =
  check "blit_of_bytes" ~offset:from ~length:wanted ~within:(Bytes.length source);
  check "blit_of_bytes" ~offset:at ~length:wanted ~within:(length t);
  in_pieces ~from:0 ~upto:wanted (fun i n -> copy_in source (from + i) t.memory (at + i) n)

let blit_to_bytes t from destination at wanted =
  check "blit_to_bytes" ~offset:from ~length:wanted ~within:(length t);
  check "blit_to_bytes" ~offset:at ~length:wanted ~within:(Bytes.length destination);
  in_pieces ~from:0 ~upto:wanted (fun i n -> copy_out t.memory (from + i) destination (at + i) n)

let blit source from t at wanted =
  check "blit" ~offset:from ~length:wanted ~within:(length source);
  check "blit" ~offset:at ~length:wanted ~within:(length t);
  if wanted <= piece then move source.memory from t.memory at wanted
  else Array1.blit (Array1.sub source.memory from wanted) (Array1.sub t.memory at wanted)

let to_string t ~offset ~length =
  let bytes = Bytes.create length in
  blit_to_bytes t offset bytes 0 length;
  Bytes.unsafe_to_string bytes
