(* The newest commit's first. *)
type t = { free : Extents.t; held : (int * Extents.t) list }

let create free = { free; held = [] }
let free t = Extents.count t.free
let held t = List.fold_left (fun sum (_, extents) -> sum + Extents.count extents) 0 t.held

let runs t =
  List.fold_left (fun sum (_, extents) -> sum + Extents.runs extents) (Extents.runs t.free) t.held

let merge extents into =
  let add ~index ~count into =
    match Extents.add into ~index ~count with
    | Some into -> into
    | None -> invalid_arg "Space: free twice"
  in
  Extents.fold add extents into

let all t = List.fold_left (fun all (_, extents) -> merge extents all) t.free t.held

let take t ~level =
  Option.map (fun (index, free) -> (index, { t with free })) (Extents.take t.free ~level)

let give_back t ~index ~count =
  match Extents.add t.free ~index ~count with
  | Some free -> { t with free }
  | None -> invalid_arg "Space.give_back"

let is_used t ~index ~count =
  let overlaps extents = Extents.overlaps extents ~index ~count in
  not (overlaps t.free || List.exists (fun (_, extents) -> overlaps extents) t.held)

let hold t ~generation extents =
  if Extents.count extents = 0 then t else { t with held = (generation, extents) :: t.held }

let ripe t ~upto =
  List.filter_map (fun (by, extents) -> if by <= upto then Some extents else None) t.held

let release t ~upto =
  let ripe, held = List.partition (fun (generation, _) -> generation <= upto) t.held in
  { free = List.fold_left (fun free (_, extents) -> merge extents free) t.free ripe; held }
