type t = { mutable trespasses : string list }

exception Trespass

let create () = { trespasses = [] }
let trespasses t = t.trespasses

let memory t address length =
  match Host.memory ~address ~length with
  | Some memory -> memory
  | None ->
      t.trespasses <- Printf.sprintf "%d bytes at 0x%x" length address :: t.trespasses;
      raise Trespass

let get16 t address = Hal.Dma.get16 (memory t address 2) 0
let get32 t address = Hal.Dma.get32 (memory t address 4) 0
let get64 t address = Hal.Dma.get64 (memory t address 8) 0
let set16 t address value = Hal.Dma.set16 (memory t address 2) 0 value
let set32 t address value = Hal.Dma.set32 (memory t address 4) 0 value
let with_low old value = old land lnot 0xffff_ffff lor value
let with_high old value = old land 0xffff_ffff lor (value lsl 32)
