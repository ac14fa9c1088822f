(* TEST *)

(* Data that grow without end raise Out_of_memory, in small blocks and in large ones; what was
   dropped is there to be used again. *)

let rec list n l = list (n + 1) (Some n :: l)
let rec blocks size l = blocks size (Bytes.create size :: l)

let attempt what grow =
  match grow () with
  | exception Out_of_memory -> Printf.printf "%s: Out_of_memory\n%!" what
  | _ -> Printf.printf "%s: ended\n%!" what

let () =
  attempt "list" (fun () -> list 0 []);
  attempt "blocks of 100 KiB" (fun () -> blocks 102_400 []);
  attempt "list" (fun () -> list 0 []);
  let words = List.init 200_000 string_of_int in
  Printf.printf "and on: %d letters\n" (String.length (String.concat "" words))
