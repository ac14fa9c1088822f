open Command
open Drivers

let show display =
  let mode = Display.mode display in
  Printf.printf "%-9s %d by %d dots on %s\n%!" (Display.name display) mode.width mode.height
    (Display.device display)

let displays = function
  | [] ->
      List.iter show (Display.all ());
      0
  | _ -> misused "displays" ""

let all =
  [ { name = "displays"; arguments = ""; summary = "where output is shown"; run = displays } ]
