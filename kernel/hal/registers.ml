exception Revoked

type t = {
  length : int;
  mutable read : bytes:int -> int -> int;
  mutable write : bytes:int -> int -> int -> unit;
}

let make ~length ~read ~write = { length; read; write }
let length t = t.length

let check t offset bytes =
  if offset < 0 || offset > t.length - bytes || offset land (bytes - 1) <> 0 then
    invalid_arg
      (Printf.sprintf "Registers: %d bytes at 0x%x of a window of 0x%x" bytes offset t.length)

let read t bytes offset =
  check t offset bytes;
  t.read ~bytes offset

let write t bytes offset value =
  check t offset bytes;
  t.write ~bytes offset value

let read8 t offset = read t 1 offset
let read16 t offset = read t 2 offset
let read32 t offset = read t 4 offset
let read64 t offset = read t 8 offset
let write8 t offset value = write t 1 offset value
let write16 t offset value = write t 2 offset value
let write32 t offset value = write t 4 offset value
let write64 t offset value = write t 8 offset value

let sub t ~offset ~length =
  if offset < 0 || length < 0 || offset > t.length - length then
    invalid_arg (Printf.sprintf "Registers.sub: 0x%x bytes at 0x%x of 0x%x" length offset t.length);
  make ~length
    ~read:(fun ~bytes at -> t.read ~bytes (offset + at))
    ~write:(fun ~bytes at value -> t.write ~bytes (offset + at) value)

let revoke t =
  t.read <- (fun ~bytes:_ _ -> raise Revoked);
  t.write <- (fun ~bytes:_ _ _ -> raise Revoked)
