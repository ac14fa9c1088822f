(* The terminal's screen, its font, and what is drawn of both. *)
open Terminal

let test = Check.test
let is = Check.that

let equal what found wanted =
  if found <> wanted then failwith (Printf.sprintf "%s: %S, not %S" what found wanted)

(* ---- the font ---- *)

let printable = List.init 94 (fun i -> 33 + i)

let font () =
  test "font: every character of ASCII has a picture of its own" (fun () ->
      let pictures = List.map (Font.picture Font.default) printable in
      let blank = Font.picture Font.default 32 in
      is "none is blank" (not (List.mem blank pictures));
      is "no two are the same"
        (List.length (List.sort_uniq compare pictures) = List.length pictures);
      is "nor that of none" (not (List.mem (Font.picture Font.default 0x20ac) pictures)));
  test "font: a column is free, and so are the rows at the top" (fun () ->
      let spaced picture =
        String.for_all (fun c -> Char.code c land 1 = 0) picture && picture.[0] = '\000'
      in
      is "all" (List.for_all (fun code -> spaced (Font.picture Font.default code)) printable));
  test "font: errors and their lines" (fun () ->
      let error text =
        match Font.of_text text with
        | Ok _ -> failwith "it is taken"
        | Error e -> Format.asprintf "%a" Font.pp_error e
      in
      equal "a character" (error "words\n= ab 3\n") "line 2: ab is no character";
      equal "a row" (error "= a 16") "line 1: 16 is no row";
      equal "a dot" (error "= a 3\n#x") "line 2: 'x' is neither # nor .";
      equal "width" (error "= a 3\n\n.........") "line 3: more than 8 dots";
      equal "height" (error "= a 15\n#\n#") "line 3: more than 16 rows";
      equal "heading" (error "= a") "line 1: not `= CHARACTER ROW`");
  test "font: what it reads" (fun () ->
      match Font.of_text "x\n= a 14\n#.#\n.......#\n\n= none 0\n#" with
      | Error e -> failwith (Format.asprintf "%a" Font.pp_error e)
      | Ok font ->
          equal "a" (Font.picture font 97) (String.make 14 '\000' ^ "\xa0\x01");
          equal "none" (Font.picture font 300) ("\x80" ^ String.make 15 '\000');
          equal "b" (Font.picture font 98) (String.make 16 '\000'))

(* ---- the screen ---- *)

let shown ?(columns = 10) ?(rows = 4) text =
  let screen = Screen.create ~columns ~rows in
  Screen.write screen text;
  screen

let lines screen = String.concat "|" (List.init (Screen.rows screen) (Screen.text screen))
let shows what text wanted = equal what (lines (shown text)) wanted

let place screen =
  match Screen.cursor screen with
  | None -> "none"
  | Some (column, row) -> Printf.sprintf "%d,%d" column row

let stands what text wanted = equal what (place (shown text)) wanted

let writing () =
  test "screen: lines" (fun () ->
      shows "two" "ab\r\ncd" "ab|cd||";
      shows "a line feed alone" "ab\ncd" "ab|  cd||";
      shows "over each other" "abc\rx" "xbc|||";
      shows "backspace, tab" "ab\bx\ty" "ax      y|||");
  test "screen: full rows go on" (fun () ->
      shows "ten" "0123456789" "0123456789|||";
      stands "and wait" "0123456789" "9,0";
      shows "eleven" "0123456789a" "0123456789|a||";
      shows "a return before" "0123456789\r\na" "0123456789|a||");
  test "screen: scrolling" (fun () ->
      shows "once" "1\r\n2\r\n3\r\n4\r\n5" "2|3|4|5";
      shows "in the last column" "1\r\n2\r\n3\r\n0123456789x" "2|3|0123456789|x");
  test "screen: UTF-8" (fun () ->
      shows "it" "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xab" "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xab|||";
      shows "none" "a\xffb\xc3c\xe2\x82" "a\xef\xbf\xbdbc|||")

let moving () =
  test "screen: the cursor" (fun () ->
      stands "home" "abc\027[H" "0,0";
      stands "a place" "\027[3;5H" "4,2";
      stands "outside" "\027[99;99H" "9,3";
      stands "steps" "\027[3;5H\027[A\027[2D" "2,1";
      stands "more" "\027[2B\027[3C\027[B\027[9A" "3,0";
      stands "columns and rows" "\027[5G\027[2d" "4,1";
      stands "kept" "ab\0277\r\n\nx\0278" "2,0";
      stands "kept otherwise" "ab\027[s\r\n\nx\027[u" "2,0";
      stands "hidden" "\027[?25l" "none";
      stands "shown again" "\027[?25l\027[?25h" "0,0");
  test "screen: erasing" (fun () ->
      shows "to the row's end" "abcdef\027[3G\027[K" "ab|||";
      shows "from its start" "abcdef\027[3G\027[1K" "   def|||";
      shows "the row" "abc\r\ndef\027[2K" "abc|||";
      shows "to the end" "a\r\nbcd\r\ne\027[2;2H\027[J" "a|b||";
      shows "from the start" "a\r\nbcd\r\ne\027[2;2H\027[1J" "|  d|e|";
      shows "all" "a\r\nb\027[H\027[2J" "|||";
      shows "a fresh start" "a\r\nb\027cx" "x|||");
  test "screen: what is not understood" (fun () ->
      shows "sequences" "a\027[5zb\027[>1cc\027(Bd" "abcd|||";
      shows "strings" "a\027]0;title\007b\027]0;title\027\\c" "abc|||";
      shows "canceled" "a\027[3\024b" "ab|||";
      shows "control within" "a\027[2\rCb" "a b|||")

let color what text ~column wanted =
  let c = Screen.cell (shown text) ~column ~row:0 in
  equal what (Printf.sprintf "%d on %d" c.foreground c.background) wanted

let colors () =
  test "screen: colours" (fun () ->
      color "plain" "a" ~column:0 "7 on 0";
      color "them" "\027[31;44ma" ~column:0 "1 on 4";
      color "bright" "\027[91;104ma" ~column:0 "9 on 12";
      color "bold" "\027[1;32ma" ~column:0 "10 on 0";
      color "reversed" "\027[7;33ma" ~column:0 "0 on 3";
      color "no more" "\027[1;7;31;42m\027[ma" ~column:0 "7 on 0";
      color "one by one" "\027[1;7;31;42m\027[22;27;39;49ma" ~column:0 "7 on 0";
      color "others' numbers" "\027[38;5;1;48;2;1;2;3;35ma" ~column:0 "5 on 0";
      color "erased" "\027[41m\027[2K" ~column:5 "7 on 1")

let changes screen =
  let seen = ref [] in
  Screen.take_changes screen (fun ~row ~first ~last ->
      seen := Printf.sprintf "%d:%d-%d" row first last :: !seen);
  String.concat " " (List.rev !seen)

let changing () =
  test "screen: what has changed" (fun () ->
      let screen = shown "" in
      equal "all at first" (changes screen) "0:0-9 1:0-9 2:0-9 3:0-9";
      equal "nothing" (changes screen) "";
      Screen.write screen "ab";
      equal "two, and the cursor" (changes screen) "0:0-2";
      Screen.write screen "\r\n";
      equal "the cursor alone" (changes screen) "0:2-2 1:0-0";
      Screen.write screen "\n\n\n";
      equal "all that scrolled" (changes screen) "0:0-9 1:0-9 2:0-9 3:0-9")

(* ---- pictures ---- *)

let format : Raster.format = { red_shift = 16; green_shift = 8; blue_shift = 0 }

(* The whole screen, as rows of [#] and [.], by whether a dot has the brighter of the two
   colours. *)
let drawing screen =
  let columns = Screen.columns screen and rows = Screen.rows screen in
  let dots = Array.make_matrix (rows * Font.height) (columns * Font.width) (-1) in
  let raster = Raster.create Font.default format ~columns in
  let put ~x ~y bytes ~length =
    for i = 0 to (length / 4) - 1 do
      dots.(y).(x + i) <- Int32.to_int (Bytes.get_int32_le bytes (4 * i))
    done
  in
  Screen.take_changes screen (fun ~row ~first ~last ->
      Raster.draw raster screen ~row ~first ~last ~put);
  dots

let black = Palette.color 0
let white = Palette.color 7

let show_dot dot = if dot = white then '#' else if dot = black then '.' else '?'

let rows_of dots ~x ~width ~first ~last =
  List.init (last - first + 1) (fun y -> String.init width
    (fun i -> show_dot dots.(first + y).(x + i)))

let pictures () =
  test "picture: a letter" (fun () ->
      let dots = drawing (shown ~columns:3 ~rows:1 "\027[?25l L") in
      let found = rows_of dots ~x:8 ~width:8 ~first:2 ~last:13 in
      let stem = "##......" in
      let wanted = [ "........" ] @ List.init 9 (fun _ -> stem) @ [ "#######."; "........" ] in
      equal "L" (String.concat "\n" found) (String.concat "\n" wanted));
  test "picture: every dot is drawn, in one of two colours" (fun () ->
      let dots = drawing (shown ~columns:20 ~rows:5 "Hello,\r\nworld.\r\n{}[]") in
      let is_drawn dot = dot = white || dot = black in
      is "all" (Array.for_all (Array.for_all is_drawn) dots));
  test "picture: the cursor" (fun () ->
      let dots = drawing (shown ~columns:2 ~rows:1 "a") in
      is "a block" (Array.for_all (fun line -> line.(8) = white && line.(15) = white) dots));
  test "picture: colours where the format has them" (fun () ->
      let screen = shown ~columns:1 ~rows:1 "\027[?25l\027[41m " in
      let raster =
        Raster.create Font.default { red_shift = 0; green_shift = 8; blue_shift = 16 } ~columns:1
      in
      let red = Palette.color 1 in
      let wanted = (red lsr 16) lor (red land 0xff00) lor ((red land 0xff) lsl 16) in
      Raster.draw raster screen ~row:0 ~first:0 ~last:0 ~put:(fun ~x:_ ~y:_ bytes ~length ->
          is "length" (length = 32);
          is "red" (Int32.to_int (Bytes.get_int32_le bytes 28) = wanted)))

(* ---- anything ---- *)

let anything () =
  test "screen: any bytes leave a screen" (fun () ->
      let random = Random.State.make [| 9 |] in
      let byte () =
        match Random.State.int random 4 with
        | 0 -> Char.chr (Random.State.int random 256)
        | 1 -> "\027[;?]0123456789HJKmABCDsuhl\r\n\t\b".[Random.State.int random 31]
        | 2 -> '\027'
        | _ -> Char.chr (32 + Random.State.int random 95)
      in
      let screen = shown ~columns:7 ~rows:3 "" in
      for _ = 1 to 300_000 do
        Screen.write screen (String.make 1 (byte ()));
        match Screen.cursor screen with
        | Some (column, row) -> is "the cursor" (column >= 0 && column < 7 && row >= 0 && row < 3)
        | None -> ()
      done;
      ignore (drawing screen : int array array))

let () =
  font ();
  writing ();
  moving ();
  colors ();
  changing ();
  pictures ();
  anything ();
  Check.finish ()
