(* SAFETY of all: immediate values in and out; what the stubs do to the machine is undone before
   they return, but for ticks, which their handler bounds. *)
external tick : int -> unit = "hal_probe_tick" [@@noalloc]
external stop_ticks : unit -> int = "hal_probe_stop_ticks" [@@noalloc]
external writable_code : unit -> int = "hal_probe_writable_code" [@@noalloc]
external guard_is_mapped : int -> bool = "hal_probe_guard_is_mapped" [@@noalloc]
external page_fault_survives : unit -> bool = "hal_probe_page_fault" [@@noalloc]
external block_core : int -> unit = "hal_probe_block"
external frames_round_trip : int -> bool = "hal_probe_frames"

let tick ~hz =
  if hz < 1 || hz > 100_000 then invalid_arg "Hal.Probe.tick";
  tick (1_000_000_000 / hz)

let guards =
  [ "the boot stack"; "core 0's handler stack"; "core 0's emergency stack"; "the main thread" ]

let mapped_guards () = List.filteri (fun i _ -> guard_is_mapped i) guards
let block_core ~ns = block_core ns
let frames_round_trip ~bytes = frames_round_trip bytes

external event : unit -> int = "hal_probe_event" [@@noalloc]
external event_at : int -> unit = "hal_probe_event_at" [@@noalloc]
external wake_self : unit -> unit = "hal_probe_wake_self" [@@noalloc]
external mark_begin : unit -> unit = "hal_probe_mark_begin" [@@noalloc]
external mark_step : unit -> unit = "hal_probe_mark_step" [@@noalloc]
external mark_end : unit -> unit = "hal_probe_mark_end" [@@noalloc]
external spin : int -> unit = "hal_probe_spin" [@@noalloc]

let event_at ~ns = event_at ns
let spin ~ns = spin ns
