open Drivers

exception Misbehaved

let rec forever n = if Sys.opaque_identity n >= 0 then forever (n + 1)

let ways =
  [
    ("raise", fun () -> raise Misbehaved);
    ("loop", fun () -> forever 0);
    ("block", fun () -> ignore (Picos.Trigger.await (Picos.Trigger.create ()) : _ option));
  ]

(* Of a device: what the next access does, and in how many of the lives to come the first one
   does. *)
type mood = { next : (unit -> unit) Atomic.t; way : (unit -> unit) Atomic.t; lives : int Atomic.t }

let behave () = ()
let moods : (string, mood) Hashtbl.t = Hashtbl.create 16

let act mood =
  if Atomic.get mood.next != behave then (Atomic.exchange mood.next behave) ()

let registers mood window =
  let open Hal.Registers in
  let read ~bytes offset =
    act mood;
    match bytes with
    | 1 -> read8 window offset
    | 2 -> read16 window offset
    | 4 -> read32 window offset
    | _ -> read64 window offset
  and write ~bytes offset value =
    act mood;
    match bytes with
    | 1 -> write8 window offset value
    | 2 -> write16 window offset value
    | 4 -> write32 window offset value
    | _ -> write64 window offset value
  in
  make ~length:(length window) ~read ~write

let begin_life mood =
  if Atomic.get mood.lives > 0 then begin
    Atomic.decr mood.lives;
    Atomic.set mood.next (Atomic.get mood.way)
  end

let moody mood (hardware : Hardware.t) =
  let window open_ () =
    match open_ () with
    | Ok (Hardware.Registers r) -> Ok (Hardware.Registers (registers mood r))
    | (Ok (Hardware.Memory _) | Error _) as other -> other
  in
  let enable () =
    hardware.enable ();
    begin_life mood
  in
  { hardware with windows = Array.map window hardware.windows; enable }

let is_wanted () = Hal.Machine.option "misbehave" = Some "drivers"

let around (hardware : Hardware.t) =
  if is_wanted () then begin
    let mood = { next = Atomic.make behave; way = Atomic.make behave; lives = Atomic.make 0 } in
    Hashtbl.replace moods hardware.name mood;
    moody mood hardware
  end
  else hardware

(* ---- the command ---- *)

(* A loop is found within a second. *)
let patience_ns = 250_000_000

let mood_of device =
  Option.bind (Devices.find device) (fun s -> Hashtbl.find_opt moods (Supervisor.device s))

let misbehave device way ~lives =
  match mood_of device with
  | None when not (is_wanted ()) ->
      Command.complain "misbehave-driver" "the kernel was started without misbehave=drivers"
  | None -> Command.complain "misbehave-driver" "%s: it has no driver" device
  | Some mood ->
      Sched.watch_every ~ns:patience_ns;
      Atomic.set mood.way way;
      Atomic.set mood.lives (lives - 1);
      Atomic.set mood.next way;
      0

let command : Command.t =
  let name = "misbehave-driver" and arguments = "DEVICE raise|loop|block [LIVES]" in
  let run = function
    | [ device; way ] when List.mem_assoc way ways ->
        misbehave device (List.assoc way ways) ~lives:1
    | [ device; way; lives ] when List.mem_assoc way ways && int_of_string_opt lives <> None ->
        misbehave device (List.assoc way ways) ~lives:(int_of_string lives)
    | _ -> Command.misused name arguments
  in
  { name; arguments; summary = "let a driver break the rules"; run }
