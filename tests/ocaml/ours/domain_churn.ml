(* TEST *)

(* Domains that begin and end all the time: whoever joins one may free its stack at once, and the
   next one may get it while the ended thread takes its last steps. *)

let rounds = 40

let rec depth n = if n = 0 then 0 else 1 + depth (n - 1)

let leaf i () =
  let words = List.init 50 (fun j -> string_of_int (i + j)) in
  depth 500 + List.length words

(* Half of them end while their parent is on its way to join, half while it still works. *)
let branch i () =
  let child = Domain.spawn (leaf i) in
  let own = if i land 1 = 0 then 0 else leaf i () in
  Domain.join child + (own * 0)

let () =
  let total = ref 0 in
  for round = 1 to rounds do
    let domains = List.init 3 (fun i -> Domain.spawn (branch (round + i))) in
    List.iter (fun domain -> total := !total + Domain.join domain) domains
  done;
  Printf.printf "%d\n" !total
