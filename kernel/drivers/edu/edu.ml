module Registers = Hal.Registers

(* ---- what it is to others ---- *)

type error = Absent | Gone

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Absent -> "there is no device that computes"
    | Gone -> "the device that computes has no driver any more")

(* By a device's name, what is asked of it; the newest first. *)
let devices : (string * Requests.t) list Atomic.t = Atomic.make []

let ask requests n =
  let fill words =
    words.(0) <- 0;
    words.(1) <- n;
    2
  in
  match Requests.ask requests ~fill with
  | Answered factorial -> Ok factorial
  | Interrupted | Gone -> Error Gone

let factorial n =
  match Atomic.get devices with [] -> Error Absent | (_, requests) :: _ -> ask requests n

let rec add device =
  let others = Atomic.get devices in
  let requests = Requests.create ~name:"edu" ~queues:1 ~repeats:true in
  if Atomic.compare_and_set devices others ((Device.name device, requests) :: others) then begin
    Device.when_gone device (fun () -> Requests.close requests);
    requests
  end
  else add device

(* The same in each of its drivers' lives. *)
let requests_of device =
  match List.assoc_opt (Device.name device) (Atomic.get devices) with
  | Some requests -> requests
  | None -> add device

(* ---- its registers ---- *)

let identification = 0x00
let liveness = 0x04
let number = 0x08
let status = 0x20
let reasons = 0x24
let acknowledge = 0x64

(* Of the status. *)
let is_computing = 0x01
let interrupts_when_done = 0x80

let check device window =
  let found = Registers.read32 window identification in
  if found land 0xffff <> 0x00ed then Device.fail device "it says that it is 0x%x" found;
  let sent = 0x1234_5678 in
  Registers.write32 window liveness sent;
  let inverted = Registers.read32 window liveness in
  if inverted <> sent lxor 0xffff_ffff then
    Device.fail device "it inverts 0x%x to 0x%x" sent inverted

(* ---- a request ---- *)

let lower window line =
  let why = Registers.read32 window reasons in
  if why <> 0 then Registers.write32 window acknowledge why;
  Line.serve_done line

let rec await window line bell =
  lower window line;
  if Registers.read32 window status land is_computing <> 0 then begin
    Sched.Bell.wait bell;
    await window line bell
  end

let compute window line bell words =
  Registers.write32 window number words.(1);
  await window line bell;
  Registers.read32 window number

(* ---- a life ---- *)

let start device =
  let window = Device.registers device 0 in
  check device window;
  let core = (Device.cores device).(0) and bell = Sched.Bell.create "requests, or the device" in
  let message = if Device.messages device > 0 then Some 0 else None in
  let line = Device.interrupt device ?message ~core bell in
  Device.at_end device (fun () -> Registers.write32 window status 0);
  Registers.write32 window status interrupts_when_done;
  let ports = Requests.serve (requests_of device) device ~queues:[ (core, bell) ] in
  Server.serve device ~core bell (List.hd ports) ~words:2 (compute window line bell)

let driver : Driver.t =
  { name = "edu"; matches = Driver.pci_ids [ (0x1234, 0x11e8) ]; start }
