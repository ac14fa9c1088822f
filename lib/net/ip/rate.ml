type t = { per_second : int; mutable left : int; mutable since : int }

let second = 1_000_000_000
let create ~per_second = { per_second; left = per_second; since = 0 }

let refill t ~now =
  let gained = (now - t.since) / (second / t.per_second) in
  if gained >= t.per_second then begin
    t.left <- t.per_second;
    t.since <- now
  end
  else if gained > 0 then begin
    t.left <- Int.min t.per_second (t.left + gained);
    t.since <- t.since + (gained * (second / t.per_second))
  end

let allow t ~now =
  refill t ~now;
  t.left > 0
  && begin
       t.left <- t.left - 1;
       true
     end
