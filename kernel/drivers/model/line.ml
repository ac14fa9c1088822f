type error = Hal.Interrupt.error

let pp_error = Hal.Interrupt.pp_error

(* A claim owes a word from when the line interrupted until [serve_done]; the line is unmasked by
   who takes [owing] to 0. Whoever delivers holds one of it as well while it goes through the
   claims. *)
type t = {
  name : string;
  bell : Sched.Bell.t;
  line : line;
  owes : bool Atomic.t;
  mutable rung : int;
  mutable served : int;  (** of these, what the driver has seen *)
  mutable work : unit -> int;  (** that the device has done, ever *)
  mutable on_storm : string -> unit;
}

and line = {
  number : int;
  trigger : Hal.Interrupt.trigger;
  message : (int * int) option;
  claims : t list Atomic.t;
  owing : int Atomic.t;
  calm : calm;
}

(* At the last look for a storm. *)
and calm = { mutable rings : int; mutable at_ns : int; mutable work_then : int }

let message t = t.line.message
let rung t = t.rung
let is_level line = line.trigger <> Hal.Interrupt.Edge

(* What nobody has any more stays masked. *)
let pay line =
  if Atomic.fetch_and_add line.owing (-1) = 1 && is_level line && Atomic.get line.claims <> [] then
    Hal.Interrupt.unmask line.number

(* ---- storms ---- *)

let storm_rings = 4096
let storm_ns = 1_000_000_000
let rings_for_work = 100

let work_of claims = List.fold_left (fun sum claim -> sum + claim.work ()) 0 claims

(* Whose fault it is doesn't show where several share the line. *)
let look_for_storm line calm =
  let claims = Atomic.get line.claims in
  let now = Sched.Time.now_ns () and work = work_of claims in
  let elapsed = now - calm.at_ns and done_ = work - calm.work_then in
  if elapsed < storm_ns && done_ * rings_for_work < storm_rings then begin
    let why =
      Printf.sprintf "it interrupts without end: %d times in %d ms, and did %d requests" storm_rings
        (elapsed / 1_000_000) done_
    in
    List.iter (fun claim -> claim.on_storm why) claims
  end;
  calm.at_ns <- now;
  calm.work_then <- work

let count line =
  let calm = line.calm in
  calm.rings <- calm.rings + 1;
  if calm.rings land (storm_rings - 1) = 0 then look_for_storm line calm

let watch t ~work ~on_storm =
  t.work <- work;
  t.on_storm <- on_storm

(* ---- interrupts ---- *)

let tell claim =
  claim.rung <- claim.rung + 1;
  if is_level claim.line then begin
    Atomic.incr claim.line.owing;
    if Atomic.exchange claim.owes true then Atomic.decr claim.line.owing
  end;
  Sched.Bell.ring claim.bell

(* In the loop of the core that was interrupted. A level-triggered line is masked until the last
   word, so there is one delivery at a time. *)
let deliver line () =
  Atomic.incr line.owing;
  List.iter tell (Atomic.get line.claims);
  count line;
  pay line

let serve_done t =
  let rung = t.rung in
  if rung <> t.served then begin
    t.served <- rung;
    Hal.Interrupt.served t.line.number
  end;
  if Atomic.get t.owes && Atomic.exchange t.owes false then pay t.line

(* ---- which lines there are ---- *)

let lines : (int, line) Hashtbl.t = Hashtbl.create 16
let lock = Sync.Mutex.create ()
let guarded f = Sync.Mutex.protect lock f

let rec change claims f =
  let seen = Atomic.get claims in
  if not (Atomic.compare_and_set claims seen (f seen)) then change claims f

let join ~name ~bell line =
  let claim =
    {
      name;
      bell;
      line;
      owes = Atomic.make false;
      rung = 0;
      served = 0;
      work = (fun () -> 0);
      on_storm = ignore;
    }
  in
  change line.claims (fun others -> others @ [ claim ]);
  claim

let start ~name ~bell line =
  let claim = join ~name ~bell line in
  Sched.Interrupt.on_event ~name line.number (deliver line);
  match Hal.Interrupt.claim line.number line.trigger with
  | Ok () ->
      Hashtbl.replace lines line.number line;
      Ok claim
  | Error _ as e -> e

let fresh ?message trigger number =
  let calm = { rings = 0; at_ns = Sched.Time.now_ns (); work_then = 0 } in
  { number; trigger; message; claims = Atomic.make []; owing = Atomic.make 0; calm }

let claim ~name ~bell trigger number =
  guarded (fun () ->
      match Hashtbl.find_opt lines number with
      | None -> start ~name ~bell (fresh trigger number)
      | Some line when is_level line && line.trigger = trigger -> Ok (join ~name ~bell line)
      | Some _ -> Error Hal.Interrupt.Busy)

let claim_message ~name ~bell ~device_id ~core =
  guarded (fun () ->
      match Hal.Interrupt.allocate_message ~device_id ~core with
      | Error _ as e -> e
      | Ok { number; address; data } ->
          let started = start ~name ~bell (fresh ~message:(address, data) Edge number) in
          if Result.is_error started then Hal.Interrupt.free_message number;
          started)

let route t ~core =
  t.line.message = None
  && List.compare_length_with (Atomic.get t.line.claims) 1 = 0
  && Hal.Interrupt.route t.line.number ~core

let close line =
  Hashtbl.remove lines line.number;
  if line.message = None then Hal.Interrupt.release line.number
  else Hal.Interrupt.free_message line.number

let release t =
  guarded (fun () ->
      if List.memq t (Atomic.get t.line.claims) then begin
        change t.line.claims (List.filter (fun other -> other != t));
        if Atomic.get t.line.claims = [] then close t.line;
        serve_done t
      end)
