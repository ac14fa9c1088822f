(* TEST *)

(* Domains that grow at the same time: whoever takes the last memory gets Out_of_memory, and all come to
   their end. *)

let rec grow l = grow (Bytes.create 200 :: l)

let work () =
  for _ = 1 to 3 do
    match grow [] with
    | exception Out_of_memory -> ()
    | _ -> assert false
  done

let () =
  let domains = List.init 3 (fun _ -> Domain.spawn work) in
  work ();
  List.iter Domain.join domains;
  print_endline "all four were refused three times";
  let again = List.init 100_000 string_of_int in
  Printf.printf "and on: %d\n" (List.length again)
