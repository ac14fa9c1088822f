type t = Empty | Cons of { task : Task.t; step : Task.step; next : t }

let rec reverse_onto tail = function
  | Empty -> tail
  | Cons { task; step; next } -> reverse_onto (Cons { task; step; next = tail }) next

let reverse t = reverse_onto Empty t
