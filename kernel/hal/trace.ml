type kind = Switch | Interrupt | Ipi | Timer | Wake
type event = { time_ns : int; core : int; kind : kind; subject : int }

(* SAFETY of all: immediate values in and out; an index outside a core's record answers -1. *)
external capacity : unit -> int = "hal_trace_capacity" [@@noalloc]
external set : bool -> unit = "hal_trace_set" [@@noalloc]
external lost : unit -> int = "hal_trace_lost" [@@noalloc]
external field : int -> int -> int -> int = "hal_trace_field" [@@noalloc]

let capacity = capacity ()
let kinds = [| Switch; Interrupt; Ipi; Timer; Wake |]

let events_of core =
  let rec collect n events =
    let time_ns = field core n 0 in
    if time_ns < 0 then events
    else
      let kind = kinds.(field core n 1) and subject = field core n 2 in
      collect (n + 1) ({ time_ns; core; kind; subject } :: events)
  in
  collect 0 []

let events () =
  List.init (Array.length (Machine.cores ())) events_of
  |> List.concat
  |> List.sort (fun a b -> compare a.time_ns b.time_ns)
