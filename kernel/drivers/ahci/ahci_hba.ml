open Hal.Registers

(* Offsets: section 3.1. *)
let cap = 0x00
let ghc = 0x04
let is = 0x08
let pi = 0x0c
let cap2 = 0x24
let bohc = 0x28
let ports_at = 0x100
let port_bytes = 0x80

type t = { device : Device.t; window : Hal.Registers.t; cap : int; ports : int }

let ghc_reset = 1
let ghc_interrupts = 2
let ghc_ahci = 1 lsl 31

let open_ device =
  let window = Device.registers device 5 in
  if length window < ports_at + port_bytes then
    Device.fail device "its registers are 0x%x bytes" (length window);
  write32 window ghc ghc_ahci;
  let room = (length window - ports_at) / port_bytes in
  let there = read32 window pi land ((1 lsl min 32 room) - 1) in
  { device; window; cap = read32 window cap; ports = there }

(* ---- from firmware: section 10.6 ---- *)

let has_handoff = 1
let owned_by_firmware = 1
let owned_by_us = 2
let firmware_busy = 16
let firmware_ns = 25_000_000
let firmware_busy_ns = 2_000_000_000

(* Firmware that does not let go in its time is taken for gone. *)
let take_over t =
  if read32 t.window cap2 land has_handoff <> 0 then begin
    write32 t.window bohc (read32 t.window bohc lor owned_by_us);
    let is_ours () = read32 t.window bohc land owned_by_firmware = 0 in
    if
      (not (Device.becomes ~within_ns:firmware_ns is_ours))
      && read32 t.window bohc land firmware_busy <> 0
    then ignore (Device.becomes ~within_ns:firmware_busy_ns is_ours : bool)
  end

(* ---- reset ---- *)

let reset_ns = 900_000_000

let reset t =
  if read32 t.window ghc = 0xffff_ffff then Device.fail t.device "its registers do not answer";
  take_over t;
  write32 t.window ghc (ghc_ahci lor ghc_reset);
  let is_reset () = read32 t.window ghc land ghc_reset = 0 in
  if not (Device.becomes ~within_ns:reset_ns is_reset) then
    Device.fail t.device "its reset does not end";
  write32 t.window ghc ghc_ahci

(* ---- what it has ---- *)

let has t bit = t.cap land (1 lsl bit) <> 0
let ports t = List.filter (fun n -> t.ports land (1 lsl n) <> 0) (List.init 32 Fun.id)
let port t n = sub t.window ~offset:(ports_at + (n * port_bytes)) ~length:port_bytes
let slots t = ((t.cap lsr 8) land 0x1f) + 1
let has_queued t = has t 30
let reaches_all t = has t 31

(* ---- interrupts ---- *)

let allow_interrupts t = write32 t.window ghc (ghc_ahci lor ghc_interrupts)
let interrupting t = read32 t.window is land t.ports
let acknowledge t bits = write32 t.window is bits
