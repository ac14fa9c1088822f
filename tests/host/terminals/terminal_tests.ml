(* A terminal between a device and processes: waiting, times, signals, control calls, hanging up. *)
open Fs
open Line_discipline
open Device

let told = ref []

let name = function
  | Terminal.Interrupt -> "interrupt"
  | Quit -> "quit"
  | Suspend -> "suspend"
  | Window_change -> "window"
  | Hang_up -> "hang up"

let tell ~group event = told := Printf.sprintf "%s %d" (name event) group :: !told

let heard what wanted =
  same what (String.concat ", " (List.rev !told)) wanted;
  told := []

let terminal ?(status = blocking) () =
  told := [];
  let t = Terminal.create ~tell in
  (t, Terminal.opened t node both status ~closed:ignore)

let set file change =
  let bytes = control file 0x5401 (String.make Termios.size ' ') in
  match Termios.decode Termios.default (Bytes.of_string bytes) with
  | Ok termios ->
      same "TCSETS" (control file 0x5402 (Bytes.to_string (Termios.encode (change termios))))
        (Bytes.to_string (Termios.encode (change termios)))
  | Error _ -> Check.that "TCGETS" false

let raw ?(minimum = 1) ?(time = 0) () termios =
  let none = { termios with Termios.input = 0; output = 0; local = 0 } in
  let with_minimum = Termios.with_character none Minimum (Char.chr minimum) in
  Termios.with_character with_minimum Time (Char.chr time)

let reading () =
  test "reading waits for a line" (fun () ->
      let t, file = terminal () in
      let reader = spawn (fun () -> read file 100) in
      same "typed" (typed t "hel") "3";
      Picos.Fiber.yield ();
      Check.that "still waits" (Picos.Computation.is_running reader);
      same "typed" (typed t "lo\nmore") "7";
      same "read" (Picos.Computation.await reader) "hello\n";
      same "shown" (shown t) "hello\r\nmore");
  test "without waiting" (fun () ->
      let t, file = terminal ~status:nonblocking () in
      same "nothing" (read file 10) "EAGAIN";
      same "typed" (typed t "\004") "1";
      same "the end" (read file 10) "");
  test "a signal ends waiting" (fun () ->
      let _, file = terminal () in
      let watch = Watch.create () and pending = ref false in
      let patience =
        Patience.(interrupted_by watch ~pending:(fun () -> !pending) ~killed:(fun () -> false) forever)
      in
      let reader = spawn (fun () -> read ~patience file 10) in
      Picos.Fiber.yield ();
      pending := true;
      Watch.ring watch Readiness.all;
      same "interrupted" (Picos.Computation.await reader) "EINTR");
  test "MIN and TIME" (fun () ->
      let t, file = terminal () in
      set file (raw ~minimum:0 ~time:5 ());
      same "the time is up" (read file 10) "";
      set file (raw ~minimum:3 ());
      let reader = spawn (fun () -> read file 10) in
      List.iter
        (fun text ->
          same "typed" (typed t text) "1";
          Picos.Fiber.yield ())
        [ "a"; "b" ];
      Check.that "still waits" (Picos.Computation.is_running reader);
      same "typed" (typed t "c") "1";
      same "three" (Picos.Computation.await reader) "abc";
      set file (raw ~minimum:3 ~time:2 ());
      same "typed" (typed t "de") "2";
      same "the next takes too long" (read file 10) "de";
      set file (raw ~minimum:0 ());
      same "nothing" (read file 10) "");
  test "without waiting MIN does not matter" (fun () ->
      let t, file = terminal ~status:nonblocking () in
      set file (raw ~minimum:3 ());
      same "typed" (typed t "a") "1";
      same "one" (read file 10) "a";
      same "none" (read file 10) "EAGAIN")

let writing () =
  test "writing waits for room" (fun () ->
      let t, file = terminal () in
      let long = String.make 20000 'x' in
      let writer = spawn (fun () -> write file long) in
      let all = Buffer.create 20000 in
      while Buffer.length all < 20000 do
        Picos.Fiber.yield ();
        match shown t with "EAGAIN" -> () | text -> Buffer.add_string all text
      done;
      same "written" (Picos.Computation.await writer) "20000";
      same "all" (Buffer.contents all) long);
  test "STOP holds output, START lets it go" (fun () ->
      let t, file = terminal ~status:nonblocking () in
      same "typed" (typed t "\019") "1";
      same "stopped" (write file "x") "EAGAIN";
      same "not writable" (bits file) "";
      same "typed" (typed t "\017") "1";
      same "goes on" (write file "x") "1";
      same "writable" (bits file) "w");
  test "a full input takes no more" (fun () ->
      let t, file = terminal () in
      set file (raw ());
      let some = String.make 1000 'x' in
      for _ = 1 to 4 do
        same "typed" (typed t some) "1000"
      done;
      same "the rest" (typed t some) "95";
      same "full" (typed t some) "EAGAIN";
      same "read" (read file 5) "xxxxx";
      same "room" (typed t some) "5")

let telling () =
  test "signals for the foreground" (fun () ->
      let t, file = terminal () in
      same "typed" (typed t "\003") "1";
      heard "nobody" "";
      Terminal.set_foreground t 77;
      same "typed" (typed t "ab\003\028\026") "5";
      heard "three" "interrupt 77, quit 77, suspend 77";
      same "what was typed is gone" (read ~patience:Patience.none file 10) "EAGAIN");
  test "the window's size" (fun () ->
      let t, file = terminal () in
      Terminal.set_foreground t 5;
      same "none yet" (control file 0x5413 "12345678") "\000\000\000\000\000\000\000\000";
      same "set" (control file 0x5414 "\024\000\080\000abcd") "\024\000\080\000abcd";
      heard "told" "window 5";
      ignore (control file 0x5414 "\024\000\080\000abcd");
      heard "the same again" "";
      same "kept" (control file 0x5413 "12345678") "\024\000\080\000abcd");
  test "control calls" (fun () ->
      let t, file = terminal () in
      same "typed" (typed t "abc\nde") "6";
      same "FIONREAD" (control file 0x541b "    ") (number 4);
      same "TIOCOUTQ" (control file 0x5411 "    ") (number 7);
      same "too short" (control file 0x5402 "1234") "EFAULT";
      same "unknown" (control file 0x1234 "") "ENOTTY";
      same "TIOCGPGRP is not its own" (control file 0x540f "    ") "ENOTTY";
      same "flushed" (control file 0x540b "") "";
      same "nothing left" (control file 0x541b "    ") (number 0);
      same "TIOCGETD" (control file 0x5424 "    ") (number 0);
      same "another discipline" (control file 0x5423 (number 3)) "EINVAL");
  test "hanging up" (fun () ->
      let t, file = terminal () in
      Terminal.set_foreground t 9;
      Terminal.set_session t 9;
      let reader = spawn (fun () -> read file 10) in
      Picos.Fiber.yield ();
      Terminal.hang_up t;
      heard "told" "hang up 9";
      same "the end" (Picos.Computation.await reader) "";
      same "no more output" (write file "x") "EIO";
      same "ready for its end" (bits file) "rweh";
      Check.that "no session" (Terminal.session t = 0);
      let again = Terminal.opened t node both blocking ~closed:ignore in
      same "opened anew" (write again "x") "1")

let () =
  reading ();
  writing ();
  telling ();
  Check.finish ()
