(* TEST *)

(* As growing_heap.ml, with blocks of other sizes and with a table whose array doubles. *)

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
  attempt "blocks of 100 bytes" (fun () -> blocks 100 []);
  attempt "blocks of 2 KiB" (fun () -> blocks 2048 []);
  attempt "blocks of 900 KiB" (fun () -> blocks 921_600 []);
  attempt "hash table" (fun () -> table (Hashtbl.create 16));
  attempt "blocks of 100 bytes" (fun () -> blocks 100 [])
