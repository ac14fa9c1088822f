type t = { device : Device.t; transport : Virtio_transport.t; agreed : int }

let kind = function
  | Hardware.Virtio kind -> Some kind
  | identity -> Virtio_pci.kind identity

let is wanted identity = kind identity = Some wanted
let indirect = 28
let event_index = 29
let version_1 = 32
let has t feature = t.agreed land (1 lsl feature) <> 0
let transport t = t.transport
let configuration t = t.transport.configuration

(* ---- status ---- *)

let acknowledged = 1
let driver = 2
let driver_ok = 4
let features_ok = 8
let needs_reset = 64
let reset_limit_ns = 1_000_000_000

let reset device (transport : Virtio_transport.t) =
  transport.set_status 0;
  if not (Device.becomes ~within_ns:reset_limit_ns (fun () -> transport.status () = 0)) then
    Device.fail device "its reset does not end"

let add_status (transport : Virtio_transport.t) bits =
  transport.set_status (transport.status () lor bits)

let bits features = List.fold_left (fun sum feature -> sum lor (1 lsl feature)) 0 features

let without features ~needs =
  let drop features (one, other) =
    if features land (1 lsl other) <> 0 then features else features land lnot (1 lsl one)
  in
  List.fold_left drop features needs

let agree device (transport : Virtio_transport.t) features ~needs =
  let wanted = bits (indirect :: event_index :: version_1 :: features) in
  let agreed = without (transport.features () land wanted) ~needs in
  if (not transport.is_legacy) && agreed land (1 lsl version_1) = 0 then
    Device.fail device "it offers no version that we know";
  transport.set_features agreed;
  if not transport.is_legacy then begin
    add_status transport features_ok;
    if transport.status () land features_ok = 0 then
      Device.fail device "it refuses features 0x%x" agreed
  end;
  agreed

let open_ device =
  match Device.identity device with
  | Pci _ -> Virtio_pci.open_ device
  | Virtio _ | Compatible _ | Acpi _ | Named _ -> Virtio_mmio.open_ device

let start ?(needs = []) device ~features =
  let transport = open_ device in
  reset device transport;
  Device.at_end device (fun () -> reset device transport);
  add_status transport acknowledged;
  add_status transport driver;
  { device; transport; agreed = agree device transport features ~needs }

let tries_max = 100

let consistent t read =
  let rec try_again tries =
    if tries = 0 then Device.fail t.device "its configuration changes without end";
    let before = t.transport.generation () in
    let value = read () in
    if t.transport.generation () = before then value else try_again (tries - 1)
  in
  try_again tries_max

(* ---- interrupts ---- *)

let configuration_changed = 2

let interrupt t ?message ?configuration ~core bell =
  let line = Device.interrupt t.device ?message ~core bell in
  if message <> None then fun () -> Line.serve_done line
  else
    let seen = ref 0 in
    fun () ->
      if Line.rung line <> !seen then begin
        seen := Line.rung line;
        if t.transport.acknowledge () land configuration_changed <> 0 then
          Option.iter Sched.Bell.ring configuration;
        Line.serve_done line
      end

let run t =
  add_status t.transport driver_ok;
  if t.transport.status () land needs_reset <> 0 then
    Device.fail t.device "it asks for a reset as soon as it runs"
