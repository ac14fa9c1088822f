type access = { read : bool; write : bool; execute : bool }

type load = {
  header : int;
  address : int;
  offset : int;
  in_file : int;
  in_memory : int;
  alignment : int;
  access : access;
}

type t =
  | Load of load
  | Interpreter of { header : int; offset : int; size : int }
  | Stack of { executable : bool }
  | Other of int

let ( let* ) = Result.bind
let word bytes at = Int32.to_int (String.get_int32_le bytes at) land 0xffff_ffff

(* p_flags: PF_X, PF_W, PF_R. *)
let access_of flags =
  { execute = flags land 1 <> 0; write = flags land 2 <> 0; read = flags land 4 <> 0 }

(* As Linux: what is no power of two counts for nothing. *)
let alignment_of number = if number > 0 && number land (number - 1) = 0 then number else 1

let load ~base bytes =
  let* offset = Number.read "a segment's file offset" ~base bytes 8 in
  let* address = Number.read "a segment's address" ~base bytes 16 in
  let* in_file = Number.read "a segment's size in the file" ~base bytes 32 in
  let* in_memory = Number.read "a segment's size in memory" ~base bytes 40 in
  let* alignment = Number.read "a segment's alignment" ~base bytes 48 in
  if in_file > in_memory then Error.fail ~offset:base (Bad_sizes { in_file; in_memory })
  else
    let access = access_of (word bytes 4) and alignment = alignment_of alignment in
    Ok (Load { header = base; address; offset; in_file; in_memory; alignment; access })

let interpreter ~base bytes =
  let* offset = Number.read "the interpreter's place" ~base bytes 8 in
  let* size = Number.read "the interpreter's size" ~base bytes 32 in
  Ok (Interpreter { header = base; offset; size })

let read ~base bytes =
  match word bytes 0 with
  | 1 -> load ~base bytes
  | 3 -> interpreter ~base bytes
  | 0x6474_e551 -> Ok (Stack { executable = (access_of (word bytes 4)).execute })
  | other -> Ok (Other other)
