open Hal.Registers
open Virtio_transport

let vendor = 0x1af4

(* Transitional devices have their type as subsystem. *)
let kind = function
  | Hardware.Pci p when p.vendor = vendor && p.device >= 0x1040 && p.device < 0x1080 ->
      Some (p.device - 0x1040)
  | Hardware.Pci p when p.vendor = vendor && p.device >= 0x1000 && p.device < 0x1040 ->
      Some p.subsystem
  | Pci _ | Compatible _ | Acpi _ | Virtio _ | Named _ -> None

let no_message = 0xffff

(* ---- capabilities ---- *)

type structure = { cfg_type : int; bar : int; offset : int; length : int; at : int }

let capability_vendor = 0x09
let capabilities_max = 48

let structure config at =
  {
    cfg_type = read8 config (at + 3);
    bar = read8 config (at + 4);
    offset = read32 config (at + 8);
    length = read32 config (at + 12);
    at;
  }

(* Offsets of the capabilities with this id. The device made the list: it may loop. *)
let capabilities config id =
  let rec follow at left =
    if at < 0x40 || left = 0 then []
    else
      let others = follow (read8 config (at + 1) land 0xfc) (left - 1) in
      if read8 config at = id then at :: others else others
  in
  follow (read8 config 0x34 land 0xfc) capabilities_max

let structures config = List.map (structure config) (capabilities config capability_vendor)

let window device found cfg_type =
  match List.find_opt (fun s -> s.cfg_type = cfg_type) found with
  | None -> None
  | Some s ->
      let whole = Device.registers device s.bar in
      if s.offset > length whole || s.length > length whole - s.offset then
        Device.fail device "its structure %d is not within window %d" cfg_type s.bar
      else Some (sub whole ~offset:s.offset ~length:s.length)

(* ---- modern ---- *)

let type_common = 1
let type_notify = 2
let type_isr = 3
let type_device = 4

let features common () =
  write32 common 0 0;
  let low = read32 common 4 in
  write32 common 0 1;
  low lor (read32 common 4 lsl 32)

let set_features common bits =
  write32 common 8 0;
  write32 common 12 (bits land 0xffff_ffff);
  write32 common 8 1;
  write32 common 12 (bits lsr 32)

let select common index = write16 common 22 index

let write_address common offset address =
  write32 common offset (address land 0xffff_ffff);
  write32 common (offset + 4) (address lsr 32)

let set_queue common index queue ~message =
  let vector = Option.value message ~default:no_message in
  select common index;
  write16 common 24 queue.size;
  write16 common 26 vector;
  let took = read16 common 26 = vector in
  write_address common 32 queue.descriptors;
  write_address common 40 queue.available;
  write_address common 48 queue.used;
  write16 common 28 1;
  took

let notify device common window multiplier index =
  select common index;
  let offset = read16 common 30 * multiplier in
  if offset > length window - 2 then
    Device.fail device "queue %d is notified outside of its structure" index;
  fun () -> write16 window offset index

let queue_size common index =
  select common index;
  if index < read16 common 18 then read16 common 24 else 0

let set_configuration_message common message =
  write16 common 16 (Option.value message ~default:no_message)

let nothing = make ~length:0 ~read:(fun ~bytes:_ _ -> 0) ~write:(fun ~bytes:_ _ _ -> ())

let modern device config found common =
  let needed cfg_type what =
    match window device found cfg_type with
    | Some window -> window
    | None -> Device.fail device "it has no %s structure" what
  in
  let isr = needed type_isr "interrupt" and doorbells = needed type_notify "notification" in
  let at = (List.find (fun s -> s.cfg_type = type_notify) found).at in
  let multiplier = read32 config (at + 16) in
  {
    is_legacy = false;
    features = features common;
    set_features = set_features common;
    status = (fun () -> read8 common 20);
    set_status = write8 common 20;
    queue_size = queue_size common;
    set_queue = set_queue common;
    notify = notify device common doorbells multiplier;
    acknowledge = (fun () -> read8 isr 0);
    set_configuration_message = set_configuration_message common;
    generation = (fun () -> read8 common 21);
    configuration = Option.value (window device found type_device) ~default:nothing;
  }

(* ---- legacy ---- *)

let legacy_queue_size ports index =
  write16 ports 14 index;
  read16 ports 12

let legacy_set_queue ports ~has_messages index queue ~message =
  write16 ports 14 index;
  let vector = Option.value message ~default:no_message in
  if has_messages then write16 ports 22 vector;
  write32 ports 8 (queue.descriptors lsr 12);
  (not has_messages) || read16 ports 22 = vector

let capability_msix = 0x11
let msix_enabled = 0x8000

(* Where the device's own part begins depends on whether messages are switched on now. *)
let legacy_configuration config ports =
  let messages = capabilities config capability_msix in
  let are_on at = read16 config (at + 2) land msix_enabled <> 0 in
  let begins () = if List.exists are_on messages then 24 else 20 in
  let read ~bytes offset =
    let at = begins () + offset in
    match bytes with 1 -> read8 ports at | 2 -> read16 ports at | _ -> read32 ports at
  in
  let write ~bytes offset value =
    let at = begins () + offset in
    match bytes with
    | 1 -> write8 ports at value
    | 2 -> write16 ports at value
    | _ -> write32 ports at value
  in
  make ~length:(length ports - 24) ~read ~write

let legacy device config =
  let ports = Device.registers device 0 in
  let has_messages = Device.messages device > 0 in
  {
    is_legacy = true;
    features = (fun () -> read32 ports 0);
    set_features = write32 ports 4;
    status = (fun () -> read8 ports 18);
    set_status = write8 ports 18;
    queue_size = legacy_queue_size ports;
    set_queue = legacy_set_queue ports ~has_messages;
    notify = (fun index () -> write16 ports 16 index);
    acknowledge = (fun () -> read8 ports 19);
    set_configuration_message =
      (fun message ->
        if has_messages then write16 ports 20 (Option.value message ~default:no_message));
    generation = (fun () -> 0);
    configuration = legacy_configuration config ports;
  }

let open_ device =
  match Device.config device with
  | None -> Device.fail device "it has no configuration space"
  | Some config -> (
      let found = structures config in
      match window device found type_common with
      | Some common when length common >= 56 -> modern device config found common
      | Some _ -> Device.fail device "its common structure is too short"
      | None -> legacy device config)
