type state = Permits of int | Poisoned_for_ever

exception Poisoned

module Gate = Gate.Make (struct
  type nonrec state = state
  type wish = unit

  let constants = []

  let ask state () =
    match state with
    | Permits 0 -> Gate.Wait
    | Permits n -> Gate.Enter (Permits (n - 1))
    | Poisoned_for_ever -> Gate.Refuse Poisoned

  let give_back state () =
    match state with Permits n -> Permits (n + 1) | Poisoned_for_ever -> state
end)

type t = Gate.t

let max_value = max_int

let create ?padded permits =
  if permits < 0 then invalid_arg "Sem.create: negative";
  Gate.create ?padded (Permits permits)

let acquire t = Gate.enter t ()
let try_acquire t = Gate.try_enter t ()

let one_more = function
  | Permits n when n = max_value -> raise (Sys_error "Sem.release: too many permits")
  | Permits n -> Permits (n + 1)
  | Poisoned_for_ever -> Poisoned_for_ever

let release t = Gate.change t one_more
let poison t = Gate.change t (fun _ -> Poisoned_for_ever)
let get_value t = match Gate.state t with Permits n -> n | Poisoned_for_ever -> 0
let is_poisoned t = match Gate.state t with Permits _ -> false | Poisoned_for_ever -> true
