(* Three processes and two pipes: one writes numbers, one squares them, one adds them up. *)
let numbers = 1000

let source into =
  let out = Unix.out_channel_of_descr into in
  for i = 1 to numbers do
    Printf.fprintf out "%d\n" i
  done;
  close_out out

let square from into =
  let out = Unix.out_channel_of_descr into in
  let line text = Printf.fprintf out "%d\n" (int_of_string text * int_of_string text) in
  In_channel.fold_lines (fun () text -> line text) () (Unix.in_channel_of_descr from);
  close_out out

let sum from =
  let add total text = total + int_of_string text in
  In_channel.fold_lines add 0 (Unix.in_channel_of_descr from)

(* Without [close] each reader would wait for the others' copies of its pipe's other end. *)
let child ~close work =
  match Unix.fork () with
  | 0 ->
      List.iter Unix.close close;
      work ();
      Unix._exit 0
  | pid -> pid

let () =
  let from_source, to_square = Unix.pipe () in
  let from_square, to_sum = Unix.pipe () in
  let first = child ~close:[ from_source; from_square; to_sum ] (fun () -> source to_square) in
  let second =
    child ~close:[ to_square; from_square ] (fun () -> square from_source to_sum)
  in
  List.iter Unix.close [ from_source; to_square; to_sum ];
  let total = sum from_square in
  let ended_well pid = snd (Unix.waitpid [] pid) = Unix.WEXITED 0 in
  Printf.printf "the squares of 1 to %d add up to %d\n" numbers total;
  if not (List.for_all ended_well [ first; second ]) then exit 1
