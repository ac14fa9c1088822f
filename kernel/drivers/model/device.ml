open Picos

exception Failed of string
exception Ended

type progress = { outstanding : int; completed : int }

(* What is watched: as it was at the supervisor's last look, and looks since it last did
   anything. *)
type watched = { ask : unit -> progress; mutable completed : int; mutable idle_looks : int }

(* Canceling a fiber's own computation completes it at once; [ended] is when it has unwound. *)
type fiber = { running : unit Computation.t; ended : unit Computation.t }

type t = {
  hardware : Hardware.t;
  bell : Sched.Bell.t;
  failure : (exn * Printexc.raw_backtrace) option Atomic.t;
  stirring : bool Atomic.t;
  is_open : bool Atomic.t;
  fibers : fiber list Atomic.t;
  lines : Line.t list Atomic.t;
  windows : Hal.Registers.t list Atomic.t;
  memory : Hal.Dma.t list Atomic.t;
  resets : (unit -> unit) list Atomic.t;
  watched : watched list Atomic.t;
  gone : (unit -> unit) list Atomic.t;
}

let fail _ format = Format.kasprintf (fun why -> raise (Failed why)) format

let rec change list f =
  let seen = Atomic.get list in
  if not (Atomic.compare_and_set list seen (f seen)) then change list f

let add list x = change list (List.cons x)
let name t = t.hardware.name
let identity t = t.hardware.identity
let config t = t.hardware.config
let messages t = t.hardware.messages
let cores _ = Array.of_list (Sched.cores_serving Drivers)
let check_open t = if not (Atomic.get t.is_open) then raise Ended

(* ---- registers and memory ---- *)

let window t number =
  check_open t;
  if number < 0 || number >= Array.length t.hardware.windows then
    fail t "it has no register window %d" number
  else
    match t.hardware.windows.(number) () with
    | Ok window -> window
    | Error why -> fail t "register window %d: %s" number why

(* A fresh window for each driver's life, to be revoked with it. *)
let registers t number : Hal.Registers.t =
  match window t number with
  | Memory _ -> fail t "window %d is memory, not registers" number
  | Registers whole ->
      let fresh = Hal.Registers.(sub whole ~offset:0 ~length:(length whole)) in
      add t.windows fresh;
      fresh

let device_memory t number : Hal.Dma.t =
  match window t number with
  | Memory memory -> memory
  | Registers _ -> fail t "window %d is registers, not memory" number

let lasting_memory t length =
  check_open t;
  match Hal.Physical.allocate ~below:t.hardware.dma_limit length with
  | None -> fail t "there is no memory for %d bytes that it may reach" length
  | Some memory -> memory

let memory t length =
  let memory = lasting_memory t length in
  add t.memory memory;
  memory

(* ---- fibers ---- *)

let failed t e backtrace =
  if Atomic.compare_and_set t.failure None (Some (e, backtrace)) then Sched.Bell.ring t.bell

let spawn t ?core suffix f =
  check_open t;
  let ended = Computation.create () in
  let body () =
    (try f () with e -> failed t e (Printexc.get_raw_backtrace ()));
    Computation.finish ended
  in
  let name = if suffix = "" then name t else name t ^ "/" ^ suffix in
  add t.fibers { running = Sched.spawn ~kind:Drivers ?core ~name body; ended }

(* ---- interrupts ---- *)

let here = Printexc.get_callstack 0

let completed t =
  let of_one watched = (watched.ask ()).completed in
  List.fold_left (fun sum watched -> sum + of_one watched) 0 (Atomic.get t.watched)

let watch_line t line =
  let on_storm why = failed t (Failed why) here in
  Line.watch line ~work:(fun () -> completed t) ~on_storm

let interrupt t ?message ~core bell =
  check_open t;
  match t.hardware.claim ~message ~core ~bell ~name:(name t) with
  | Error why -> fail t "its interrupt: %s" why
  | Ok line ->
      add t.lines line;
      watch_line t line;
      line

(* ---- waiting ---- *)

let look_ns = 50_000

let becomes ~within_ns is_so =
  let began = Sched.Time.now_ns () in
  let rec look () =
    if is_so () then true
    else
      let took = Sched.Time.now_ns () - began in
      took <= within_ns
      && begin
           Sched.Time.sleep (max look_ns (took / 8));
           look ()
         end
  in
  look ()

(* ---- ends ---- *)

let at_end t reset = add t.resets reset

(* ---- watching ---- *)

let watch t ask = add t.watched { ask; completed = 0; idle_looks = 0 }
let when_gone t f = add t.gone f

let stir t =
  if (not (Atomic.get t.stirring)) && not (Atomic.exchange t.stirring true) then
    Sched.Bell.ring t.bell

module Private = struct
  let start hardware ~bell ~gone =
    {
      hardware;
      bell;
      failure = Atomic.make None;
      stirring = Atomic.make false;
      is_open = Atomic.make true;
      fibers = Atomic.make [];
      lines = Atomic.make [];
      windows = Atomic.make [];
      memory = Atomic.make [];
      resets = Atomic.make [];
      watched = Atomic.make [];
      gone;
    }

  let failure t = Atomic.get t.failure
  let is_stirring t = Atomic.get t.stirring
  let rest t = Atomic.set t.stirring false

  let outstanding t =
    let of_one watched = (watched.ask ()).outstanding in
    List.fold_left (fun sum watched -> sum + of_one watched) 0 (Atomic.get t.watched)

  (* How many requests it leaves unanswered, when it does so for too long. *)
  let look_at ~patience watched =
    let now = watched.ask () in
    let is_idle = now.outstanding > 0 && now.completed = watched.completed in
    watched.idle_looks <- (if is_idle then watched.idle_looks + 1 else 0);
    watched.completed <- now.completed;
    if watched.idle_looks >= patience then now.outstanding else 0

  let look t ~patience =
    List.fold_left (fun sum watched -> sum + look_at ~patience watched) 0 (Atomic.get t.watched)

  (* A fiber that is being spawned while we look is in the list at the next look. *)
  let rec end_fibers t =
    match Atomic.exchange t.fibers [] with
    | [] -> ()
    | fibers ->
        List.iter (fun fiber -> Computation.cancel fiber.running Ended here) fibers;
        List.iter (fun fiber -> Computation.wait fiber.ended) fibers;
        end_fibers t

  let reset_limit_ns = 1_000_000_000

  let is_reset reset =
    match Sched.Time.within ~ns:reset_limit_ns reset with
    | Ok () -> true
    | Error `Time_is_up -> false
    | exception _ -> false

  let free t =
    List.iter Hal.Physical.release (Atomic.exchange t.memory [])

  let close t =
    Atomic.set t.is_open false;
    end_fibers t;
    List.iter Line.release (Atomic.exchange t.lines []);
    let all_reset = List.for_all Fun.id (List.map is_reset (Atomic.exchange t.resets [])) in
    t.hardware.disable ();
    List.iter Hal.Registers.revoke (Atomic.exchange t.windows []);
    if all_reset || t.hardware.is_gated then free t
end
