(* SAFETY of all: the stubs allocate nothing, and the ranges are checked here. *)
external unsafe_add : bytes -> int -> int -> unit = "hal_entropy_add" [@@noalloc]
external unsafe_fill : bytes -> int -> int -> unit = "hal_entropy_read" [@@noalloc]
external number : int -> int = "hal_entropy_number" [@@noalloc]

let longest = 65536

let check what bytes ~pos ~len =
  if pos < 0 || len < 0 || len > longest || pos > Bytes.length bytes - len then
    invalid_arg ("Hal.Entropy." ^ what)

let add bytes ~pos ~len =
  check "add" bytes ~pos ~len;
  unsafe_add bytes pos len

let fill bytes ~pos ~len =
  check "fill" bytes ~pos ~len;
  unsafe_fill bytes pos len

type facts = { has_processor : bool; has_seed : bool; added : int }

let facts () = { has_processor = number 0 <> 0; has_seed = number 1 <> 0; added = number 2 }
