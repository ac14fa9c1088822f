open Picos

let pause_ns = 2_000_000

(* Before each time the other cores come to idle. *)
let repeat n once () =
  for _ = 1 to n do
    Sched.Time.sleep pause_ns;
    once ()
  done;
  Printf.sprintf {|{"repeated":%d}|} n

(* Of an empty heap, when the others idle again after the one that emptied it. *)
let minor_collection () =
  Gc.minor ();
  Hal.Probe.block_core ~ns:pause_ns;
  Hal.Probe.mark_begin ();
  Gc.minor ();
  Hal.Probe.mark_end ()

(* From this core to a fiber of core 1: what the sender executes until the step, and the receiver
   until the end. *)
let wake () =
  let trigger = Trigger.create () and awake = Trigger.create () in
  let receive () =
    ignore (Trigger.await trigger : _ option);
    Hal.Probe.mark_end ();
    Trigger.signal awake
  in
  let receiver = Sched.spawn ~kind:Local ~core:1 ~name:"receiver" receive in
  Sched.Time.sleep pause_ns;
  Hal.Probe.mark_begin ();
  Trigger.signal trigger;
  Hal.Probe.mark_step ();
  ignore (Trigger.await awake : _ option);
  Computation.await receiver

(* Nothing happens but that this fiber sleeps. *)
let idle () =
  Hal.Probe.mark_begin ();
  Sched.Time.sleep 100_000_000;
  Hal.Probe.mark_end ()

let all =
  [
    ("marked-minor", repeat 100 minor_collection);
    ("marked-wake", repeat 100 wake);
    ("marked-idle", repeat 5 idle);
  ]
