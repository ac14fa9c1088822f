let get () =
  let seed =
    match Sys.getenv_opt "SEED" with
    | Some seed -> int_of_string seed
    | None -> Random.State.bits (Random.State.make_self_init ())
  in
  Printf.printf "# SEED=%d\n%!" seed;
  seed
