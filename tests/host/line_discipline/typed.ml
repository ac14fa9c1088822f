open Line_discipline

let terminal ?(input = 0) ?(output = 0) ?(local = 0) ?(without = 0) () =
  let d = Termios.default in
  Discipline.create
    {
      d with
      input = d.input lor input;
      output = d.output lor output;
      local = (d.local lor local) land lnot without;
    }

let raw ?(minimum = 1) ?(time = 0) () =
  let none = { Termios.default with input = 0; output = 0; local = 0 } in
  let with_minimum = Termios.with_character none Minimum (Char.chr minimum) in
  Discipline.create (Termios.with_character with_minimum Time (Char.chr time))

let same what got wanted =
  Check.that (Printf.sprintf "%s: %S, not %S" what got wanted) (got = wanted)

let receive t text =
  let received = Discipline.receive t text ~from:0 ~length:(String.length text) in
  Check.that "all is taken" (received.consumed = String.length text);
  received

let shows t text echo =
  ignore (receive t text);
  same (Printf.sprintf "the echo of %S" text) (Discipline.echoes t ~room:max_int) echo

let reads t ?(most = 4096) wanted =
  Check.that (Printf.sprintf "%S can be read" wanted) (Discipline.readable t);
  same "read" (Discipline.read t ~most) wanted

let nothing t = Check.that "nothing to be read" (not (Discipline.readable t))

let line t text wanted =
  ignore (receive t (text ^ "\n"));
  reads t (wanted ^ "\n")

let signals t text wanted =
  Check.that (Printf.sprintf "the signals of %S" text) ((receive t text).signals = wanted)

let writes t text wanted =
  let length = String.length text in
  let taken, seen = Discipline.write t ~room:max_int text ~from:0 ~length in
  Check.that "all is written" (taken = length);
  same (Printf.sprintf "writing %S" text) seen wanted
