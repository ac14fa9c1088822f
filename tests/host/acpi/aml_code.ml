open Bytes_of

let block ?(signature = "DSDT") terms = Expect.table (table ~revision:2 signature terms)

(* Always the form of two bytes, or of three where it must be. *)
let package opcode body =
  let size = String.length body in
  let length =
    if size + 2 < 0x1000 then u8 (0x40 lor ((size + 2) land 0xf)) ^ u8 ((size + 2) lsr 4)
    else u8 (0x80 lor ((size + 3) land 0xf)) ^ u16 ((size + 3) lsr 4)
  in
  opcode ^ length ^ body

let device name body = package "\x5b\x82" (name ^ body)
let scope name body = package "\x10" (name ^ body)
let method_ ?(arity = 0) name terms = package "\x14" (name ^ u8 arity ^ String.concat "" terms)
let name name value = "\x08" ^ name ^ value
let return value = "\xa4" ^ value
let byte n = "\x0a" ^ u8 n
let dword n = "\x0c" ^ u32 n
let text text = "\x0d" ^ text ^ "\000"
let load ?limits tables = Aml.Machine.load ?limits (Memory.handlers (Memory.create ())) tables
