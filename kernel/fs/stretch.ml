let longest = 1 lsl 20

let goes_on ~whole =
  Picos.Fiber.yield ();
  let patience = Patience.own () in
  not (if whole then Patience.is_killed patience else Patience.is_interrupted patience)

let moving ?(whole = true) ~total step =
  let rec go moved =
    let n = Int.min longest (total - moved) in
    if n <= 0 || (moved > 0 && not (goes_on ~whole)) then Ok moved
    else
      match step moved n with
      | Ok m when m = n -> go (moved + m)
      | Ok m -> Ok (moved + m)
      | Error _ when moved > 0 -> Ok moved
      | Error _ as e -> e
  in
  go 0
