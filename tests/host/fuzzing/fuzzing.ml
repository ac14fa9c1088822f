let number name = Option.map int_of_string (Sys.getenv_opt name)
let seed = Option.value (number "SEED") ~default:1
let max_seconds = 2.

let one fn index =
  let start = Sys.time () in
  match fn (Random.State.make [| seed; index |]) with
  | () ->
      let seconds = Sys.time () -. start in
      if seconds > max_seconds then
        failwith (Printf.sprintf "SEED=%d, input %d: took %.1f s" seed index seconds)
  | exception exn ->
      Printf.printf "# SEED=%d, input %d:\n%!" seed index;
      raise exn

let run ~inputs fn =
  let start = Sys.time () in
  let more done_ =
    match number "FUZZ" with
    | None -> done_ < inputs
    | Some seconds -> Sys.time () -. start < float seconds
  in
  let rec go done_ =
    if more done_ then (
      one fn done_;
      go (done_ + 1))
    else done_
  in
  let inputs = go 0 in
  Printf.printf "# SEED=%d: %d inputs in %.1f s\n%!" seed inputs (Sys.time () -. start)
