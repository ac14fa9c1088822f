open Hal

let kind = 1

(* Feature bits: section 5.1.3. *)
let checksums = 0
let guest_checksums = 1
let has_mtu = 3
let has_mac = 5
let guest_tso4 = 7
let guest_tso6 = 8
let host_tso4 = Virtio_net_pair.host_tso4
let host_tso6 = Virtio_net_pair.host_tso6
let merges = Virtio_net_pair.merges
let has_status = 16
let has_control = 17
let several_pairs = 22

let features =
  [ checksums; has_mtu; has_mac; host_tso4; host_tso6; merges; has_status; has_control ]
  @ [ several_pairs; Virtio_net_pair.any_layout; guest_checksums; guest_tso4; guest_tso6 ]

(* Section 5.1.3.1. Large frames are received in several buffers or not at all. *)
let needs =
  [
    (host_tso4, checksums);
    (host_tso6, checksums);
    (guest_tso4, merges);
    (guest_tso6, merges);
    (guest_tso4, guest_checksums);
    (guest_tso6, guest_checksums);
    (several_pairs, has_control);
  ]

(* ---- configuration: section 5.1.4 ---- *)

(* Who has no address gives itself one: of those that are administered locally. *)
let own_mac device =
  let hash = Hashtbl.hash (Device.name device) in
  let byte i = Char.chr ((hash lsr (8 * i)) land 0xff) in
  "\x02\x00" ^ String.init 4 byte

let mac device virtio =
  let config = Virtio.configuration virtio in
  if Virtio.has virtio has_mac then
    Virtio.consistent virtio (fun () ->
        String.init 6 (fun i -> Char.chr (Registers.read8 config i)))
  else own_mac device

let link virtio =
  (not (Virtio.has virtio has_status))
  || Registers.read16 (Virtio.configuration virtio) 6 land 1 <> 0

let default_mtu = 1500
let least_mtu = 68

let mtu device virtio =
  if not (Virtio.has virtio has_mtu) then default_mtu
  else
    let mtu = Registers.read16 (Virtio.configuration virtio) 10 in
    if mtu < least_mtu then Device.fail device "its frames have %d bytes" mtu
    else min mtu (Network.buffer_bytes - Network.headroom - 18)

let info device virtio : Network.info =
  let protocol (feature, protocol) =
    if Virtio.has virtio feature then Some protocol else None
  in
  {
    mac = mac device virtio;
    mtu = mtu device virtio;
    link = link virtio;
    checksums = Virtio.has virtio checksums;
    segments = List.filter_map protocol [ (host_tso4, Frame.Tcp4); (host_tso6, Frame.Tcp6) ];
  }

(* ---- the control queue: section 5.1.6.5 ---- *)

let class_pairs = 4
let command_set = 0
let answer_ok = 0
let control_limit_ns = 1_000_000_000

let await_control device queue =
  if not (Device.becomes ~within_ns:control_limit_ns (fun () -> Virtqueue.take queue >= 0)) then
    Device.fail device "its control queue does not answer"

(* Its queue sends no message: it is asked once. *)
let set_pairs device queue pairs =
  let memory = Device.memory device 16 in
  let address = Dma.address memory in
  Dma.set8 memory 0 class_pairs;
  Dma.set8 memory 1 command_set;
  Dma.set16 memory 2 pairs;
  Dma.set8 memory 8 0xff;
  Virtqueue.describe queue 0 ~address ~length:2 ~flags:Virtqueue.flag_next ~next:1;
  Virtqueue.describe queue 1 ~address:(address + 2) ~length:2 ~flags:Virtqueue.flag_next ~next:2;
  Virtqueue.describe queue 2 ~address:(address + 8) ~length:1 ~flags:Virtqueue.flag_write ~next:0;
  Virtqueue.offer queue 0;
  Virtqueue.publish queue;
  await_control device queue;
  if Dma.get8 memory 8 <> answer_ok then Device.fail device "it refuses %d pairs of queues" pairs

(* ---- bringing it up ---- *)

let pairs_most = 0x8000

let pairs_offered device virtio =
  if not (Virtio.has virtio several_pairs) then 1
  else
    let n = Registers.read16 (Virtio.configuration virtio) 8 in
    if n < 1 || n > pairs_most then Device.fail device "it has %d pairs of queues" n else n

let pairs_used device ~offered =
  let messages = max 1 (Device.messages device - 1) in
  min (Array.length (Device.cores device)) (min offered messages)

(* Follows the link; what it is goes to the class through the first pair. *)
let watch_link virtio bell pair now ~lower () =
  while true do
    Sched.Bell.wait bell;
    lower ();
    let up = link virtio in
    if up <> Atomic.get now then begin
      Atomic.set now up;
      Virtio_net_pair.wake pair
    end
  done

let teller now =
  let told = ref (Atomic.get now) in
  fun say ->
    let up = Atomic.get now in
    if up <> !told && say (Frame.Item.link ~up) then told := up

let open_pairs virtio device ~offered ~link =
  let cores = Device.cores device and has_messages = Device.messages device > 1 in
  let open_nth i =
    let message = if has_messages then Some (i + 1) else None in
    Virtio_net_pair.create virtio device i ~core:cores.(i) ~message ~link
  in
  List.init (pairs_used device ~offered) open_nth

(* By a message of its own, if there are messages: what is to be called after each. *)
let hear_of_link virtio device bell =
  if Device.messages device <= 1 then ignore
  else begin
    let lower = Virtio.interrupt virtio ~message:0 ~core:(Device.cores device).(0) bell in
    (Virtio.transport virtio).set_configuration_message (Some 0);
    lower
  end

let serve_pairs device pairs lent ~tell =
  let run i (pair, (port, memory)) =
    let tell = if i = 0 then tell else ignore in
    Device.spawn device ~core:(Virtio_net_pair.lent pair).core (string_of_int i) (fun () ->
        Virtio_net_pair.serve pair port memory ~tell)
  in
  List.iteri run (List.combine pairs lent)

(* After the reset, as this is said before there is one. *)
let count_missed device =
  let pairs = ref [] in
  Device.at_end device (fun () ->
      let sum n pair = n + Virtio_net_pair.uncollected pair in
      Network.missed device (List.fold_left sum 0 !pairs));
  pairs

let start device =
  let counted = count_missed device in
  let virtio = Virtio.start device ~features ~needs in
  let offered = pairs_offered device virtio and changed = Sched.Bell.create "the link" in
  let pairs = open_pairs virtio device ~offered ~link:changed in
  let lower = hear_of_link virtio device changed in
  counted := pairs;
  let several = List.compare_length_with pairs 1 > 0 in
  let control () = Virtqueue.create virtio device ~index:(2 * offered) ~most:4 ~message:None in
  let control = if several then Some (control ()) else None in
  Virtio.run virtio;
  Option.iter (fun queue -> set_pairs device queue (List.length pairs)) control;
  let info = info device virtio in
  let lent = Network.offer device info ~queues:(List.map Virtio_net_pair.lent pairs) in
  let now = Atomic.make info.link in
  serve_pairs device pairs lent ~tell:(teller now);
  Device.spawn device "link" (watch_link virtio changed (List.hd pairs) now ~lower)

let driver : Driver.t = { name = "virtio-net"; matches = Virtio.is kind; start }
