open Bigarray

type cost = { kibibytes : int; passes : int; lanes : int }
type buffer = (char, int8_unsigned_elt, c_layout) Array1.t
type numbers = (int32, int32_elt, c_layout) Array1.t

(* SAFETY: the buffers have the sizes that the numbers say, which are within RFC 9106's bounds; the
   C code touches nothing of OCaml's heap while the domain is left to others. *)
external fill : buffer -> numbers -> buffer -> buffer -> unit = "argon2_fill_stub"

let buffer bytes : buffer = Array1.create char c_layout bytes

let put buffer at text = String.iteri (fun i c -> buffer.{at + i} <- c) text

(* One behind the other, to be copied out of OCaml's heap. *)
let joined parts =
  let buffer = buffer (List.fold_left (fun n part -> n + String.length part) 0 parts) in
  let add at part = put buffer at part; at + String.length part in
  ignore (List.fold_left add 0 parts);
  buffer

let limit = 1 lsl 31

let check { kibibytes; passes; lanes } ~length inputs =
  let fits n = n < limit in
  let valid =
    lanes >= 1 && lanes < 1 lsl 24
    && kibibytes >= 8 * lanes && fits kibibytes
    && passes >= 1 && fits passes
    && length >= 4 && fits length
    && List.for_all (fun text -> fits (String.length text)) inputs
  in
  if not valid then invalid_arg "Argon2.id"

let id ?(secret = "") ?(associated = "") cost ~password ~salt ~length =
  let parts = [ password; salt; secret; associated ] in
  check cost ~length parts;
  let numbers = List.map String.length parts @ [ cost.kibibytes; cost.passes; cost.lanes ] in
  let numbers = Array1.of_array int32 c_layout (Array.of_list (List.map Int32.of_int numbers)) in
  let inputs = joined parts and key = buffer length in
  fill inputs numbers (buffer (cost.kibibytes * 1024)) key;
  let text = String.init length (fun i -> key.{i}) in
  Array1.fill inputs '\000';
  Array1.fill key '\000';
  text
