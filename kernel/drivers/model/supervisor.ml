open Picos

type state = Starting | Running | Pausing | Stopped | Given_up of string
type history = { lives : int; killed : int; last_failure : string option }
type asked = Nothing | Kill | Stop

type t = {
  hardware : Hardware.t;
  driver : Driver.t;
  bell : Sched.Bell.t;
  watches : bool;
      (** not under a debugger, or where the clock does not pass as devices' time does *)
  asked : asked Atomic.t;
  gone : (unit -> unit) list Atomic.t;
  mutex : Sync.Mutex.t;
  changed : Sync.Condition.t;
  mutable state : state;
  mutable history : history;
  mutable failures_ns : int list;  (** when the last ones came, the latest first *)
}

let device t = t.hardware.name
let driver t = t.driver.name
let state t = t.state
let history t = t.history

let pp_state ppf = function
  | Starting -> Format.pp_print_string ppf "starting"
  | Running -> Format.pp_print_string ppf "running"
  | Pausing -> Format.pp_print_string ppf "restarting"
  | Stopped -> Format.pp_print_string ppf "stopped"
  | Given_up why -> Format.fprintf ppf "given up: %s" why

let print_failure ~device ~driver why =
  Printf.eprintf "%s: driver %s: %s\n%!" device driver why

let on_failure = ref print_failure

let become t state =
  Sync.Mutex.protect t.mutex (fun () ->
      t.state <- state;
      Sync.Condition.broadcast t.changed)

(* ---- one life ---- *)

let start_limit_ns = 10_000_000_000
let look_ns = 1_000_000_000
let looks_without_progress = 5

type verdict = Failed of string | Asked

let why_of (e, _) =
  match e with
  | Device.Failed why -> why
  | Sched.Hog -> "it kept its core to itself"
  | Out_of_memory -> "it ran out of memory"
  | e -> "it raised " ^ Printexc.to_string e

let wait_a_while t = ignore (Sched.Time.within ~ns:look_ns (fun () -> Sched.Bell.wait t.bell))

let ended t device =
  match Device.Private.failure device with
  | Some failure -> Some (Failed (why_of failure))
  | None -> if Atomic.get t.asked <> Nothing then Some Asked else None

let rec starting t device started ~until =
  match ended t device with
  | Some verdict -> Error verdict
  | None when not (Computation.is_running started) -> Ok ()
  | None when Sched.Time.now_ns () > until -> Error (Failed "it did not start within 10 s")
  | None ->
      wait_a_while t;
      starting t device started ~until

(* A request that came between the two looks thought that we were looking. *)
let rest_unless_stirred device =
  Device.Private.rest device;
  if Device.Private.outstanding device > 0 then Device.stir device

(* Looks each second while something is outstanding, and else sleeps. *)
let rec running t device =
  match ended t device with
  | Some verdict -> verdict
  | None when not (Device.Private.is_stirring device && t.watches) ->
      Sched.Bell.wait t.bell;
      running t device
  | None -> (
      wait_a_while t;
      match Device.Private.look device ~patience:looks_without_progress with
      | 0 ->
          if Device.Private.outstanding device = 0 then rest_unless_stirred device;
          running t device
      | unanswered -> Failed (Printf.sprintf "it answers none of %d requests" unanswered))

let live t =
  let device = Device.Private.start t.hardware ~bell:t.bell ~gone:t.gone in
  let started = Computation.create () in
  let start () =
    t.hardware.enable ();
    t.driver.start device;
    Computation.finish started;
    Sched.Bell.ring t.bell
  in
  Device.spawn device "" start;
  let until = Sched.Time.now_ns () + start_limit_ns in
  let verdict =
    match starting t device started ~until with
    | Error verdict -> verdict
    | Ok () ->
        become t Running;
        running t device
  in
  Device.Private.close device;
  verdict

(* ---- one after the other ---- *)

let minute_ns = 60_000_000_000
let failures_max = 6
let first_pause_ns = 10_000_000
let longest_pause_ns = 5_000_000_000

let note_failure t why =
  let now = Sched.Time.now_ns () in
  t.failures_ns <- now :: List.filter (fun at -> at > now - minute_ns) t.failures_ns;
  t.history <- { t.history with last_failure = Some why };
  !on_failure ~device:(device t) ~driver:(driver t) why

let pause_ns t =
  min longest_pause_ns (first_pause_ns lsl max 0 (List.length t.failures_ns - 1))

(* Until it is asked for another life. *)
let rec rest t state =
  become t state;
  if Atomic.get t.asked <> Kill then begin
    Sched.Bell.wait t.bell;
    rest t state
  end

(* Until then, or until something is asked for. *)
let rec pause t ~until =
  let left = until - Sched.Time.now_ns () in
  if left > 0 && Atomic.get t.asked = Nothing then begin
    ignore (Sched.Time.within ~ns:left (fun () -> Sched.Bell.wait t.bell));
    pause t ~until
  end

let begin_life t =
  t.history <- { t.history with lives = t.history.lives + 1 };
  become t Starting

let note_killed t = t.history <- { t.history with killed = t.history.killed + 1 }

let rec lives t =
  begin_life t;
  let verdict = live t in
  match (verdict, Atomic.exchange t.asked Nothing) with
  | _, Stop -> again_after_rest t Stopped
  | _, Kill ->
      note_killed t;
      lives t
  | Asked, Nothing -> lives t
  | Failed why, Nothing ->
      note_failure t why;
      if List.length t.failures_ns >= failures_max then again_after_rest t (Given_up why)
      else begin
        become t Pausing;
        pause t ~until:(Sched.Time.now_ns () + pause_ns t);
        after_pause t
      end

and after_pause t =
  match Atomic.exchange t.asked Nothing with
  | Stop -> again_after_rest t Stopped
  | Kill | Nothing -> lives t

and again_after_rest t state =
  List.iter (fun tell -> tell ()) (Atomic.get t.gone);
  rest t state;
  Atomic.set t.asked Nothing;
  t.failures_ns <- [];
  lives t

let supervise hardware driver =
  let name = hardware.Hardware.name in
  let t =
    {
      hardware;
      driver;
      bell = Sched.Bell.create "its driver's end";
      watches = Hal.Machine.option "drivers.watch" <> Some "off";
      asked = Atomic.make Nothing;
      gone = Atomic.make [];
      mutex = Sync.Mutex.create ();
      changed = Sync.Condition.create ();
      state = Starting;
      history = { lives = 0; killed = 0; last_failure = None };
      failures_ns = [];
    }
  in
  ignore (Sched.spawn ~kind:Drivers ~name:("supervisor of " ^ name) (fun () -> lives t));
  t

(* ---- being asked ---- *)

let ask t what =
  Atomic.set t.asked what;
  Sched.Bell.ring t.bell

let kill t = ask t Kill

let await t is_so =
  Sync.Mutex.protect t.mutex (fun () ->
      while not (is_so t.state) do
        Sync.Condition.wait t.changed t.mutex
      done;
      t.state)

let is_settled = function Starting | Pausing -> false | Running | Stopped | Given_up _ -> true
let settled t = await t is_settled

let is_ended = function Stopped | Given_up _ -> true | Starting | Running | Pausing -> false

(* Whoever asks for another life after us has the last word. *)
let is_overruled t ~life = t.history.lives > life && Atomic.get t.asked <> Stop

let stop t =
  let life = t.history.lives in
  ask t Stop;
  ignore (await t (fun state -> is_ended state || is_overruled t ~life))
