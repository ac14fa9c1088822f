(* Linux's numbers, negated: nucleus/include/errno.h. *)
let einval = -22
let ebusy = -16
let enospc = -28
let enotsup = -95

type manner = Claim | Silence | Disown | Linger | Silence_late

(* SAFETY of all: immediate values in and out; the nucleus checks numbers. The handler is C,
   bounded, and there until `unwatch`. *)
external watch : int -> manner -> Interrupt.trigger -> int = "hal_probe_watch" [@@noalloc]
external unwatch : unit -> unit = "hal_probe_unwatch" [@@noalloc]
external seen : unit -> int = "hal_probe_seen" [@@noalloc]
external seen_on : unit -> int = "hal_probe_seen_on" [@@noalloc]
external was_entered : unit -> bool = "hal_probe_was_entered" [@@noalloc]
external is_inside : unit -> bool = "hal_probe_is_inside" [@@noalloc]
external let_go : int -> unit = "hal_probe_let_go" [@@noalloc]
external route : int -> int = "hal_probe_route" [@@noalloc]
external hold : bool -> unit = "hal_probe_hold" [@@noalloc]
external raise_ : int -> int = "hal_probe_raise" [@@noalloc]
external figure : int -> int -> int = "hal_probe_figure" [@@noalloc]
external strays : unit -> int = "hal_probe_strays" [@@noalloc]
external alarm_line : unit -> int = "hal_probe_alarm_line" [@@noalloc]
external ring : unit -> unit = "hal_probe_ring" [@@noalloc]
external silence : unit -> unit = "hal_probe_silence" [@@noalloc]
external alarm_by_message : bool -> bool = "hal_probe_alarm_by_message" [@@noalloc]
external message : int -> int -> int = "hal_probe_message" [@@noalloc]
external free_message : int -> unit = "hal_probe_free_message" [@@noalloc]
external store_message : unit -> bool = "hal_probe_store_message" [@@noalloc]
external deadline : int -> int = "hal_probe_deadline"

let let_go ~after_ns = let_go after_ns
let mask () = hold true
let unmask () = hold false

type figures = { count : int; unclaimed : int; storms : int; core : int; masked_by_storm : bool }

let figures irq =
  {
    count = figure irq 0;
    unclaimed = figure irq 1;
    storms = figure irq 2;
    core = figure irq 3;
    masked_by_storm = figure irq 4 = 1;
  }

let alarm () =
  match alarm_line () with
  | -1 -> None
  | line ->
      let trigger : Interrupt.trigger =
        match line land 3 with 0 -> Edge | 1 -> Level_high | _ -> Level_low
      in
      Some (line lsr 2, trigger)

let message ~device ~core =
  match message device core with error when error < 0 -> Error error | irq -> Ok irq

let deadline ~after_ns = deadline after_ns
