exception Failed of string

let nr_passed = ref 0
let nr_failed = ref 0

let test name body =
  match body () with
  | () ->
      incr nr_passed;
      Printf.printf "ok %s\n%!" name
  | exception exn ->
      incr nr_failed;
      let reason = match exn with Failed what -> what | exn -> Printexc.to_string exn in
      Printf.printf "not ok %s: %s\n%!" name reason

let that what holds = if not holds then raise (Failed what)

let raises what expected fn =
  match fn () with
  | _ -> raise (Failed (what ^ ": raised nothing"))
  | exception exn -> that (what ^ ": raised " ^ Printexc.to_string exn) (exn = expected)

let finish () =
  Printf.printf "%d passed, %d failed\n%!" !nr_passed !nr_failed;
  exit (if !nr_failed = 0 then 0 else 1)
