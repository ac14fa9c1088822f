open Command
open Drivers

let say = Command.say

let show_time ns =
  Format.asprintf "%a.%03d" Clocks.Date.pp
    (Clocks.Date.of_seconds (ns / 1_000_000_000))
    (ns / 1_000_000 mod 1000)

let show_clock clock =
  let time =
    match Clock.read clock with
    | Ok ns -> show_time ns
    | Error e -> Format.asprintf "%a" Clock.pp_error e
  in
  say "%-8s %s on %s" (Clock.name clock) time (Clock.device clock)

let show () =
  say "system   %s, from %s" (show_time (Sched.Time.wall_ns ())) (Wall_clock.source ());
  List.iter show_clock (Clock.all ())

let with_clock name action =
  match Clock.find name with
  | None -> complain "date" "%s: there is no such clock" name
  | Some clock -> (
      match action clock with
      | Ok () -> 0
      | Error e -> complain "date" "%s: %a" name Clock.pp_error e)

let set clock text =
  match float_of_string_opt text with
  | Some seconds when seconds >= 0. && seconds < 4e9 ->
      with_clock clock (fun clock -> Clock.set clock (int_of_float (seconds *. 1e9)))
  | Some _ | None -> complain "date" "%s: not a number of seconds since 1970" text

let date = function
  | [] -> show (); 0
  | [ "from"; clock ] -> with_clock clock Wall_clock.adopt
  | [ "to"; clock ] -> with_clock clock Wall_clock.keep
  | [ "set"; clock; seconds ] -> set clock seconds
  | _ -> misused "date" "[from CLOCK|to CLOCK|set CLOCK SECONDS]"

let all =
  [
    {
      name = "date";
      arguments = "[from CLOCK|to CLOCK|set CLOCK SECONDS]";
      summary = "the time of day, and the machine's clocks";
      run = date;
    };
  ]
