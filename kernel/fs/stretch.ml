let longest = 1 lsl 20

let moving ~total step =
  let rec go moved =
    let n = Int.min longest (total - moved) in
    if n <= 0 then Ok moved
    else begin
      if moved > 0 then Picos.Fiber.yield ();
      match step moved n with
      | Ok m when m = n -> go (moved + m)
      | Ok m -> Ok (moved + m)
      | Error _ when moved > 0 -> Ok moved
      | Error _ as e -> e
    end
  in
  go 0
