(* Four domains, three threads, a pipe, str and a float: something of each library. *)
let rec fib n = if n < 2 then n else fib (n - 1) + fib (n - 2)

let work () =
  let table = Hashtbl.create 100 in
  for i = 0 to 20_000 do Hashtbl.replace table i (string_of_int i) done;
  Hashtbl.length table + fib 22

let sum_of_threads () =
  let sum = ref 0 and mutex = Mutex.create () in
  let add i = Unix.sleepf 0.01; Mutex.protect mutex (fun () -> sum := !sum + i) in
  List.iter Thread.join (List.init 3 (Thread.create add));
  !sum

let through_pipe text =
  let length = String.length text in
  let output, input = Unix.pipe () and buffer = Bytes.create length in
  assert (Unix.write_substring input text 0 length = length);
  assert (Unix.read output buffer 0 length = length);
  Bytes.to_string buffer

let () =
  let domains = List.init 4 (fun _ -> Domain.spawn work) in
  let threads = sum_of_threads () in
  let total = List.fold_left (fun sum d -> sum + Domain.join d) 0 domains in
  Printf.printf "%d %d %s %.3f %b\n" total threads (through_pipe "hey") (sin 1.)
    (Str.string_match (Str.regexp "a+b") "aaab" 0)
