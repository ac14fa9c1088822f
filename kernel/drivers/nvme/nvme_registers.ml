open Hal.Registers

(* Offsets: section 3.1. *)
let cap = 0x00
let vs = 0x08
let intms = 0x0c
let intmc = 0x10
let cc = 0x14
let csts = 0x1c
let aqa = 0x24
let asq = 0x28
let acq = 0x30
let doorbells = 0x1000
let page_bytes = 4096

type t = {
  device : Device.t;
  window : Hal.Registers.t;
  stride : int;
  limit_ns : int;
  entries_max : int;
  transfer_unit : int;
}

let version t = read32 t.window vs
let entries_max t = t.entries_max
let transfer_unit t = t.transfer_unit

let open_ device =
  let window = Device.registers device 0 in
  if length window < doorbells + 16 then
    Device.fail device "its registers are 0x%x bytes" (length window);
  let low = read32 window cap and high = read32 window (cap + 4) in
  let smallest_page = (high lsr 16) land 0xf in
  if smallest_page > 0 then Device.fail device "it works with no pages of 4 KiB";
  if high land 0x20 = 0 then Device.fail device "it has no commands for disks";
  if low land 0xffff = 0 then Device.fail device "its queues have one entry";
  {
    device;
    window;
    stride = 4 lsl (high land 0xf);
    limit_ns = max 1 (low lsr 24) * 500_000_000;
    entries_max = (low land 0xffff) + 1;
    transfer_unit = page_bytes;
  }

(* ---- on and off ---- *)

let cc_enable = 1
let cc_shutdown = 1 lsl 14
let cc_shutdown_mask = 3 lsl 14
let csts_ready = 1
let csts_fatal = 2
let csts_shutdown_mask = 3 lsl 2
let csts_shutdown_done = 2 lsl 2

(* Entries of 64 and 16 bytes, pages of 4 KiB, the NVM command set. *)
let cc_settings = (6 lsl 16) lor (4 lsl 20)
let is_dead t = read32 t.window csts land csts_fatal <> 0

let becomes t ~within_ns is_so =
  Device.becomes ~within_ns (fun () -> is_so (read32 t.window csts))

let is_ready status = status land csts_ready <> 0
let is_gone = 0xffff_ffff

let check_there t =
  if read32 t.window csts = is_gone then Device.fail t.device "its registers do not answer"

(* One that is being switched on must be waited for before it is switched off: section 3.1.5. *)
let disable_within t ~within_ns =
  check_there t;
  let control = read32 t.window cc in
  if control land cc_enable <> 0 then
    ignore (becomes t ~within_ns (fun s -> is_ready s || s land csts_fatal <> 0) : bool);
  write32 t.window cc (control land lnot (cc_enable lor cc_shutdown_mask));
  if not (becomes t ~within_ns (fun status -> not (is_ready status))) then
    Device.fail t.device "its reset does not end"

let disable t = disable_within t ~within_ns:t.limit_ns

let write_address t offset address =
  write32 t.window offset (address land 0xffff_ffff);
  write32 t.window (offset + 4) (address lsr 32)

let enable t ~entries ~submissions ~completions =
  write32 t.window aqa ((entries - 1) lor ((entries - 1) lsl 16));
  write_address t asq submissions;
  write_address t acq completions;
  if Device.messages t.device = 0 then write32 t.window intms 0xffff_ffff;
  write32 t.window cc (cc_settings lor cc_enable);
  let is_decided status = is_ready status || status land csts_fatal <> 0 in
  if not (becomes t ~within_ns:t.limit_ns is_decided) then
    Device.fail t.device "it is not ready within %d ms" (t.limit_ns / 1_000_000);
  if is_dead t then Device.fail t.device "it reports a fatal error as soon as it is switched on"

let shutdown_limit_ns = 300_000_000

let shut_down t =
  check_there t;
  let control = read32 t.window cc in
  if control land cc_enable <> 0 && not (is_dead t) then begin
    write32 t.window cc (control land lnot cc_shutdown_mask lor cc_shutdown);
    let is_done status = status land csts_shutdown_mask = csts_shutdown_done in
    ignore (becomes t ~within_ns:shutdown_limit_ns is_done : bool)
  end;
  disable_within t ~within_ns:shutdown_limit_ns

let unmask t = if Device.messages t.device = 0 then write32 t.window intmc 0xffff_ffff

(* ---- doorbells ---- *)

let offset_of t index = doorbells + (index * t.stride)

let check_doorbells t ~queue =
  let last = (2 * queue) + 1 in
  if offset_of t last + 4 > length t.window then
    Device.fail t.device "doorbell %d is not within its registers" last

let ring t index value = write32 t.window (offset_of t index) value

let ring_submissions t ~queue tail = ring t (2 * queue) tail
let ring_completions t ~queue head = ring t ((2 * queue) + 1) head
