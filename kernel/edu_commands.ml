open Command

let show n =
  match Drivers.Edu.factorial n with
  | Ok value ->
      say "%d! = %d" n value;
      0
  | Error why -> complain "factorial" "%a" Drivers.Edu.pp_error why

let factorial = function
  | [ word ] when Option.fold ~none:false ~some:(fun n -> n >= 0) (int_of_string_opt word) ->
      show (int_of_string word)
  | _ -> misused "factorial" "N"

let all =
  let summary = "have QEMU's teaching device compute" in
  [ { name = "factorial"; arguments = "N"; summary; run = factorial } ]
