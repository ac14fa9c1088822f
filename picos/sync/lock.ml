type state = Free | Held | Poisoned_for_ever

exception Poisoned

let swap = Gate.swap

module Gate = Gate.Make (struct
  type nonrec state = state
  type wish = unit

  let constants = [ Free; Held; Poisoned_for_ever ]

  let ask state () =
    match state with
    | Free -> Gate.Enter Held
    | Held -> Gate.Wait
    | Poisoned_for_ever -> Gate.Refuse Poisoned

  let give_back state () = match state with Poisoned_for_ever -> state | Held | Free -> Free
end)

type t = Gate.t

let create ?padded () = Gate.create ?padded Free
let is_locked t = Gate.state t <> Free
let is_poisoned t = Gate.state t = Poisoned_for_ever
let free = Gate.alone Free
let held = Gate.alone Held
let acquire t = if not (swap t free held) then Gate.enter t ()
let try_acquire t = Gate.try_enter t ()

let freed = function
  | Held -> Free
  | Poisoned_for_ever -> Poisoned_for_ever
  | Free -> invalid_arg "Lock.release: not locked"

let poisoned = function
  | Held | Poisoned_for_ever -> Poisoned_for_ever
  | Free -> invalid_arg "Lock.poison: not locked"

let release t = if not (swap t held free) then Gate.change t freed
let poison t = Gate.change t poisoned

let between t ~on_error thunk =
  acquire t;
  match thunk () with
  | value ->
      release t;
      value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      on_error t;
      Printexc.raise_with_backtrace exn bt

let protect t thunk = between t ~on_error:release thunk

let holding t thunk = between t ~on_error:poison thunk

module Condition = struct
  type lock = t

  include Waiting

  let wait t lock =
    Waiting.wait t ~release:(fun () -> release lock) ~acquire:(fun () -> acquire lock)
end
