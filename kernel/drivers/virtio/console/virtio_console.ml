module Registers = Hal.Registers
module Port_queues = Virtio_console_port
module Control = Virtio_console_control

let kind = 3
let several_ports = 1

(* Each has two queues and their memory from the start, as ports come when they like. *)
let ports_max = 16

type port = {
  queues : Port_queues.t;
  mutable started : bool;
  mutable offered : (Stream.t * Port.driver) option;
}

type t = {
  device : Device.t;
  core : int;
  ports : port array;
  control : Control.t option;
  bell : Sched.Bell.t;
  lower : unit -> unit;
}

(* ---- ports come and go ---- *)

let offer t number =
  let port = t.ports.(number) in
  if port.offered = None then begin
    port.offered <- Some (Stream.offer t.device ~number ~core:t.core t.bell);
    if not port.started then Port_queues.start port.queues;
    port.started <- true
  end

let with_stream t number f =
  if number < Array.length t.ports then
    Option.iter (fun (stream, _) -> f stream) t.ports.(number).offered

let add t control number =
  let is_ours = number < Array.length t.ports in
  Control.port_ready control number is_ours;
  if is_ours then begin
    offer t number;
    Control.port_open control number
  end

let remove t number =
  with_stream t number Stream.withdraw;
  if number < Array.length t.ports then t.ports.(number).offered <- None

let hear t control : Control.message -> unit = function
  | Add number -> add t control number
  | Remove number -> remove t number
  | Connected (number, is) -> with_stream t number (fun stream -> Stream.set_connected stream is)
  | Title (number, title) -> with_stream t number (fun stream -> Stream.set_title stream title)
  | Other -> ()

(* ---- one fiber for all queues ---- *)

let listen t =
  let rec from control heard =
    match Control.take control with
    | None -> heard
    | Some message ->
        hear t control message;
        from control true
  in
  match t.control with None -> false | Some control -> from control false

let each_port t ~all f =
  let of_port port =
    match port.offered with None -> all | Some (_, driver) -> f port.queues driver
  in
  if all then Array.for_all of_port t.ports
  else Array.fold_left (fun any port -> of_port port || any) false t.ports

let may_sleep t =
  Option.fold ~none:true ~some:Control.may_sleep t.control
  && each_port t ~all:true Port_queues.may_sleep

let serve t () =
  let rec turn () =
    t.lower ();
    let heard = listen t in
    let moved = each_port t ~all:false Port_queues.work in
    if heard || moved then Picos.Fiber.yield ()
    else if may_sleep t then Sched.Bell.wait t.bell;
    turn ()
  in
  turn ()

(* ---- bringing it up ---- *)

let nr_ports device virtio =
  if not (Virtio.has virtio several_ports) then 1
  else
    match Registers.read32 (Virtio.configuration virtio) 4 with
    | 0 -> Device.fail device "it has no ports"
    | n -> min n ports_max

(* Port 0 has the first two queues; the two of the control messages come next. *)
let queues_of number = if number = 0 then (0, 1) else ((2 * number) + 2, (2 * number) + 3)

let open_port virtio device ~message number =
  let receive, transmit = queues_of number in
  let queues = Port_queues.create virtio device ~receive ~transmit ~message in
  { queues; started = false; offered = None }

let open_ device virtio ~core =
  let bell = Sched.Bell.create "bytes" in
  let message = if Device.messages device > 1 then Some 1 else None in
  let lower = Virtio.interrupt virtio ?message ~core bell in
  let ports = Array.init (nr_ports device virtio) (open_port virtio device ~message) in
  let control =
    if Virtio.has virtio several_ports then
      Some (Control.create virtio device ~receive:2 ~transmit:3 ~message)
    else None
  in
  { device; core; ports; control; bell; lower }

let greet t =
  match t.control with
  | None ->
      offer t 0;
      with_stream t 0 (fun stream ->
          Stream.set_title stream "console";
          Stream.set_connected stream true)
  | Some control ->
      Control.start control;
      Control.ready control

let start device =
  let virtio = Virtio.start device ~features:[ several_ports ] in
  let core = (Device.cores device).(0) in
  let t = open_ device virtio ~core in
  Virtio.run virtio;
  greet t;
  Device.spawn device ~core "0" (serve t)

let driver : Driver.t = { name = "virtio-console"; matches = Virtio.is kind; start }
