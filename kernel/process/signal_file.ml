open Fs

type t = Signal.Set.t Atomic.t
type File.what += Signals of t

let ( let* ) = Result.bind
let allowed set = Signal.Set.(diff set (of_list [ Signal.kill; Signal.stop ]))

let set t set =
  Atomic.set t (allowed set);
  Watch.ring Signals.arrived Readiness.readable

let take t thread = Signals.take thread (Atomic.get t)

let readiness t () =
  match Process.current () with
  | None -> Readiness.none
  | Some thread ->
      let told = Signal.Set.inter (Signals.pending thread) (Atomic.get t) in
      if Signal.Set.is_empty told then Readiness.none else Readiness.readable

let put transfer info =
  let bytes = Signal.report info in
  Transfer.put transfer bytes 0 (Bytes.length bytes)

(* What else is there, as far as there is room. *)
let rec put_rest t thread transfer ~done_ =
  if Transfer.length transfer < Signal.information_length then Ok done_
  else
    match take t thread with
    | None -> Ok done_
    | Some info -> (
        match put transfer info with
        | Ok n -> put_rest t thread transfer ~done_:(done_ + n)
        | Error _ -> Ok done_)

let read_by thread t patience transfer =
  if Transfer.length transfer < Signal.information_length then Error Errno.EINVAL
  else
    let attempt () = Option.to_result (take t thread) ~none:Errno.EAGAIN in
    let* first = Patience.retry patience [ (Signals.arrived, Readiness.readable) ] attempt in
    let* done_ = put transfer first in
    put_rest t thread transfer ~done_

let read t patience transfer =
  match Process.current () with
  | None -> Error Errno.EINVAL
  | Some thread -> read_by thread t patience transfer

let create set =
  let t = Atomic.make (allowed set) in
  let file = Nameless.file (Nameless.node Events) ~watch:Signals.arrived in
  File.make ~what:(Signals t) ~reading:(read t)
    { read = true; write = true }
    { file with readiness = readiness t }
