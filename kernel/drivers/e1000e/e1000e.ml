module Registers = E1000e_registers
module Pair = E1000e_pair

let info device registers : Network.info =
  let mac =
    match Registers.mac registers with
    | Some mac -> mac
    | None -> Device.fail device "it has no address"
  in
  { mac; mtu = 1500; link = Registers.link_is_up registers; checksums = true; segments = [] }

(* What the link is goes to the class through the pair. *)
type link = { now : bool Atomic.t; mutable told : bool }

let look registers pair link =
  let up = Registers.link_is_up registers in
  if up <> Atomic.get link.now then begin
    Atomic.set link.now up;
    Pair.wake pair
  end

let tell link say =
  let up = Atomic.get link.now in
  if up <> link.told && say (Frame.Item.link ~up) then link.told <- up

let watch_link registers pair link line bell () =
  while true do
    Sched.Bell.wait bell;
    ignore (Registers.acknowledge registers : bool);
    Line.serve_done line;
    look registers pair link
  done

(* Frames have message 1, the link message 0; or all have the line. What is to be done after each
   interrupt for frames. *)
let open_interrupts device registers pair link =
  let { Network.core; bell; _ } = Pair.lent pair in
  if Device.messages device >= 2 then begin
    let changed = Sched.Bell.create "the link" in
    let line = Device.interrupt device ~message:1 ~core bell in
    let link_line = Device.interrupt device ~message:0 ~core changed in
    Registers.use_messages registers;
    Device.spawn device "link" (watch_link registers pair link link_line changed);
    fun () -> Line.serve_done line
  end
  else begin
    let line = Device.interrupt device ~core bell in
    fun () ->
      if Registers.acknowledge registers then look registers pair link;
      Line.serve_done line
  end

(* Before the reset, after which it has forgotten. *)
let count_missed device registers pair =
  Device.at_end device (fun () ->
      Network.missed device (Pair.uncollected pair + Registers.missed registers))

let start device =
  let registers = Registers.open_ device in
  Registers.reset device registers;
  Device.at_end device (fun () -> Registers.reset device registers);
  let core = (Device.cores device).(0) in
  let pair = Pair.create device registers ~core in
  let info = info device registers in
  let link = { now = Atomic.make info.link; told = info.link } in
  let lower = open_interrupts device registers pair link in
  count_missed device registers pair;
  Registers.bring_link_up registers;
  let port, memory = List.hd (Network.offer device info ~queues:[ Pair.lent pair ]) in
  Registers.start registers;
  Device.spawn device ~core "0" (fun () ->
      Pair.serve pair port memory ~lower ~tell:(tell link))

let driver : Driver.t =
  { name = "e1000e"; matches = Driver.pci_ids [ (0x8086, 0x10d3) ]; start }
