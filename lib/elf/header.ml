type machine = X86_64 | Aarch64 | Riscv64
type kind = Fixed | Anywhere
type t = { kind : kind; entry : int; table : int; count : int }

let ( let* ) = Result.bind
let size = 64
let segment_size = 56

(* Linux reads no more than this of program headers. *)
let table_limit = 65536
let number = function X86_64 -> 62 | Aarch64 -> 183 | Riscv64 -> 243

let check what ~offset value wanted =
  if value = wanted then Ok () else Error.fail ~offset (Other_form { what; value; wanted })

let check_identity machine bytes =
  if not (String.starts_with ~prefix:"\127ELF" bytes) then Error.fail ~offset:0 Not_elf
  else if String.length bytes < size then
    Error.fail ~offset:0
      (Truncated { what = "the header"; wanted = size; left = String.length bytes })
  else
    let* () = check "the class" ~offset:4 (Char.code bytes.[4]) 2 in
    let* () = check "the byte order" ~offset:5 (Char.code bytes.[5]) 1 in
    let found = String.get_uint16_le bytes 18 and wanted = number machine in
    if found = wanted then Ok ()
    else Error.fail ~offset:18 (Other_machine { machine = found; wanted })

let kind_of bytes =
  match String.get_uint16_le bytes 16 with
  | 2 -> Ok Fixed
  | 3 -> Ok Anywhere
  | other -> Error.fail ~offset:16 (Not_executable other)

let read machine bytes =
  let* () = check_identity machine bytes in
  let* kind = kind_of bytes in
  let word = String.get_uint16_le bytes in
  let* () = check "a program header's size" ~offset:54 (word 54) segment_size in
  let count = word 56 in
  if count = 0 || count * segment_size > table_limit then Error.fail ~offset:56 (Bad_count count)
  else
    let* entry = Number.read "the entry" ~base:0 bytes 24 in
    let* table = Number.read "the place of the program headers" ~base:0 bytes 32 in
    Ok { kind; entry; table; count }
