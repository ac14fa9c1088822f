type t = { bytes : Bytes.t; mutable first : int; mutable length : int }

let create size = { bytes = Bytes.create size; first = 0; length = 0 }
let length t = t.length
let room t = Bytes.length t.bytes - t.length

let clear t =
  t.first <- 0;
  t.length <- 0

(* Calls with the pieces of so many bytes from [at] on: one, or two where the ring ends. *)
let pieces t at length call =
  let size = Bytes.length t.bytes in
  let at = at mod size in
  let here = Int.min length (size - at) in
  call at 0 here;
  if here < length then call 0 here (length - here)

let add t text =
  let length = String.length text in
  if length > room t then invalid_arg "Byte_queue.add";
  pieces t (t.first + t.length) length (fun at from n -> Bytes.blit_string text from t.bytes at n);
  t.length <- t.length + length

let take t ~most =
  let length = Int.max 0 (Int.min most t.length) in
  let taken = Bytes.create length in
  pieces t t.first length (fun at from n -> Bytes.blit t.bytes at taken from n);
  t.first <- (t.first + length) mod Bytes.length t.bytes;
  t.length <- t.length - length;
  Bytes.unsafe_to_string taken
