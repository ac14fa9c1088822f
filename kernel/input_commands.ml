open Command
open Drivers

let say = Command.say

let show input =
  say "%-8s %s on %s; %d events" (Input.name input) (Input.title input) (Input.device input)
    (Input.events input)

let patience_ns = 30_000_000_000

(* Says what comes until there were so many events: whether there were. *)
let watch count =
  let left = Atomic.make count and all = Picos.Trigger.create () in
  let show input (e : Input.event) =
    if e.kind <> Input.synchronisation then
      match Atomic.fetch_and_add left (-1) with
      | n when n >= 1 ->
          say "%s: kind %d, code %d, value %d" (Input.name input) e.kind e.code e.value;
          if n = 1 then Picos.Trigger.signal all
      | _ -> ()
  in
  let stop = Input.listen show in
  let came = Sched.Time.within ~ns:patience_ns (fun () -> Picos.Trigger.await all) in
  stop ();
  came

let input = function
  | [] ->
      List.iter show (Input.all ());
      0
  | [ "watch"; count ] when Option.is_some (int_of_string_opt count) -> (
      match watch (int_of_string count) with
      | Ok _ -> 0
      | Error `Time_is_up -> complain "input" "there were not so many events in 30 s")
  | _ -> misused "input" "[watch EVENTS]"

let all =
  [
    {
      name = "input";
      arguments = "[watch EVENTS]";
      summary = "keyboards and the like; what is done to them";
      run = input;
    };
  ]
