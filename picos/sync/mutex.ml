open Picos
module Maybe = Fiber.Maybe

type state = Free | Held of Maybe.t  (** by that fiber, or by nobody known *)

module Gate = Gate.Make (struct
  type nonrec state = state
  type wish = Maybe.t

  let constants = [ Free ]
  let ask state wish = match state with Free -> Gate.Enter (Held wish) | Held _ -> Gate.Wait
  let give_back _state _wish = Free
end)

type t = Gate.t

let create ?padded () = Gate.create ?padded Free

let is_owner t fiber =
  match Gate.state t with Held owner -> not (Maybe.unequal owner fiber) | Free -> false

let lock ?checked t =
  let fiber = Maybe.current_and_check_if checked in
  if is_owner t fiber then raise (Sys_error "Mutex.lock: locked by this fiber already");
  Gate.enter t fiber

let try_lock ?checked t = Gate.try_enter t (Maybe.current_and_check_if checked)

let free_from fiber = function
  | Held owner when Maybe.equal owner fiber -> Free
  | Held _ -> raise (Sys_error "Mutex.unlock: locked by another fiber")
  | Free -> raise (Sys_error "Mutex.unlock: not locked")

let unlock_as t fiber = Gate.change t (free_from fiber)
let unlock ?checked t = unlock_as t (Maybe.current_if checked)

let protect ?checked t thunk =
  lock ?checked t;
  match thunk () with
  | value ->
      unlock ?checked t;
      value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      unlock ?checked t;
      Printexc.raise_with_backtrace exn bt

module Private = struct
  let owner t = match Gate.state t with Held owner -> owner | Free -> Maybe.nothing
  let unlock_as = unlock_as
  let lock_as = Gate.enter
end
