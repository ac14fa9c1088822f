(* TEST *)

(* Recursion without end raises Stack_overflow on the first fiber, in a handled fiber and in a
   domain; deep recursion with an end works. *)

let rec down n = if n = 0 then 0 else 1 + down (n - 1)
let rec endless n = 1 + endless (n + 1)

type _ Effect.t += Nothing : unit Effect.t

let overflows () =
  match Sys.opaque_identity (endless 0) with
  | exception Stack_overflow -> "Stack_overflow"
  | _ -> "ended"

let in_fiber f =
  Effect.Deep.match_with
    (fun () -> Effect.perform Nothing; f ())
    ()
    { retc = Fun.id; exnc = raise;
      effc = (fun (type a) (e : a Effect.t) ->
        match e with
        | Nothing -> Some (fun (k : (a, _) Effect.Deep.continuation) -> Effect.Deep.continue k ())
        | _ -> None) }

let () =
  for _ = 1 to 2 do
    Printf.printf "1 000 000 deep: %d\n%!" (down 1_000_000);
    Printf.printf "endless: %s\n%!" (overflows ());
    Printf.printf "endless in a fiber: %s\n%!" (in_fiber overflows);
    Printf.printf "endless in a domain: %s\n%!" (Domain.join (Domain.spawn overflows))
  done
