(* The last one counts all numbers beyond. *)
let counts = Array.init (Number.limit + 1) (fun _ -> Atomic.make 0)

let count number =
  let index = if number >= 0 && number < Number.limit then number else Number.limit in
  Atomic.incr counts.(index)

let made () =
  let made index = (index, Atomic.get counts.(index)) in
  List.filter (fun (_, n) -> n > 0) (List.init Number.limit made)

let beyond () = Atomic.get counts.(Number.limit)
