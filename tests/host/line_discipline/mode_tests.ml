(* Signals, flow control, bytes without lines, mapping of characters, output, changes of mode. *)
open Line_discipline
open Typed

let test = Check.test

let signalling () =
  test "signals, and what was typed is gone" (fun () ->
      let t = terminal () in
      shows t "abc" "abc";
      signals t "\x03" [ Interrupt ];
      Check.that "^C" (Discipline.echoes t ~room:10 = "^C");
      line t "d" "d";
      signals t "\x1c\x1a" [ Quit; Suspend ]);
  test "NOFLSH keeps what was typed" (fun () ->
      let t = terminal ~local:Termios.noflsh () in
      signals t "ab\x03" [ Interrupt ];
      line t "c" "abc");
  test "without ISIG they are bytes" (fun () ->
      let t = terminal ~without:Termios.isig () in
      signals t "\x03" [];
      line t "" "\x03");
  test "what is not echoed yet is flushed with the rest" (fun () ->
      let t = terminal () in
      shows t "ab\x03" "^C")

let flow () =
  test "STOP and START" (fun () ->
      let t = terminal () in
      shows t "\x13" "";
      Check.that "stopped" (Discipline.is_stopped t);
      Check.that "no output" (Discipline.write t ~room:9 "x" ~from:0 ~length:1 = (0, ""));
      shows t "ab" "";
      shows t "\x11" "ab";
      writes t "x" "x");
  test "IXANY: any character starts" (fun () ->
      let t = terminal ~input:Termios.ixany () in
      shows t "\x13" "";
      shows t "a" "a");
  test "an interrupt starts" (fun () ->
      let t = terminal () in
      shows t "\x13a" "";
      shows t "\x03" "^C");
  test "START does not undo tcflow" (fun () ->
      let t = terminal () in
      Discipline.hold t true;
      shows t "a\x11" "";
      Discipline.hold t false;
      shows t "" "a");
  test "IXOFF tells the other side" (fun () ->
      let t = terminal ~input:Termios.ixoff ~without:Termios.(icanon lor echo) () in
      shows t (String.make 3960 'x') "";
      Check.that "not yet" (Discipline.flow t = None);
      shows t (String.make 20 'x') "";
      Check.that "stop" (Discipline.flow t = Some '\x13');
      Check.that "once" (Discipline.flow t = None);
      ignore (Discipline.read t ~most:3800);
      Check.that "not empty enough" (Discipline.flow t = None);
      ignore (Discipline.read t ~most:100);
      Check.that "go on" (Discipline.flow t = Some '\x11'))

let bytes () =
  test "without ICANON bytes are read as they come" (fun () ->
      let t = raw () in
      shows t "a\x7f\x04\n" "";
      reads t ~most:2 "a\x7f";
      reads t "\x04\n");
  test "what MIN and TIME ask for" (fun () ->
      let open Discipline in
      let is minimum time wanted = waiting (raw ~minimum ~time ()) = wanted in
      Check.that "both" (is 3 5 { minimum = 3; first = None; between = Some 5 });
      Check.that "MIN" (is 3 0 { minimum = 3; first = None; between = None });
      Check.that "TIME" (is 0 5 { minimum = 1; first = Some 5; between = None });
      Check.that "none" (is 0 0 { minimum = 1; first = Some 0; between = None });
      let line = { minimum = 1; first = None; between = None } in
      Check.that "a line" (waiting (terminal ()) = line));
  test "MIN alone decides when it is worth polling" (fun () ->
      let worth minimum time =
        let t = raw ~minimum ~time () in
        shows t "ab" "";
        Discipline.worth_polling t
      in
      Check.that "three" (not (worth 3 0));
      Check.that "two" (worth 2 0);
      Check.that "time" (worth 3 1));
  test "a full input takes no more" (fun () ->
      let t = raw () in
      let all = String.make 5000 'x' in
      let received = Discipline.receive t all ~from:0 ~length:5000 in
      Check.that "4095" (received.consumed = 4095);
      ignore (Discipline.read t ~most:5);
      Check.that "five" ((Discipline.receive t all ~from:0 ~length:5000).consumed = 5))

let mapping () =
  let maps input text wanted =
    let t = raw () in
    Discipline.set_termios t { (Discipline.termios t) with input; local = Termios.iexten };
    shows t text "";
    reads t wanted
  in
  test "input is mapped" (fun () ->
      maps Termios.icrnl "a\rb\n" "a\nb\n";
      maps Termios.inlcr "a\rb\n" "a\rb\r";
      maps Termios.igncr "a\rb\n" "ab\n";
      maps Termios.istrip "\xe1\xff" "a\x7f";
      maps Termios.iuclc "ABcd" "abcd";
      maps Termios.parmrk "a\xffb" "a\xff\xffb");
  let prints output text wanted =
    let t = raw () in
    Discipline.set_termios t { (Discipline.termios t) with output };
    writes t text wanted
  in
  test "output is mapped" (fun () ->
      let open Termios in
      prints onlcr "a\n" "a\n";
      prints (opost lor onlcr) "a\nb" "a\r\nb";
      prints (opost lor ocrnl) "a\rb" "a\nb";
      prints (opost lor onocr) "\ra\r\rb" "a\rb";
      prints (opost lor olcuc) "abC" "ABC";
      prints (opost lor tab_delay) "ab\tc\n\td" "ab      c\n       d";
      prints (opost lor tab_delay lor onlcr) "ab\n\td" "ab\r\n        d");
  test "output stops where there is no room" (fun () ->
      let t = terminal () in
      let write room = Discipline.write t ~room "a\nb" ~from:0 ~length:3 in
      Check.that "none" (write 0 = (0, ""));
      Check.that "not half a new line" (write 2 = (1, "a"));
      Check.that "all" (write 4 = (3, "a\r\nb")))

let changes () =
  let local t = (Discipline.termios t).local in
  let set t local = Discipline.set_termios t { (Discipline.termios t) with local } in
  test "half a line becomes bytes" (fun () ->
      let t = terminal () in
      shows t "ab" "ab";
      set t (local t land lnot Termios.icanon);
      reads t "ab");
  test "bytes become a line" (fun () ->
      let t = raw () in
      shows t "ab" "";
      set t Termios.icanon;
      reads t "ab");
  test "ends of lines become bytes" (fun () ->
      let t = terminal () in
      shows t "a\x04b\n" "ab\r\n";
      set t 0;
      reads t "a\x00b\n");
  test "without IXON output goes on" (fun () ->
      let t = terminal () in
      shows t "\x13" "";
      Discipline.set_termios t { (Discipline.termios t) with input = 0 };
      Check.that "goes on" (not (Discipline.is_stopped t)));
  test "flushing" (fun () ->
      let t = terminal () in
      shows t "ab\ncd" "ab\r\ncd";
      Discipline.flush_input t;
      nothing t;
      line t "e" "e")

let () =
  signalling ();
  flow ();
  bytes ();
  mapping ();
  changes ();
  Check.finish ()
