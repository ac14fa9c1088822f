type t = Ecam of { window : Hal.Registers.t; first_bus : int } | Ports of Hal.Registers.t

let ecam window ~first_bus = Ecam { window; first_bus }
let ports window = Ports window
let bus_bytes = 1 lsl 20
let ecam_bytes = 4096

let in_ecam window first_bus (a : Pci_address.t) =
  let offset = ((a.bus - first_bus) * bus_bytes) + (a.device lsl 15) + (a.function_ lsl 12) in
  if offset < 0 || offset + ecam_bytes > Hal.Registers.length window then None
  else Some (Hal.Registers.sub window ~offset ~length:ecam_bytes)

(* The address and the data port belong together. *)
let lock = Sync.Mutex.create ()
let enabled = 1 lsl 31

let through_ports window (a : Pci_address.t) =
  let base = enabled lor (Pci_address.requester_id a lsl 8) in
  let select offset = Hal.Registers.write32 window 0 (base lor (offset land 0xfc)) in
  let data offset = 4 + (offset land 3) in
  let access offset f =
    Sync.Mutex.protect lock (fun () ->
        select offset;
        f (data offset))
  in
  let read ~bytes offset =
    access offset (fun port ->
        match bytes with
        | 1 -> Hal.Registers.read8 window port
        | 2 -> Hal.Registers.read16 window port
        | _ -> Hal.Registers.read32 window port)
  in
  let write ~bytes offset value =
    access offset (fun port ->
        match bytes with
        | 1 -> Hal.Registers.write8 window port value
        | 2 -> Hal.Registers.write16 window port value
        | _ -> Hal.Registers.write32 window port value)
  in
  Hal.Registers.make ~length:256 ~read ~write

let space t (a : Pci_address.t) =
  match t with
  | Ecam { window; first_bus } -> in_ecam window first_bus a
  | Ports window when a.segment = 0 && a.bus < 256 -> Some (through_ports window a)
  | Ports _ -> None
