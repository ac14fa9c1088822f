(* TEST *)

(* Data that grow without end raise Out_of_memory, in small blocks and in large ones, again and again; what
   was dropped is there to be used again. *)

let rec list n l = list (n + 1) (Some n :: l)
let rec blocks size l = blocks size (Bytes.create size :: l)

let table t =
  for i = 0 to max_int do
    Hashtbl.replace t i (string_of_int i)
  done

let attempt what grow =
  match grow () with
  | exception Out_of_memory -> Printf.printf "%s: Out_of_memory\n%!" what
  | _ -> Printf.printf "%s: ended\n%!" what

let () =
  for round = 1 to 2 do
    Printf.printf "round %d\n%!" round;
    attempt "list" (fun () -> list 0 []);
    attempt "blocks of 100 bytes" (fun () -> blocks 100 []);
    attempt "blocks of 2 KiB" (fun () -> blocks 2048 []);
    attempt "blocks of 100 KiB" (fun () -> blocks 102_400 []);
    attempt "blocks of 900 KiB" (fun () -> blocks 921_600 []);
    attempt "hash table" (fun () -> table (Hashtbl.create 16))
  done;
  let words = List.init 200_000 string_of_int in
  Printf.printf "and on: %d letters\n" (String.length (String.concat "" words))
