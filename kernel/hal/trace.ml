(* In the order of nucleus/include/trace.h. *)
type kind =
  | Switch
  | Wake
  | Interrupt
  | Ipi
  | Timer
  | Gc_begin
  | Gc_end
  | Gc_counter
  | Fiber_start
  | Fiber_run
  | Fiber_suspend
  | Fiber_end
  | Fiber_wake
  | Fiber_steal

(* The same numbers as there: what stands between is not named here, or by other means. *)
type named = Thread | Fiber | Interrupt_line

let number = function Thread -> 0 | Fiber -> 1 | Interrupt_line -> 3
let reason_number = 2

(* SAFETY of all: immediate values in and out; what is outside of a core's record answers -1. *)
external is_on : unit -> bool = "hal_trace_is_on" [@@noalloc]
external stop : unit -> unit = "hal_trace_stop" [@@noalloc]
external emit : kind -> int -> int -> unit = "hal_trace_record" [@@noalloc]
external capacity : unit -> int = "hal_trace_capacity" [@@noalloc]
external recorded_by : int -> int = "hal_trace_recorded" [@@noalloc]
external kept_by : int -> int = "hal_trace_kept" [@@noalloc]
external field : int -> int -> int -> int = "hal_trace_field" [@@noalloc]

(* SAFETY: copies the string before it returns. *)
external emit_name : int -> int -> string -> unit = "hal_trace_name" [@@noalloc]

(* SAFETY: they leave the OCaml runtime while they work, and touch nothing of its heap. *)
external start_recording : int -> int = "hal_trace_start"
external save_recorded : unit -> unit = "hal_trace_save"

(* Follows the nucleus's own switch, which the stubs ask again: so that a core that reads it late
   does no harm, and reading it costs no call. *)
let on = ref (is_on ())

let[@inline] recording () = !on
let[@inline] record kind ~subject ~argument = if !on then emit kind subject argument
let[@inline] name named subject text = if !on then emit_name (number named) subject text

(* ---- reasons: a list that only grows, the newest and highest number first ---- *)

let reasons_most = 255
let reasons : (string * int) list Atomic.t = Atomic.make []

let rec number_of text = function
  | [] -> 0
  | (known, n) :: rest -> if String.equal known text then n else number_of text rest

let rec add_reason text =
  let before = Atomic.get reasons in
  let n = number_of text before and next = List.length before + 1 in
  if n > 0 || next > reasons_most then n
  else if Atomic.compare_and_set reasons before ((text, next) :: before) then begin
    emit_name reason_number next text;
    next
  end
  else add_reason text

let intern text =
  match number_of text (Atomic.get reasons) with 0 when text <> "" -> add_reason text | n -> n

let[@inline] reason text = if !on then intern text else 0
let name_reason (text, n) = emit_name reason_number n text
let name_reasons () = List.iter name_reason (Atomic.get reasons)

(* ---- starting, stopping, saving ---- *)

type error = Bad_size | Other_size of int | No_memory

let least = 64
let default = 4096
let most = 1 lsl 24

let pp_error f = function
  | Bad_size -> Format.fprintf f "a core keeps %d to %d events" least most
  | Other_size n -> Format.fprintf f "the buffers are there already, for %d events a core" n
  | No_memory -> Format.fprintf f "there is no memory for that many events"

let hooks : (unit -> unit) list Atomic.t = Atomic.make []

let rec at_start f =
  let before = Atomic.get hooks in
  if not (Atomic.compare_and_set hooks before (f :: before)) then at_start f
  else if !on then f ()

let start ?(events = 0) () =
  match if events < 0 then -22 else start_recording events with
  | 0 ->
      on := true;
      name_reasons ();
      List.iter (fun f -> f ()) (List.rev (Atomic.get hooks));
      Ok ()
  | -12 -> Error No_memory
  | -16 -> Error (Other_size (capacity ()))
  | _ -> Error Bad_size

let stop () =
  on := false;
  stop ()

let save () =
  on := false;
  save_recorded ()

(* ---- looking ---- *)

type event = { time_ns : int; core : int; kind : kind; subject : int; argument : int }

let kinds =
  [| Switch; Wake; Interrupt; Ipi; Timer; Gc_begin; Gc_end; Gc_counter; Fiber_start; Fiber_run;
     Fiber_suspend; Fiber_end; Fiber_wake; Fiber_steal |]

let event core n =
  let kind = kinds.(field core n 1) in
  { time_ns = field core n 0; core; kind; subject = field core n 2; argument = field core n 3 }

let latest_on ~core limit =
  let kept = kept_by core in
  let shown = min limit kept in
  List.init shown (fun i -> event core (kept - shown + i))

let latest limit =
  let of_core (core : Machine.core) = latest_on ~core:core.index limit in
  let all = List.concat_map of_core (Array.to_list (Machine.cores ())) in
  let newest_first = List.sort (fun a b -> compare b.time_ns a.time_ns) all in
  List.rev (List.filteri (fun i _ -> i < limit) newest_first)

let sum f = Array.fold_left (fun n (core : Machine.core) -> n + f core.index) 0 (Machine.cores ())
let recorded () = sum recorded_by
let lost () = sum (fun core -> recorded_by core - kept_by core)
