open Drivers

let discovered = Sync.Lazy.from_fun Platform.Machine.discover
let machine () = Sync.Lazy.force discovered
let supervised : Supervisor.t list Atomic.t = Atomic.make []
let supervisors () = Atomic.get supervised

let driver_for drivers (hardware : Hardware.t) =
  List.find_opt (fun (driver : Driver.t) -> driver.matches hardware.identity) drivers

(* A device that hangs keeps the others' users from their work no longer than this. *)
let patience_ns = 2_000_000_000

let start ?(around = Fun.id) drivers =
  let supervise hardware =
    let supervised driver = Supervisor.supervise (around hardware) driver in
    Option.map supervised (driver_for drivers hardware)
  in
  Atomic.set supervised (List.filter_map supervise (machine ()).hardware);
  let settle () = List.iter (fun s -> ignore (Supervisor.settled s)) (supervisors ()) in
  ignore (Sched.Time.within ~ns:patience_ns settle)

let ends_with ~suffix name =
  let n = String.length suffix and length = String.length name in
  n <= length && String.sub name (length - n) n = suffix

(* What others know the device as. *)
let device_offering name =
  let source s = Entropy.name s = name and input i = Input.name i = name in
  List.find_map Fun.id
    [
      Option.map Block.device (Block.find name);
      Option.map Clock.device (Clock.find name);
      Option.map Stream.device (Stream.find name);
      Option.map Nine_p.device (Nine_p.find name);
      Option.map Display.device (List.find_opt (fun d -> Display.name d = name) (Display.all ()));
      Option.map Entropy.device (List.find_opt source (Entropy.all ()));
      Option.map Input.device (List.find_opt input (Input.all ()));
      Option.map Network.device (Network.find name);
    ]

let find name =
  let device = Option.value (device_offering name) ~default:name in
  let is_it s =
    Supervisor.device s = device || ends_with ~suffix:(" " ^ device) (Supervisor.device s)
  in
  List.find_opt is_it (supervisors ())
