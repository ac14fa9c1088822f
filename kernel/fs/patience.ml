open Picos

type interruption = { watch : Watch.t; pending : unit -> bool; killed : unit -> bool }
type t = { seconds : float; interruption : interruption option }

exception Time_is_up

let none = { seconds = 0.; interruption = None }
let forever = { seconds = infinity; interruption = None }
let within ~seconds = { seconds; interruption = None }

let interrupted_by watch ~pending ~killed t =
  { t with interruption = Some { watch; pending; killed } }

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
