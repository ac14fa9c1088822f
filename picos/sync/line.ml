module Places = Map.Make (Int)

type 'a t = 'a Places.t
type place = int

let empty = Places.empty
let is_empty = Places.is_empty
let behind t = match Places.max_binding_opt t with None -> 0 | Some (last, _) -> last + 1

let join t waiter =
  let place = behind t in
  (place, Places.add place waiter t)

let first = Places.min_binding_opt
let leave t place = Places.remove place t
let replace t place waiter = Places.add place waiter t

let holds t place waiter =
  match Places.find_opt place t with Some other -> other == waiter | None -> false

let iter see t = Places.iter (fun _place waiter -> see waiter) t
