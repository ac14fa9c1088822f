open Command
open Processes

let state : Proc_subject.state -> string = function
  | Running -> "runs"
  | Waiting -> "waits"
  | Stopped -> "stopped"
  | Ended -> "ended"

let frames memory = (Hal.Space.figures (Memory.space memory)).frames

(* What has no thread any more is there until its parent asks. *)
let show (p : Process.t) ~parent ~threads =
  let subject : Proc_subject.t = { process = p; thread = None } in
  let frames = Option.value (Proc_subject.with_memory subject frames) ~default:0 in
  say "%5d  %6d  %-7s  %7d  %10d  %s" p.pid parent
    (state (Proc_subject.state subject))
    threads (frames * 4) (Proc_subject.name subject)

let all () =
  Process.locked @@ fun () ->
  let row (p : Process.t) = (p, Process.parent_number p, List.length p.threads) in
  List.map row (Process.all ())

let processes () =
  say "  pid  parent  state    threads  memory KiB  name";
  List.iter (fun (p, parent, threads) -> show p ~parent ~threads) (all ())

let calls () =
  say "number       count  call of %s that is not there" Architecture.name;
  List.iter
    (fun (number, count) -> say "%6d  %10d  %s" number count (Number.name number))
    (Unknown_calls.made ());
  let beyond = Unknown_calls.beyond () in
  if beyond > 0 then say "others  %10d" beyond

let plain name summary action =
  let run = function
    | [] ->
        action ();
        0
    | _ -> misused name ""
  in
  { name; arguments = ""; summary; run }

let all =
  [
    plain "processes" "the processes that there are" processes;
    plain "calls" "system calls that programs missed" calls;
  ]
