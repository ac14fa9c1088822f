(* TEST *)

(* One allocation larger than the machine raises Out_of_memory, whatever asks for it, and the
   program goes on. *)

let attempt what allocate =
  match allocate () with
  | exception Out_of_memory -> Printf.printf "%s: Out_of_memory\n%!" what
  | _ -> Printf.printf "%s: given\n%!" what

let gib = 1 lsl 30

let () =
  for round = 1 to 3 do
    Printf.printf "round %d\n%!" round;
    attempt "bytes" (fun () -> ignore (Sys.opaque_identity (Bytes.create (16 * gib))));
    attempt "more bytes" (fun () -> ignore (Sys.opaque_identity (Bytes.create (1 lsl 50))));
    attempt "array" (fun () -> ignore (Sys.opaque_identity (Array.make (2 * gib) 0)));
    attempt "floats" (fun () -> ignore (Sys.opaque_identity (Float.Array.create (2 * gib))));
    attempt "bigarray" (fun () ->
        ignore (Sys.opaque_identity (Bigarray.Array1.create Bigarray.char Bigarray.c_layout
          (16 * gib))));
    attempt "one MiB" (fun () -> ignore (Sys.opaque_identity (Bytes.make (1 lsl 20) 'x')))
  done;
  let sum = List.fold_left ( + ) 0 (List.init 100_000 Fun.id) in
  Printf.printf "and on: %d\n" sum
