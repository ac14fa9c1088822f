open Hal.Registers

(* Offsets. *)
let ctrl = 0x0000
let status = 0x0008
let ctrl_ext = 0x0018
let icr = 0x00c0
let ims = 0x00d0
let imc = 0x00d8
let eiac = 0x00dc
let ivar = 0x00e4
let rctl = 0x0100
let tctl = 0x0400
let tipg = 0x0410
let receive_ring = 0x2800
let send_ring = 0x3800
let missed_packets = 0x4010
let rxcsum = 0x5000
let rfctl = 0x5008
let multicast_table = 0x5200
let address_low = 0x5400
let address_high = 0x5404

(* Within a ring's registers. *)
let base_low = 0x00
let base_high = 0x04
let bytes = 0x08
let head = 0x10
let tail = 0x18

type t = { window : Hal.Registers.t; mutable has_messages : bool }

let least_bytes = 0x5408

let open_ device =
  let window = Device.registers device 0 in
  if length window < least_bytes then
    Device.fail device "its registers are 0x%x bytes" (length window);
  { window; has_messages = false }

let get t offset = read32 t.window offset
let set t offset value = write32 t.window offset value
let change t offset f = set t offset (f (get t offset))

(* ---- on and off ---- *)

let all = 0xffff_ffff

(* Of CTRL. *)
let set_link_up = 1 lsl 6
let detect_speed = 1 lsl 5
let master_disable = 1 lsl 2
let reset_bit = 1 lsl 26

(* Of STATUS. *)
let link_up = 1 lsl 1
let master_enabled = 1 lsl 19

let stop t =
  set t imc all;
  set t rctl 0;
  set t tctl 0;
  ignore (get t icr : int)

let patience_ns = 1_000_000_000
let pause_ns = 1_000_000

(* Section 5.2.5.2: first it is to end what it does with memory; not all say that they have. *)
let reset device t =
  stop t;
  change t ctrl (fun c -> c lor master_disable);
  let is_idle () = get t status land master_enabled = 0 in
  ignore (Device.becomes ~within_ns:(10 * pause_ns) is_idle : bool);
  change t ctrl (fun c -> c lor reset_bit);
  Sched.Time.sleep pause_ns;
  let is_back () = get t ctrl land reset_bit = 0 in
  if not (Device.becomes ~within_ns:patience_ns is_back) then
    Device.fail device "its reset takes more than a second";
  change t ctrl (fun c -> c land lnot master_disable);
  stop t

let mac t =
  let low = get t address_low and high = get t address_high in
  let byte i = Char.chr ((if i < 4 then low lsr (8 * i) else high lsr (8 * (i - 4))) land 0xff) in
  let is_valid = high land 0x8000_0000 <> 0 in
  if is_valid && low lor (high land 0xffff) <> 0 && low land 1 = 0 then Some (String.init 6 byte)
  else None

(* ---- link ---- *)

let bring_link_up t = change t ctrl (fun c -> c lor set_link_up lor detect_speed)
let link_is_up t = get t status land link_up <> 0

(* ---- rings ---- *)

type direction = Receive | Send

let ring = function Receive -> receive_ring | Send -> send_ring

let set_ring t direction ~memory =
  let ring = ring direction and address = Hal.Dma.address memory in
  set t (ring + base_low) (address land 0xffff_ffff);
  set t (ring + base_high) (address lsr 32);
  set t (ring + bytes) (Hal.Dma.length memory);
  set t (ring + head) 0;
  set t (ring + tail) 0

let set_tail t direction n = set t (ring direction + tail) n

(* Of RCTL: also buffers of 2048 bytes, and no long frames, by bits that are 0. *)
let enable = 1 lsl 1
let all_multicast = 1 lsl 4
let accept_broadcast = 1 lsl 15
let strip_check_sequence = 1 lsl 26

(* Of TCTL: pads short frames; the threshold and distance of collisions are section 10.2.6.1's. *)
let pad = 1 lsl 3
let collisions = (0x0f lsl 4) lor (0x3f lsl 12)
let gaps = 0x0060_2006 (* section 10.2.6.2 *)
let extended_descriptors = 1 lsl 15
let check_ip_and_tcp = 0x300

let start t =
  for i = 0 to 127 do
    set t (multicast_table + (4 * i)) 0
  done;
  change t rfctl (fun f -> f lor extended_descriptors);
  set t rxcsum check_ip_and_tcp;
  set t tipg gaps;
  set t tctl (enable lor pad lor collisions);
  set t rctl (enable lor all_multicast lor accept_broadcast lor strip_check_sequence)

let missed t = get t missed_packets

(* ---- interrupts: by its queues with messages, by kind without ---- *)

type cause = { by_queue : int; by_kind : int }

let other = 1 lsl 24
let link_status = 1 lsl 2
let received = { by_queue = 1 lsl 20; by_kind = (1 lsl 7) lor (1 lsl 6) lor (1 lsl 4) }
let sent = { by_queue = 1 lsl 22; by_kind = 1 }
let link_changed = { by_queue = other lor link_status; by_kind = link_status }
let both a b = { by_queue = a.by_queue lor b.by_queue; by_kind = a.by_kind lor b.by_kind }

(* Of IVAR: a message's number, and that it is one. *)
let message n = 8 lor n
let messages_clear = 1 lsl 31 (* of CTRL_EXT: PBA support *)

let use_messages t =
  t.has_messages <- true;
  change t ctrl_ext (fun e -> e lor messages_clear);
  set t ivar (message 1 lor (message 1 lsl 8) lor (message 0 lsl 16));
  set t eiac (received.by_queue lor sent.by_queue lor other)

let await t causes =
  let wanted = if t.has_messages then causes.by_queue else causes.by_kind in
  set t imc (all land lnot wanted);
  set t ims wanted

let acknowledge t =
  if t.has_messages then begin
    set t icr (other lor link_status);
    true
  end
  else get t icr land link_status <> 0
