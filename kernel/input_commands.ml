open Command
open Drivers

let say format = Printf.printf (format ^^ "\n%!")

let show input =
  say "%-8s %s on %s; %d events" (Input.name input) (Input.title input) (Input.device input)
    (Input.events input)

(* Says what comes, for so many seconds. *)
let watch seconds =
  let show input (e : Input.event) =
    if e.kind <> Input.synchronisation then
      say "%s: kind %d, code %d, value %d" (Input.name input) e.kind e.code e.value
  in
  let stop = Input.listen show in
  Sched.Time.sleep (seconds * 1_000_000_000);
  stop ()

let input = function
  | [] ->
      List.iter show (Input.all ());
      0
  | [ "watch"; seconds ] -> (
      match int_of_string_opt seconds with
      | Some n when n > 0 && n <= 3600 -> watch n; 0
      | Some _ | None -> complain "input" "%s: not a number of seconds" seconds)
  | _ -> misused "input" "[watch SECONDS]"

let all =
  [
    {
      name = "input";
      arguments = "[watch SECONDS]";
      summary = "keyboards and the like; what is done to them";
      run = input;
    };
  ]
