(* What an OCaml program that waits takes of memory: it says that it runs, and ends with its
   input. *)
let () =
  print_endline "idle";
  try ignore (input_char stdin : char) with End_of_file -> ()
