type t = Nothing | All_but of Extents.t | Everything

let by_block free ~index ~count =
  let add parts i =
    let pinned = not (Extents.mem free i) in
    match parts with
    | (first, n, same) :: rest when same = pinned -> (first, n + 1, same) :: rest
    | _ -> (i, 1, pinned) :: parts
  in
  List.rev (List.fold_left add [] (List.init count (fun i -> index + i)))

let parts t ~index ~count =
  match t with
  | Nothing -> [ (index, count, false) ]
  | Everything -> [ (index, count, true) ]
  | All_but free ->
      if not (Extents.overlaps free ~index ~count) then [ (index, count, true) ]
      else if Extents.remove free ~index ~count <> None then [ (index, count, false) ]
      else by_block free ~index ~count
