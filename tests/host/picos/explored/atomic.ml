type 'a t = { mutable value : 'a }

let make value = { value }

let get t =
  Explorer.step ();
  t.value

let compare_and_set t before after =
  Explorer.step ();
  t.value == before
  && begin
       t.value <- after;
       true
     end

let fetch_and_add t n =
  Explorer.step ();
  let before = t.value in
  t.value <- before + n;
  before
