open Bigarray

type memory = Machine.contents
type t = { mutable memory : memory; address : int; whole : bool; mutable pieces : t list }

(* SAFETY: checked against the Bigarray's bounds by the compiler's own code. *)
external get16_ : memory -> int -> int = "%caml_bigstring_get16"
external get32_ : memory -> int -> int32 = "%caml_bigstring_get32"
external get64_ : memory -> int -> int64 = "%caml_bigstring_get64"
external set16_ : memory -> int -> int -> unit = "%caml_bigstring_set16"
external set32_ : memory -> int -> int32 -> unit = "%caml_bigstring_set32"
external set64_ : memory -> int -> int64 -> unit = "%caml_bigstring_set64"

(* SAFETY: they touch no value. *)
external write_barrier : unit -> unit = "hal_dma_write_barrier" [@@noalloc]
external read_barrier : unit -> unit = "hal_dma_read_barrier" [@@noalloc]
external barrier : unit -> unit = "hal_dma_barrier" [@@noalloc]

(* SAFETY: the ranges are checked by the callers below; nothing moves as nothing is allocated, and
   what is copied at once is bounded by [piece]. *)
external copy_in : bytes -> int -> memory -> int -> int -> unit = "hal_dma_copy_in" [@@noalloc]
external copy_out : memory -> int -> bytes -> int -> int -> unit = "hal_dma_copy_out" [@@noalloc]
external move : memory -> int -> memory -> int -> int -> unit = "hal_dma_move" [@@noalloc]

let make ~address memory = { memory; address; whole = true; pieces = [] }
let is_whole t = t.whole
let empty = Array1.create char c_layout 0

let rec forget t =
  t.memory <- empty;
  List.iter forget t.pieces;
  t.pieces <- []

let address t = t.address
let length t = Array1.dim t.memory
let[@inline] get8 t i = Char.code (Array1.get t.memory i)
let[@inline] get16 t i = get16_ t.memory i
let[@inline] get32 t i = Int32.to_int (get32_ t.memory i) land 0xffff_ffff
let[@inline] get64 t i = Int64.to_int (get64_ t.memory i)
let[@inline] set8 t i v = Array1.set t.memory i (Char.unsafe_chr (v land 0xff))
let[@inline] set16 t i v = set16_ t.memory i v
let[@inline] set32 t i v = set32_ t.memory i (Int32.of_int v)
let[@inline] set64 t i v = set64_ t.memory i (Int64.of_int v)

let check what ~offset ~length ~within =
  if offset < 0 || length < 0 || offset > within - length then
    invalid_arg (Printf.sprintf "Dma.%s: %d bytes at %d of %d" what length offset within)

let sub t ~offset ~length:wanted =
  check "sub" ~offset ~length:wanted ~within:(length t);
  let memory = Array1.sub t.memory offset wanted in
  let piece = { memory; address = t.address + offset; whole = false; pieces = [] } in
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
