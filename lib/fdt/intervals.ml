module Starts = Map.Make (Int)

(* By where they start, the stretches, none of which overlap: where each stops, and its value. *)
type 'a t = (int * 'a) Starts.t

let empty = Starts.empty
let last_from t at = Starts.find_last_opt (fun start -> start <= at) t

let rec add t ~start ~stop value =
  if start >= stop then t
  else
    match (last_from t start, Starts.find_first_opt (fun next -> next > start) t) with
    | Some (_, (taken, _)), _ when taken > start -> add t ~start:taken ~stop value
    | _, Some (next, (taken, _)) when next < stop ->
        add (Starts.add start (next, value) t) ~start:taken ~stop value
    | _ -> Starts.add start (stop, value) t

let find t at =
  match last_from t at with Some (_, (stop, value)) when at < stop -> Some value | _ -> None
