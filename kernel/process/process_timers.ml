open Process

(* Which of the intervals is RLIMIT_CPU's. *)
let of_limit = 3
let second = 1_000_000_000

let stop_posix (p : Process.t) =
  List.iter (fun (_, posix) -> Timers.stop (Lazy.force posix.timer)) p.timers;
  p.timers <- []

let stop_all (p : Process.t) =
  stop_posix p;
  Array.iter (Option.iter Timers.stop) p.intervals

let begin_limit (p : Process.t) =
  let comes _ =
    let used = used_ns p / second in
    let { soft; hard } = p.limits.(Limit.time) in
    if used >= hard then Signals.send p { signal = Signal.kill; cause = Kernel }
    else if used >= soft then Signals.send p { signal = Signal.xcpu; cause = Kernel }
  in
  let timer = Timers.create ~now:(fun () -> used_ns p) comes in
  let after = max 1 (p.limits.(Limit.time).soft * second) in
  ignore (Timers.set timer ~absolute:true { after; every = second } : Timers.setting);
  p.intervals.(of_limit) <- Some timer

let follow_limit (p : Process.t) =
  Option.iter Timers.stop p.intervals.(of_limit);
  if p.limits.(Limit.time).soft < Limit.infinite / second then begin_limit p
