type state =
  | Shared of int  (** by so many; free, if by none *)
  | Frozen_shared of int
  | Exclusive
  | Poisoned_for_ever

type wish = Share | Exclude

exception Poisoned
exception Frozen

module Gate = Gate.Make (struct
  type nonrec state = state
  type nonrec wish = wish

  let constants = [ Exclusive ]

  let ask state wish =
    match (state, wish) with
    | Poisoned_for_ever, _ -> Gate.Refuse Poisoned
    | Frozen_shared _, Exclude -> Gate.Refuse Frozen
    | Frozen_shared n, Share -> Gate.Enter (Frozen_shared (n + 1))
    | Shared n, Share -> Gate.Enter (Shared (n + 1))
    | Shared 0, Exclude -> Gate.Enter Exclusive
    | (Shared _ | Exclusive), _ -> Gate.Wait

  let give_back state wish =
    match (state, wish) with
    | Shared n, Share -> Shared (n - 1)
    | Frozen_shared n, Share -> Frozen_shared (n - 1)
    | Exclusive, Exclude -> Shared 0
    | (Poisoned_for_ever | Frozen_shared _), _ | Shared _, Exclude | Exclusive, Share -> state
end)

type t = Gate.t

let create ?padded () = Gate.create ?padded (Shared 0)

(* ---- State ---- *)

let is_locked_shared t =
  match Gate.state t with
  | Shared n | Frozen_shared n -> n > 0
  | Exclusive | Poisoned_for_ever -> false

let is_locked t =
  match Gate.state t with
  | Exclusive | Poisoned_for_ever -> true
  | Shared _ | Frozen_shared _ -> false

let is_frozen t = match Gate.state t with Frozen_shared _ -> true | _ -> false
let is_poisoned t = match Gate.state t with Poisoned_for_ever -> true | _ -> false

(* ---- Holds ---- *)

let acquire_shared t = Gate.enter t Share
let try_acquire_shared t = Gate.try_enter t Share
let acquire t = Gate.enter t Exclude
let try_acquire t = Gate.try_enter t Exclude

let without_share = function
  | Shared n when n > 0 -> Shared (n - 1)
  | Frozen_shared n when n > 0 -> Frozen_shared (n - 1)
  | Poisoned_for_ever -> Poisoned_for_ever
  | Shared _ | Frozen_shared _ | Exclusive -> invalid_arg "Rwlock.release_shared: not held"

let freed = function
  | Exclusive -> Shared 0
  | (Poisoned_for_ever | Frozen_shared _) as state -> state
  | Shared _ -> invalid_arg "Rwlock.release: not held"

let poisoned = function
  | Exclusive | Poisoned_for_ever -> Poisoned_for_ever
  | Shared _ | Frozen_shared _ -> invalid_arg "Rwlock.poison: not held"

let release_shared t = Gate.change t without_share
let release t = Gate.change t freed
let poison t = Gate.change t poisoned

(* Waiting for a condition ends without the hold when the lock was frozen meanwhile. *)
let poison_unless_frozen t = if not (is_frozen t) then poison t

let frozen = function
  | Shared n | Frozen_shared n -> Frozen_shared n
  | (Exclusive | Poisoned_for_ever) as state -> state

(* At once if no writer is in, even if some wait: the caller itself may be the reader they wait for.
   Else as a reader that comes when the writer has gone. *)
let freeze t =
  Gate.change t frozen;
  if not (is_frozen t) then begin
    acquire_shared t;
    Gate.change t (fun state -> frozen (without_share state))
  end

(* ---- With a function ---- *)

let between ~acquire ~release ~on_error t thunk =
  acquire t;
  match thunk () with
  | value ->
      release t;
      value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      on_error t;
      Printexc.raise_with_backtrace exn bt

let sharing t thunk =
  between ~acquire:acquire_shared ~release:release_shared ~on_error:release_shared t thunk

let protect t thunk = between ~acquire ~release ~on_error:release t thunk
let holding t thunk = between ~acquire ~release ~on_error:poison_unless_frozen t thunk

module Condition = struct
  type lock = t

  include Waiting

  let wait t lock =
    Waiting.wait t ~release:(fun () -> release lock) ~acquire:(fun () -> acquire lock)

  let wait_shared t lock =
    Waiting.wait t
      ~release:(fun () -> release_shared lock)
      ~acquire:(fun () -> acquire_shared lock)
end
