open Fs
open Call

let release files = Array.iter (fun (file, _) -> File.release file) files

let patience thread = function
  | None -> Signals.patience thread
  | Some ns when ns <= 0 -> Patience.none
  | Some ns -> Signals.patience_within thread ~seconds:(seconds_of_ns ns)

let milliseconds n = if n < 0 then None else Some (n * 1_000_000)

let with_time_left thread put ~at timeout f =
  let began = Hal.Machine.uptime_ns () in
  let answer = f () in
  match timeout with
  | None -> answer
  | Some ns ->
      let left = max 0 (ns - (Hal.Machine.uptime_ns () - began)) in
      ignore (put (memory thread) at left : (unit, Errno.t) result);
      answer
