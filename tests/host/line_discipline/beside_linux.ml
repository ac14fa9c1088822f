(* The same done to a terminal of ours and to one of this machine's Linux: echoes, lines, bytes,
   signals and output, byte for byte. *)
open Line_discipline

type pair = { ours : Discipline.t; linux : Pseudo_terminal.t }

let differ what ours linux =
  Check.that (Printf.sprintf "%s: ours %s, Linux's %s" what ours linux) (ours = linux)

let same_text what ours linux = differ what (Printf.sprintf "%S" ours) (Printf.sprintf "%S" linux)
let same_number what ours linux = differ what (string_of_int ours) (string_of_int linux)
let same_bool what ours linux = differ what (string_of_bool ours) (string_of_bool linux)

let echoes pair = Discipline.echoes pair.ours ~room:max_int

let same_state what pair =
  same_number (what ^ ": FIONREAD") (Discipline.available pair.ours)
    (Pseudo_terminal.available pair.linux);
  same_bool (what ^ ": POLLIN")
    (Discipline.worth_polling pair.ours)
    (Pseudo_terminal.readable pair.linux)

let bit = function Discipline.Interrupt -> 1 | Quit -> 2 | Suspend -> 4
let bits signals = List.fold_left (fun all signal -> all lor bit signal) 0 signals

let settings (t : Termios.t) =
  Printf.sprintf "input %#o, output %#o, local %#o, characters %S" t.input t.output t.local
    t.characters

let type_ pair text =
  let what = Printf.sprintf "typing %S, %s" text (settings (Discipline.termios pair.ours)) in
  let length = String.length text in
  let received = Discipline.receive pair.ours text ~from:0 ~length in
  same_number what received.consumed (Pseudo_terminal.type_ pair.linux text);
  Pseudo_terminal.settle pair.linux;
  same_number (what ^ ": signals") (bits received.signals) (Pseudo_terminal.signals pair.linux);
  same_text what (echoes pair) (Pseudo_terminal.shown pair.linux);
  same_state what pair

let write pair text =
  let what = Printf.sprintf "writing %S" text in
  let before = echoes pair in
  let taken, seen =
    Discipline.write pair.ours ~room:max_int text ~from:0 ~length:(String.length text)
  in
  same_number what taken (Pseudo_terminal.write pair.linux text);
  same_text what (before ^ seen) (Pseudo_terminal.shown pair.linux)

(* Echoes that have waited go out with what a process writes, be it nothing. *)
let set_termios pair termios =
  Discipline.set_termios pair.ours termios;
  Pseudo_terminal.set_termios pair.linux (Termios.encode termios);
  write pair ""

(* What a process that does not wait gets. *)
let ours_read pair ~most =
  if most = 0 then Some ""
  else if Discipline.readable pair.ours then Some (Discipline.read pair.ours ~most)
  else if (Discipline.waiting pair.ours).first = Some 0 then Some ""
  else None

let shown_read = function None -> "nothing" | Some text -> Printf.sprintf "%S" text

let read pair ~most =
  differ (Printf.sprintf "reading %d" most)
    (shown_read (ours_read pair ~most))
    (shown_read (Pseudo_terminal.read pair.linux ~most));
  same_state "read" pair

let rec read_all pair random =
  if Discipline.readable pair.ours then begin
    read pair ~most:(1 + Random.State.int random (if Random.State.bool random then 6 else 100));
    read_all pair random
  end

let hold pair held =
  Discipline.hold pair.ours held;
  Pseudo_terminal.hold pair.linux held;
  write pair ""

let flush_input pair =
  Discipline.flush_input pair.ours;
  Pseudo_terminal.flush_input pair.linux;
  same_state "flushed" pair

(* A signal drops what Linux has not handed on yet of the echo, which may be any part of it: so it
   comes first of what is typed at once. *)
let pieces pair text =
  let t = Discipline.termios pair.ours in
  let is_signal c =
    let is which = c <> '\000' && Termios.character t which = c in
    Termios.has t.local Termios.isig && List.exists is Termios.[ Interrupt; Quit; Suspend ]
  in
  let add c = function
    | piece :: others when not (is_signal piece.[0]) -> (String.make 1 c ^ piece) :: others
    | pieces -> String.make 1 c :: pieces
  in
  List.fold_right add (List.of_seq (String.to_seq text)) []

(* Linux's terminal tells when it has worked on what was typed only if there was nothing to read
   before. *)
let step pair random =
  match Random.State.int random 20 with
  | 0 | 1 | 2 -> set_termios pair (Random_terminal.termios random)
  | 3 | 4 | 5 -> write pair (Random_terminal.written random)
  | 6 -> hold pair (Random.State.int random 3 = 0)
  | 7 -> flush_input pair
  | 8 | 9 | 10 -> read pair ~most:(Random.State.int random 12)
  | _ ->
      let text = Random_terminal.typed random (Discipline.termios pair.ours) in
      List.iter
        (fun piece ->
          read_all pair random;
          type_ pair piece)
        (pieces pair text)

let restart pair =
  hold pair false;
  flush_input pair;
  set_termios pair { Termios.default with input = 0 };
  set_termios pair Termios.default;
  type_ pair "\n";
  write pair "\n";
  read pair ~most:100

let run pair seed number =
  let random = Random.State.make [| seed; number |] in
  restart pair;
  for _ = 1 to 60 do
    step pair random
  done

let long_lines pair =
  restart pair;
  let part = String.init 250 (fun i -> Char.chr (97 + (i mod 26))) in
  for _ = 1 to 20 do
    type_ pair part
  done;
  type_ pair "\x7f\x7fxyz";
  type_ pair "\n";
  read pair ~most:10000

let tests seed =
  let linux = Pseudo_terminal.open_ () in
  let pair = { ours = Discipline.create Termios.default; linux } in
  Check.test "a fresh terminal's settings" (fun () ->
      let theirs = Termios.decode Termios.default (Pseudo_terminal.termios linux) in
      Check.that "the default" (theirs = Ok Termios.default));
  Check.test "long lines" (fun () -> long_lines pair);
  let rounds = Option.fold ~none:400 ~some:int_of_string (Sys.getenv_opt "ROUNDS") in
  Check.test (Printf.sprintf "%d rounds beside Linux" rounds) (fun () ->
      for number = 1 to rounds do
        try run pair seed number
        with exn -> Check.that (Printf.sprintf "round %d: %s" number (Printexc.to_string exn)) false
      done);
  Check.finish ()

(* A session of its own is only for who leads no group. *)
let () =
  let seed = Seed.get () in
  match Unix.fork () with
  | 0 -> tests seed
  | child -> (
      match Unix.waitpid [] child with _, WEXITED status -> exit status | _ -> exit 1)
