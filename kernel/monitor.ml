let run_command commands name arguments =
  match List.find_opt (fun (c : Command.t) -> c.name = name) commands with
  | None ->
      Printf.printf "%s: no such command; `help` lists them\n%!" name;
      127
  | Some command -> (
      try command.run arguments
      with e ->
        Printf.printf "%s: raised %s\n%!" name (Printexc.to_string e);
        125)

(* ---- in the background ---- *)

let jobs : int Picos.Computation.t list ref = ref []

let start commands name arguments =
  let run () = run_command commands name arguments in
  jobs := Sched.spawn ~kind:Local ~name run :: !jobs;
  0

let wait () =
  let started = List.rev !jobs in
  jobs := [];
  List.fold_left max 0 (List.map Picos.Computation.await started)

let rec without_last = function [] | [ _ ] -> [] | x :: rest -> x :: without_last rest

let run_words commands text =
  match Command.words text with
  | Error why ->
      Printf.printf "%s\n%!" why;
      2
  | Ok [] -> 0
  | Ok [ "wait" ] -> wait ()
  | Ok (name :: arguments) -> (
      match List.rev arguments with
      | "&" :: _ -> start commands name (without_last arguments)
      | _ -> run_command commands name arguments)

let run_line commands line =
  match Command.lines line with
  | Error why ->
      Printf.printf "%s\n%!" why;
      2
  | Ok parts -> List.fold_left (fun _ part -> run_words commands part) 0 parts

let interact commands =
  let names = List.map (fun (c : Command.t) -> c.name) commands in
  let editor = Line_editor.create ~complete:(fun _ -> names) () in
  let rec loop () =
    match Line_editor.read_line editor ~prompt:"bactrian> " with
    | None -> Hal.Power.off ~status:0
    | Some line ->
        ignore (run_line commands line : int);
        loop ()
  in
  loop ()

let begin_marker = "---- bactrian: run ----"
let end_marker status = Printf.sprintf "---- bactrian: end, status %d ----" status

let script commands lines =
  Printf.printf "%s\n%!" begin_marker;
  let status = run_line commands lines in
  Printf.printf "%s\n%!" (end_marker status);
  Hal.Power.off ~status
