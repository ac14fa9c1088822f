(* What a program is started with: greets its arguments, or the world. *)
let () =
  match List.tl (Array.to_list Sys.argv) with
  | [] -> print_endline "Hello from an OCaml program."
  | names -> List.iter (Printf.printf "Hello %s.\n") names
