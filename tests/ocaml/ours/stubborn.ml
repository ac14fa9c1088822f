(* TEST *)

(* A program that catches Out_of_memory, keeps what it has and asks for more gets it again, as often
   as it asks; it is never ended. Then it lets go, and has all memory.

   Out_of_memory comes at a poll point, and there may be one wherever code loops or recurs: so
   nothing does outside of the handler. *)

let kept = ref []
let refused = ref 0

let ask () =
  try
    while true do
      kept := Bytes.create 64 :: !kept
    done
  with Out_of_memory -> incr refused

let ask_10 () = ask (); ask (); ask (); ask (); ask (); ask (); ask (); ask (); ask (); ask ()
let ask_20 () = ask_10 (); ask_10 ()

let () =
  ask_20 ();
  kept := [];
  Printf.printf "refused %d times\n%!" !refused;
  let again = List.init 300_000 (fun i -> Bytes.make 64 (Char.chr (i land 255))) in
  Printf.printf "and on: %d\n" (List.length again)
