open Hal.Registers

let data = 0x000
let load = 0x008
let control = 0x00c
let identification = 0xfe0
let ns_per_second = 1_000_000_000
let latest = 0xffff_ffff

let is_pl031 window =
  read32 window identification land 0xff = 0x31
  && read32 window (identification + 4) land 0x0f = 0x00

let set window ns =
  let seconds = ns / ns_per_second in
  if seconds > latest then Error "it has 32 bits for the seconds"
  else begin
    write32 window load seconds;
    Ok ()
  end

let start device =
  let window = Device.registers device 0 in
  if not (is_pl031 window) then Device.fail device "it does not identify itself as a PL031";
  if read32 window control land 1 = 0 then write32 window control 1;
  let read () = Ok (read32 window data * ns_per_second) in
  Clock.offer device { read; set = Some (set window) }

let driver : Driver.t =
  { name = "pl031-clock"; matches = Driver.compatible [ "arm,pl031"; "ARMH0031" ]; start }
