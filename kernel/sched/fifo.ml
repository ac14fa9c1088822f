type t = Empty | Cons of { task : Task.t; step : Task.step; next : t }

let rec reverse_onto tail = function
  | Empty -> tail
  | Cons { task; step; next } -> reverse_onto (Cons { task; step; next = tail }) next

let reverse t = reverse_onto Empty t
let is_urgent (task : Task.t) = task.urgent

let rec exists_urgent = function Empty -> false | Cons { task; next; _ } -> is_urgent task || exists_urgent next

let rec split urgent others = function
  | Empty -> reverse_onto (reverse others) urgent
  | Cons { task; step; next } ->
      if is_urgent task then begin
        task.urgent <- false;
        split (Cons { task; step; next = urgent }) others next
      end
      else split urgent (Cons { task; step; next = others }) next

let urgent_first t = if exists_urgent t then split Empty Empty t else t
