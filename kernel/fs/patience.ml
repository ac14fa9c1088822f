open Picos

(* [alarm] is signaled when the watch is rung: what its fiber waits with, or waited with last. *)
type interruption = {
  watch : Watch.t;
  pending : unit -> bool;
  killed : unit -> bool;
  alarm : Trigger.t Atomic.t option;
}

type t = { seconds : float; interruption : interruption option }

exception Time_is_up

let none = { seconds = 0.; interruption = None }
let forever = { seconds = infinity; interruption = None }
let within ~seconds = { seconds; interruption = None }

let interrupted_by watch ~pending ~killed t =
  { t with interruption = Some { watch; pending; killed; alarm = None } }

let keep t =
  match t.interruption with
  | None -> t
  | Some interruption ->
      let alarm = Atomic.make (Trigger.create ()) in
      let ring _said = Trigger.signal (Atomic.get alarm) in
      ignore (Watch.add interruption.watch ring : Watch.watcher);
      { t with interruption = Some { interruption with alarm = Some alarm } }

let at_most ~seconds t = { t with seconds = Float.min seconds t.seconds }
let waits t = t.seconds > 0.
let is_interrupted t = match t.interruption with Some i -> i.pending () | None -> false
let is_killed t = match t.interruption with Some i -> i.killed () | None -> false

(* ---- of the fiber ---- *)

let of_fiber = Fiber.FLS.create ()
let own () = Fiber.FLS.get (Fiber.current ()) of_fiber ~default:forever
let set_own t = Fiber.FLS.set (Fiber.current ()) of_fiber t

(* ---- waiting ---- *)

let no_backtrace = Printexc.get_callstack 0

let[@alert "-handler"] timer watch seconds =
  let timer = Computation.with_action watch () (fun _ watch () -> Watch.ring watch Readiness.all) in
  Computation.cancel_after timer ~seconds Time_is_up no_backtrace;
  timer

(* More than schedulers must be able to count: thirty years are for ever. *)
let longest = 9e8

(* Calls with the watches that end it early, and whether its time is up. *)
let with_end t wait =
  let interruptions =
    match t.interruption with Some { watch; _ } -> [ (watch, Readiness.all) ] | None -> []
  in
  if t.seconds > longest then wait interruptions (fun () -> false)
  else
    let watch = Watch.create () in
    let timer = timer watch t.seconds in
    Fun.protect
      ~finally:(fun () -> Computation.finish timer)
      (fun () ->
        wait ((watch, Readiness.all) :: interruptions) (fun () -> Computation.is_canceled timer))

let retry_after t watches attempt =
  let wait others is_over =
    Watch.wait_after (List.rev_append others watches) ~until:(fun () ->
        match attempt () with
        | Error Errno.EAGAIN when is_interrupted t -> Some (Error Errno.EINTR)
        | Error EAGAIN when not (is_over ()) -> None
        | answer -> Some answer)
  in
  if waits t then with_end t wait else Error Errno.EAGAIN

(* ---- on one watch, with nothing but signals to end it ---- *)

let rec watch_alone interruption alarm watch bits attempt =
  let trigger = Trigger.create () in
  let watcher = Watch.add_trigger watch bits trigger in
  Atomic.set alarm trigger;
  match attempt () with
  | Error Errno.EAGAIN when not (interruption.pending ()) -> (
      let canceled = Trigger.await trigger in
      Watch.remove watch watcher;
      match canceled with
      | None -> retry_alone interruption alarm watch bits attempt
      | Some (exn, bt) -> Printexc.raise_with_backtrace exn bt)
  | Error Errno.EAGAIN ->
      Watch.remove watch watcher;
      Error Errno.EINTR
  | answer ->
      Watch.remove watch watcher;
      answer
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Watch.remove watch watcher;
      Printexc.raise_with_backtrace exn bt

and retry_alone interruption alarm watch bits attempt =
  match attempt () with
  | Error Errno.EAGAIN when interruption.pending () -> Error Errno.EINTR
  | Error Errno.EAGAIN -> watch_alone interruption alarm watch bits attempt
  | answer -> answer

let retry_after_on t watch bits attempt =
  match t with
  | { interruption = Some ({ alarm = Some alarm; _ } as interruption); seconds } when seconds > longest ->
      watch_alone interruption alarm watch bits attempt
  | _ -> retry_after t [ (watch, bits) ] attempt

let retry t watches attempt =
  match attempt () with
  | Error Errno.EAGAIN -> retry_after t watches attempt
  | answer -> answer

let eventually t watches attempt =
  let attempt () = Option.to_result (attempt ()) ~none:Errno.EAGAIN in
  match retry t watches attempt with
  | Ok value -> Ok (Some value)
  | Error EAGAIN -> Ok None
  | Error _ as error -> error
