open Command
open Processes

(* The world is made when the first program runs. *)
let world archive = lazy (World.create archive)

let environment = [ "PATH=/bin"; "HOME=/root"; "TERM=linux"; "PWD=/" ]

let path_of name = if String.contains name '/' then name else "/bin/" ^ name

let status_of : Process.status -> int = function
  | Exited code -> code
  | Killed { signal; _ } -> 128 + signal

let tell name : Process.status -> unit = function
  | Exited _ -> ()
  | Killed { signal; core } ->
      say "%s: killed by %s%s" name (Signal.name signal) (if core then " (would dump core)" else "")

let start world name arguments =
  Console_terminal.with_input @@ fun () ->
  match World.run world ~path:(path_of name) ~arguments:(name :: arguments) ~environment with
  | Error error -> complain "run" "%s: %s" name (Fs.Errno.name error)
  | Ok p ->
      let status = World.wait p in
      tell name status;
      status_of status

let run_arguments = "FILE [ARGUMENT...]"

let run world =
  let run = function
    | [] -> misused "run" run_arguments
    | name :: arguments -> (
        match Lazy.force world with
        | Error why -> complain "run" "%s" why
        | Ok world -> start world name arguments)
  in
  {
    name = "run";
    arguments = run_arguments;
    summary = "start a program, and wait for its end";
    run;
  }

let made world () =
  match if Lazy.is_val world then Lazy.force world else Error "" with
  | Ok world -> Some world
  | Error _ -> None

let all archive =
  let world = world archive in
  [ run world; Resource_commands.resources (made world) ]
