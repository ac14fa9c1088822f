type trigger = Edge | Level_high | Level_low

(* SAFETY of all: immediate values; the stubs check numbers. *)
external claim : int -> trigger -> int = "hal_interrupt_claim" [@@noalloc]
external unmask : int -> unit = "hal_interrupt_unmask" [@@noalloc]
external route : int -> core:int -> bool = "hal_interrupt_route" [@@noalloc]
external served : int -> unit = "hal_interrupt_served" [@@noalloc]
external limit : unit -> int = "hal_interrupt_limit" [@@noalloc]
external statistic : int -> int -> int = "hal_interrupt_statistic" [@@noalloc]

(* SAFETY: they may wait for a handler or a controller, not for OCaml; no value is held
   meanwhile. *)
external release : int -> unit = "hal_interrupt_release" [@@noalloc]
external free_message : int -> unit = "hal_interrupt_free_message" [@@noalloc]

type message = { number : int; address : int; data : int }

(* SAFETY: builds a fresh block of three immediate values, as [message] is. *)
external allocate_message : int -> int -> message option = "hal_interrupt_allocate_message"

type error = No_such_interrupt | Busy | No_messages

let claim number trigger =
  match claim number trigger with 0 -> Ok () | 1 -> Error Busy | _ -> Error No_such_interrupt

let allocate_message ~device_id ~core =
  Option.to_result ~none:No_messages (allocate_message device_id core)

let pp_error ppf = function
  | No_such_interrupt -> Format.pp_print_string ppf "there is no such interrupt"
  | Busy -> Format.pp_print_string ppf "another has claimed it"
  | No_messages -> Format.pp_print_string ppf "there are no messages to have"

type statistics = { count : int; served : int; longest_ns : int; total_ns : int }

let statistics number =
  {
    count = statistic number 0;
    served = statistic number 1;
    longest_ns = statistic number 2;
    total_ns = statistic number 3;
  }
