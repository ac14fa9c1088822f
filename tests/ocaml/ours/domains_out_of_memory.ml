(* TEST *)

(* Domains that grow at the same time: whoever takes memory when it is short gets Out_of_memory, and
   all come to their end. Out_of_memory comes at a poll point, so what loops does it inside of the
   handler. *)

let started = Atomic.make 0
let refused = Atomic.make 0
let rec grow l = grow (Bytes.create 200 :: l)

let ask () =
  match
    while Atomic.get started < 4 do
      Domain.cpu_relax ()
    done;
    grow []
  with
  | exception Out_of_memory -> Atomic.incr refused
  | _ -> assert false

let work () =
  Atomic.incr started;
  ask ();
  ask ();
  ask ()

let () =
  let domains = List.init 3 (fun _ -> Domain.spawn work) in
  work ();
  List.iter Domain.join domains;
  Printf.printf "refused %d times\n" (Atomic.get refused);
  let again = List.init 100_000 string_of_int in
  Printf.printf "and on: %d\n" (List.length again)
