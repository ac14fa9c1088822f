open Fs

let ( let* ) = Result.bind

(* ---- what they tell ---- *)

let signals_of : Terminal.event -> Signal.t list = function
  | Interrupt -> [ Signal.int ]
  | Quit -> [ Signal.quit ]
  | Suspend -> [ Signal.tstp ]
  | Window_change -> [ Signal.winch ]
  | Hang_up -> [ Signal.hup; Signal.cont ]

let members group =
  Process.locked (fun () ->
      List.filter (fun (p : Process.t) -> p.group = group) (Process.all ()))

let send_to_group group signal =
  List.iter (fun p -> Signals.send p { Signal.signal; cause = Kernel }) (members group)

let tell ~group event = List.iter (send_to_group group) (signals_of event)
let console = Terminal.create ~tell

let pseudo = Pseudo_terminals.create ~tell ~now:Stamp.now ()

(* ---- which one a node is ---- *)

let tty_number = Devices.number ~major:5 ~minor:0
let console_number = Devices.number ~major:5 ~minor:1
let ptmx_number = Devices.number ~major:5 ~minor:2

type device = Console | Slave of Pseudo_terminals.master

let device_of number =
  if number = console_number then Some Console
  else if Devices.major number = Pseudo_terminals.major then
    Option.map (fun master -> Slave master) (Pseudo_terminals.find pseudo (Devices.minor number))
  else None

let is_terminal (stat : Node.stat) =
  stat.kind = Character
  && (List.mem stat.special [ tty_number; console_number; ptmx_number ]
     || Devices.major stat.special = Pseudo_terminals.major)

let terminal_of = function
  | Console -> console
  | Slave master -> Pseudo_terminals.terminal master

(* ---- a session's ---- *)

let turn = Sync.Lock.create ()
let of_sessions : (int * device) list ref = ref []

let device_of_session session =
  match List.assoc_opt session !of_sessions with
  | Some device when Terminal.session (terminal_of device) = session -> Some device
  | _ -> None

let controlling_device (p : Process.t) = device_of_session p.session
let controlling p = Option.map terminal_of (controlling_device p)

let controlling_number p =
  match controlling_device p with
  | None -> 0
  | Some Console -> console_number
  | Some (Slave master) ->
      let minor = Pseudo_terminals.number master in
      Devices.number ~major:Pseudo_terminals.major ~minor

let take_device (p : Process.t) device =
  let terminal = terminal_of device in
  Sync.Lock.protect turn (fun () ->
      of_sessions := (p.session, device) :: List.remove_assoc p.session !of_sessions);
  Terminal.set_session terminal p.session;
  Terminal.set_foreground terminal p.group

let take p terminal = if terminal == console then take_device p Console

let forget session =
  Sync.Lock.protect turn (fun () -> of_sessions := List.remove_assoc session !of_sessions)

let leave (p : Process.t) =
  if p.session = p.pid then
    match controlling p with
    | None -> ()
    | Some terminal ->
        forget p.session;
        if terminal == console then begin
          let group = Terminal.foreground console in
          Terminal.set_session console 0;
          Terminal.set_foreground console 0;
          if group <> 0 && group <> p.group then tell ~group Hang_up
        end
        else Terminal.hang_up terminal

let takes (p : Process.t) device =
  p.session = p.pid
  && controlling_device p = None
  && Terminal.session (terminal_of device) = 0

(* ---- opening ---- *)

let open_device device node flags status =
  match device with
  | Console -> Ok (Terminal.opened console node flags status ~closed:ignore)
  | Slave master -> Pseudo_terminals.open_slave master node flags status

let open_and_take (thread : Process.thread) device node ~controls flags status =
  let* file = open_device device node flags status in
  if controls && takes thread.process device then take_device thread.process device;
  Ok file

let open_controlling (thread : Process.thread) node flags status =
  match controlling_device thread.process with
  | None -> Error Errno.ENXIO
  | Some device -> open_device device node flags status

let opened (thread : Process.thread) (place : Mounts.place) (stat : Node.stat) ~controls =
  let node = place.node in
  if not (is_terminal stat) then None
  else if stat.special = tty_number then Some (open_controlling thread node)
  else if stat.special = ptmx_number then
    let { Credentials.uid; gid; _ } = (Atomic.get thread.process.view).credentials in
    Some (Pseudo_terminals.open_master pseudo node ~uid ~gid)
  else
    match device_of stat.special with
    | None -> Some (fun _ _ -> Error Errno.EIO)
    | Some device -> Some (open_and_take thread device node ~controls)

(* ---- the background ---- *)

let is_background (p : Process.t) terminal =
  Terminal.session terminal = p.session
  && Terminal.foreground terminal <> p.group
  && Terminal.session terminal <> 0

let ignores (thread : Process.thread) signal =
  Signal.Set.mem thread.mask signal || thread.process.actions.(signal).does = Ignore

let stop_for (thread : Process.thread) signal =
  send_to_group thread.process.group signal;
  Error Errno.EINTR

let is_orphaned (p : Process.t) = Process.locked (fun () -> Orphans.is_orphaned p.group p.session)

let may_read (thread : Process.thread) (file : File.t) =
  match file.what with
  | Terminal.Terminal terminal when is_background thread.process terminal ->
      if ignores thread Signal.ttin || is_orphaned thread.process then Error Errno.EIO
      else stop_for thread Signal.ttin
  | _ -> Ok ()

let may_change (thread : Process.thread) terminal =
  if not (is_background thread.process terminal) then Ok ()
  else if ignores thread Signal.ttou then Ok ()
  else if is_orphaned thread.process then Error Errno.EIO
  else stop_for thread Signal.ttou

let may_write (thread : Process.thread) (file : File.t) =
  match file.what with
  | Terminal.Terminal terminal when Terminal.stops_writers terminal -> may_change thread terminal
  | _ -> Ok ()

(* ---- control ---- *)

let tiocsctty = 0x540e
let tiocgpgrp = 0x540f
let tiocspgrp = 0x5410
let tiocnotty = 0x5422
let tiocgsid = 0x5429
let tiocgptpeer = 0x5441

(* Those that change a terminal, of which the background stops. *)
let changes =
  [
    0x5402; 0x5403; 0x5404; 0x5409; 0x540a; 0x540b; 0x5425; 0x402c542b; 0x402c542c; 0x402c542d;
  ]

let put32 transfer n =
  let bytes = Bytes.create 4 in
  Bytes.set_int32_le bytes 0 (Int32.of_int n);
  Result.map (fun _ -> 0) (Transfer.put transfer bytes 0 4)

let get32 transfer =
  let bytes = Bytes.create 4 in
  let* _ = Transfer.take transfer bytes 0 4 in
  Ok (Int32.to_int (Bytes.get_int32_le bytes 0))

let is_ours (p : Process.t) terminal = p.session = Terminal.session terminal && p.session <> 0

let get_foreground (p : Process.t) terminal ~is_master transfer =
  if not (is_master || is_ours p terminal) then Error Errno.ENOTTY
  else put32 transfer (Terminal.foreground terminal)

let is_group_of session group =
  List.exists (fun (p : Process.t) -> p.session = session) (members group)

let set_foreground (thread : Process.thread) terminal transfer =
  let p = thread.process in
  if not (is_ours p terminal) then Error Errno.ENOTTY
  else
    let* () = may_change thread terminal in
    let* group = get32 transfer in
    if group < 0 then Error Errno.EINVAL
    else if members group = [] then Error Errno.ESRCH
    else if not (is_group_of p.session group) then Error Errno.EPERM
    else begin
      Terminal.set_foreground terminal group;
      Ok 0
    end

let device_of_file (file : File.t) =
  match file.file.node.stat () with
  | Error _ -> None
  | Ok stat when stat.special = tty_number -> None
  | Ok stat -> device_of stat.special

let set_controlling (p : Process.t) (file : File.t) terminal =
  if is_ours p terminal && p.session = p.pid then Ok 0
  else
    match device_of_file file with
    | Some device when takes p device ->
        take_device p device;
        Ok 0
    | _ -> Error Errno.EPERM

let give_up (p : Process.t) terminal =
  if not (is_ours p terminal) then Error Errno.ENOTTY
  else begin
    if p.session = p.pid then leave p;
    Ok 0
  end

let control_terminal (thread : Process.thread) file terminal request ~argument transfer =
  let p = thread.process in
  if request = tiocgpgrp then get_foreground p terminal ~is_master:false transfer
  else if request = tiocspgrp then set_foreground thread terminal transfer
  else if request = tiocgsid then
    if is_ours p terminal then put32 transfer (Terminal.session terminal) else Error Errno.ENOTTY
  else if request = tiocsctty then set_controlling p file terminal
  else if request = tiocnotty then give_up p terminal
  else
    let* () = if List.mem request changes then may_change thread terminal else Ok () in
    Terminal.control terminal request ~argument transfer

let control_master (thread : Process.thread) master request ~argument transfer =
  let terminal = Pseudo_terminals.terminal master in
  if request = tiocgpgrp then get_foreground thread.process terminal ~is_master:true transfer
  else if request = tiocgsid then
    if Terminal.session terminal = 0 then Error Errno.ENOTTY
    else put32 transfer (Terminal.session terminal)
  else Pseudo_terminals.control master request ~argument transfer

let peer (thread : Process.thread) (file : File.t) master ~argument =
  let flags : Node.flags = { read = argument land 3 <> 1; write = argument land 3 <> 0 } in
  let status = { File.append = false; nonblocking = Open_flag.(has argument nonblock) } in
  let* slave = Pseudo_terminals.open_slave master file.file.node flags status in
  Descriptors.add (Atomic.get thread.process.files)
    ~close_on_exec:Open_flag.(has argument cloexec)
    slave

let control thread (file : File.t) request ~argument transfer =
  match file.what with
  | Terminal.Terminal terminal -> control_terminal thread file terminal request ~argument transfer
  | Pseudo_terminals.Master master when request = tiocgptpeer -> peer thread file master ~argument
  | Pseudo_terminals.Master master -> control_master thread master request ~argument transfer
  | _ -> file.file.control request transfer
