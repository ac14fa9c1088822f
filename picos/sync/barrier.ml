open Picos

exception Poisoned

type state =
  | Filling of { arrived : int; full : unit Computation.t }  (** a new computation each time *)
  | Poisoned_for_ever

type t = { parties : int; state : state Atomic.t }

let max_parties = max_int
let empty () = Filling { arrived = 0; full = Computation.create () }

let create ?(padded = false) parties =
  if parties < 1 then invalid_arg "Barrier.create: no parties";
  let state = if padded then Atomic.make_contended (empty ()) else Atomic.make (empty ()) in
  { parties; state }

let parties t = t.parties
let no_backtrace = Printexc.get_callstack 0

let poison t =
  match Atomic.exchange t.state Poisoned_for_ever with
  | Filling { full; _ } -> Computation.cancel full Poisoned no_backtrace
  | Poisoned_for_ever -> ()

let wait_or_poison t full =
  try Computation.await full
  with exn ->
    let bt = Printexc.get_raw_backtrace () in
    poison t;
    Printexc.raise_with_backtrace exn bt

let rec await t =
  match Atomic.get t.state with
  | Poisoned_for_ever -> raise Poisoned
  | Filling { arrived; full } as before when arrived + 1 = t.parties ->
      if Atomic.compare_and_set t.state before (empty ()) then Computation.finish full else await t
  | Filling { arrived; full } as before ->
      if Atomic.compare_and_set t.state before (Filling { arrived = arrived + 1; full }) then
        wait_or_poison t full
      else await t
