(* A hundred processes, each with a heap of ten mebibytes, and messages to and from all of them over
   pipes. *)
let processes = 100
let rounds = 5
let heap_words = 10 * 1024 * 1024 / (Sys.word_size / 8)

(* Small blocks that stay: what a collection has to look at. *)
let heap () = List.init (heap_words / 6) (fun i -> (i, i + 1))

let child () =
  let live = heap () in
  let answer line =
    let n = int_of_string line in
    let first, second = List.nth live n in
    Printf.printf "%d\n%!" (first + second)
  in
  In_channel.fold_lines (fun () line -> answer line) () stdin;
  Gc.full_major ();
  if List.length live <> heap_words / 6 then exit 1

type process = { pid : int; ask : out_channel; answers : in_channel }

let start _ =
  let from_us, ask = Unix.pipe ~cloexec:true () and answers, to_us = Unix.pipe ~cloexec:true () in
  let program = Sys.executable_name in
  let pid = Unix.create_process program [| program; "child" |] from_us to_us Unix.stderr in
  List.iter Unix.close [ from_us; to_us ];
  { pid; ask = Unix.out_channel_of_descr ask; answers = Unix.in_channel_of_descr answers }

let round all n =
  List.iteri (fun i p -> Printf.fprintf p.ask "%d\n%!" (i + n)) all;
  List.fold_left (fun sum p -> sum + int_of_string (input_line p.answers)) 0 all

let finish p =
  close_out p.ask;
  snd (Unix.waitpid [] p.pid) = Unix.WEXITED 0

let parent () =
  let all = List.init processes start in
  let sums = List.init rounds (round all) in
  let well = List.length (List.filter finish all) in
  Printf.printf "%d processes ended well; sums %s\n" well
    (String.concat " " (List.map string_of_int sums))

let () = if Array.length Sys.argv > 1 then child () else parent ()
