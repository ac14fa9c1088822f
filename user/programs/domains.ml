(* Four domains count primes and share what they find: an answer that one domain alone can check. *)
let limit = 200_000
let domains = 4

let is_prime n =
  let rec without_divisor d = d * d > n || (n mod d <> 0 && without_divisor (d + 1)) in
  n > 1 && without_divisor 2

let next = Atomic.make 0
let step = 1000

(* Takes one run of numbers after another until none are left, as a list, so that there is
   garbage. *)
let rec count found =
  let first = Atomic.fetch_and_add next step in
  if first >= limit then found
  else
    let primes = List.filter is_prime (List.init step (fun i -> first + i)) in
    count (found + List.length primes)

let () =
  let others = List.init (domains - 1) (fun _ -> Domain.spawn (fun () -> count 0)) in
  let found = count 0 in
  let total = List.fold_left (fun sum domain -> sum + Domain.join domain) found others in
  Printf.printf "%d primes below %d, by %d domains\n" total limit domains
