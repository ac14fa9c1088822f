(* SAFETY of all: immediate values in and out; nothing is allocated, no OCaml value kept. *)
external index : unit -> int = "hal_core_index" [@@noalloc]
external ticks : unit -> int = "hal_core_ticks" [@@noalloc]
external has_events : unit -> bool = "hal_core_has_events" [@@noalloc]
external ns_of_ticks : int -> int = "hal_core_ns_of_ticks" [@@noalloc]
external ns_of_ticks_span : int -> int = "hal_core_ns_of_ticks_span" [@@noalloc]
external ticks_of_ns : int -> int = "hal_core_ticks_of_ns" [@@noalloc]
external next_event : unit -> int = "hal_core_next_event" [@@noalloc]
external wake : int -> unit = "hal_core_wake" [@@noalloc]
external watch_period : int -> unit = "hal_core_watch_period" [@@noalloc]

(* SAFETY: takes an immediate value; may collect while it waits, as any C function may. *)
external wait : int -> unit = "hal_core_wait"

(* SAFETY: the record becomes a root for good; C only ever reads the two fields that runtime/loop.h
   numbers. *)
external start : 'core -> int -> unit = "hal_core_start"
