type 'a t = { mutable value : 'a; cell : Explorer.cell }

let make value = { value; cell = Explorer.new_cell () }
let make_contended = make

let get t =
  Explorer.step (Read t.cell);
  t.value

let exchange t after =
  Explorer.step (Write t.cell);
  let before = t.value in
  t.value <- after;
  before

let set t after = ignore (exchange t after)

let compare_and_set t before after =
  Explorer.step (Write t.cell);
  t.value == before
  && begin
       t.value <- after;
       true
     end

let fetch_and_add t n =
  Explorer.step (Write t.cell);
  let before = t.value in
  t.value <- before + n;
  before

let incr t = ignore (fetch_and_add t 1)
let decr t = ignore (fetch_and_add t (-1))
