(* The line that is being edited, and what is seen of it. *)
open Line_discipline
open Typed

let test = Check.test

let lines () =
  test "a line is read when it is complete" (fun () ->
      let t = terminal () in
      shows t "hello" "hello";
      nothing t;
      shows t "\n" "\r\n";
      reads t "hello\n";
      nothing t);
  test "a carriage return ends a line, too" (fun () -> line (terminal ()) "a\rb" "a" |> ignore);
  test "each reading gives one line, or a part of it" (fun () ->
      let t = terminal () in
      shows t "abc\nde\n" "abc\r\nde\r\n";
      reads t ~most:2 "ab";
      reads t ~most:100 "c\n";
      reads t ~most:3 "de\n";
      nothing t);
  test "end of file, alone and behind text" (fun () ->
      let t = terminal () in
      shows t "\x04" "";
      reads t "";
      shows t "ab\x04cd\n" "abcd\r\n";
      reads t "ab";
      reads t "cd\n");
  test "an end of file that was reached goes with what is before it" (fun () ->
      let t = terminal () in
      shows t "ab\x04\x04" "ab";
      reads t ~most:2 "ab";
      reads t "";
      nothing t);
  test "other ends of lines" (fun () ->
      let d = Termios.default in
      let t =
        Discipline.create
          (Termios.with_character (Termios.with_character d End_of_line 'x') End_of_line_2 'y')
      in
      shows t "axby" "axby";
      reads t "ax";
      reads t "by");
  test "a line that is too long loses its last bytes" (fun () ->
      let t = terminal () in
      let part = String.init 1000 (fun i -> Char.chr (97 + (i mod 26))) in
      for _ = 1 to 5 do
        shows t part part
      done;
      shows t "\n" "\r\n";
      let four = part ^ part ^ part ^ part in
      reads t ~most:10000 (four ^ String.sub part 0 95 ^ "\n"));
  test "FIONREAD counts what can be read" (fun () ->
      let t = terminal () in
      shows t "ab\nc\x04de" "ab\r\ncde";
      Check.that "four" (Discipline.available t = 4))

let erasing () =
  test "ERASE rubs out" (fun () ->
      let t = terminal () in
      shows t "ab\x7f" "ab\b \b";
      shows t "\x7f\x7f" "\b \b";
      line t "xy\x7fz" "xz");
  test "ERASE rubs a control character's two columns out" (fun () ->
      let t = terminal () in
      shows t "\x01\x7f" "^A\b \b\b \b");
  test "ERASE goes back over a tab" (fun () ->
      let t = terminal () in
      shows t "ab\tc\x7f\x7f" "ab\tc\b \b\b\b\b\b\b\b";
      shows t "\t\t\x7f" "\t\t\b\b\b\b\b\b\b\b";
      writes t "123" "123";
      line t "" "ab\t");
  test "ERASE goes back over a tab behind a prompt" (fun () ->
      let t = terminal () in
      writes t "$ " "$ ";
      shows t "a\t\x7f" "a\t\b\b\b\b\b");
  test "ERASE takes characters of several bytes" (fun () ->
      let t = terminal ~input:Termios.iutf8 () in
      shows t "a\xe2\x82\xac\x7f" "a\xe2\x82\xac\b \b";
      line t "\xc3\xa4\x7fb" "ab");
  test "ERASE without ECHOE shows itself" (fun () ->
      shows (terminal ~without:Termios.echoe ()) "a\x7f" "a^?");
  test "WERASE takes a word" (fun () ->
      let t = terminal () in
      shows t "one two-three  \x17" "one two-three  \b \b\b \b\b \b\b \b\b \b\b \b\b \b";
      line t "x \x17" "one two-");
  test "KILL takes the line" (fun () ->
      let t = terminal () in
      shows t "abc\x15" "abc\b \b\b \b\b \b";
      line t "d" "d");
  test "KILL without ECHOKE shows itself" (fun () ->
      shows (terminal ~without:Termios.echoke ()) "abc\x15" "abc^U\r\n";
      shows (terminal ~without:Termios.(echoke lor echok) ()) "abc\x15" "abc^U");
  test "ECHOPRT prints what is erased" (fun () ->
      let t = terminal ~local:Termios.echoprt () in
      shows t "abc\x7f\x7fx" "abc\\cb/x";
      line t "" "ax");
  test "nothing is erased before the line" (fun () ->
      let t = terminal () in
      shows t "a\n\x7f\x15\x17" "a\r\n";
      reads t "a\n")

let others () =
  test "REPRINT shows the line again" (fun () ->
      shows (terminal ()) "a\x01b\x12" "a^Ab^R\r\na^Ab");
  test "LNEXT takes a meaning away" (fun () ->
      let t = terminal () in
      shows t "\x16\x03" "^\b^C";
      line t "\x16\n" "\x03\n");
  test "without IEXTEN there are fewer characters" (fun () ->
      let t = terminal ~without:Termios.iexten () in
      shows t "a\x17\x16\x12" "a^W^V^R");
  test "without echo only the new line may be seen" (fun () ->
      shows (terminal ~without:Termios.echo ()) "abc\x7f\n" "";
      let t = terminal ~local:Termios.echonl ~without:Termios.echo () in
      shows t "abc\x7f\n" "\r\n";
      reads t "ab\n")

let () =
  lines ();
  erasing ();
  others ();
  Check.finish ()
