open Hal.Registers

let low = 0x00
let high = 0x04

(* Reading the low half keeps the high one for its own reading. *)
let read window () =
  let ns = read32 window low in
  Ok (ns lor (read32 window high lsl 32))

let set window ns =
  write32 window high (ns lsr 32);
  write32 window low (ns land 0xffff_ffff);
  Ok ()

let start device =
  let window = Device.registers device 0 in
  Clock.offer device { read = read window; set = Some (set window) }

let driver : Driver.t =
  { name = "goldfish-clock"; matches = Driver.compatible [ "google,goldfish-rtc" ]; start }
