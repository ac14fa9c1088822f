module Generations = Map.Make (Int)

type t = { mutex : Sync.Mutex.t; mutable held : int Generations.t }

let create () = { mutex = Sync.Mutex.create (); held = Generations.empty }
let locked t body = Sync.Mutex.protect ~checked:false t.mutex body

let add t generation change =
  let count = change + Option.value (Generations.find_opt generation t.held) ~default:0 in
  t.held <-
    (if count = 0 then Generations.remove generation t.held
    else Generations.add generation count t.held)

let hold t generation body =
  let held =
    locked t (fun () ->
        let generation = generation () in
        add t generation 1;
        generation)
  in
  Fun.protect ~finally:(fun () -> locked t (fun () -> add t held (-1))) body

let oldest t =
  locked t (fun () ->
      Option.fold ~none:max_int ~some:fst (Generations.min_binding_opt t.held))
