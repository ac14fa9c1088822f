(* From scan codes to keys, and from keys to what a terminal sends. *)
open Keyboard

let test = Check.test
let is = Check.that

let decode set bytes =
  let t = Scan_codes.create set in
  List.filter_map (Scan_codes.feed t) bytes

let event key pressed : Scan_codes.event = { key; pressed }

let same what found wanted =
  let show (e : Scan_codes.event) = Printf.sprintf "%d%s" e.key (if e.pressed then "+" else "-") in
  let show events = String.concat " " (List.map show events) in
  if found <> wanted then failwith (Printf.sprintf "%s: %s, not %s" what (show found) (show wanted))

(* The same key in both sets: plain, and extended. *)
let plain =
  [ (1, 0x01, 0x76); (30, 0x1e, 0x1c); (59, 0x3b, 0x05); (65, 0x41, 0x83); (88, 0x58, 0x07);
  (86, 0x56, 0x61); (83, 0x53, 0x71); (57, 0x39, 0x29); (12, 0x0c, 0x4e); (42, 0x2a, 0x12) ]

let extended = [ (103, 0x48, 0x75); (105, 0x4b, 0x6b); (111, 0x53, 0x71); (97, 0x1d, 0x14);
  (96, 0x1c, 0x5a); (125, 0x5b, 0x1f); (99, 0x37, 0x7c); (109, 0x51, 0x7a) ]

let sets () =
  let both (key, one, two) ~prefix =
    let wanted = [ event key true; event key false ] in
    same "set 1" (decode One (prefix @ [ one ] @ prefix @ [ one lor 0x80 ])) wanted;
    same "set 2" (decode Two (prefix @ [ two ] @ prefix @ [ 0xf0; two ])) wanted
  in
  test "scan codes: the same keys of both sets" (fun () ->
      List.iter (both ~prefix:[]) plain;
      List.iter (both ~prefix:[ 0xe0 ]) extended);
  test "scan codes: both sets have the same keys" (fun () ->
      let keys set =
        let of_code prefix code = decode set (prefix @ [ code ]) in
        let codes = List.init (match set with Scan_codes.One -> 0x80 | Two -> 0xe0) Fun.id in
        let found = List.concat_map (of_code []) codes @ List.concat_map (of_code [ 0xe0 ]) codes in
        List.sort_uniq compare found
      in
      same "keys" (keys One) (keys Two));
  test "scan codes: Pause is one key" (fun () ->
      let after = [ event 119 true; event 30 true ] in
      same "set 1" (decode One [ 0xe1; 0x1d; 0x45; 0xe1; 0x9d; 0xc5; 0x1e ]) after;
      same "set 2" (decode Two [ 0xe1; 0x14; 0x77; 0xe1; 0xf0; 0x14; 0xf0; 0x77; 0x1c ]) after);
  test "scan codes: shifts that nobody pressed" (fun () ->
      same "set 1" (decode One [ 0xe0; 0x2a; 0xe0; 0x37 ]) [ event 99 true ];
      same "set 2" (decode Two [ 0xe0; 0x12; 0xe0; 0x7c ]) [ event 99 true ]);
  test "scan codes: any bytes are events or nothing" (fun () ->
      let random = Random.State.make [| 6 |] in
      let streams = List.map Scan_codes.create [ Scan_codes.One; Two ] in
      for _ = 1 to 200_000 do
        let byte = Random.State.int random 256 in
        let sensible (e : Scan_codes.event) = is "a key" (e.key > 0 && e.key < 128) in
        List.iter (fun t -> Option.iter sensible (Scan_codes.feed t byte)) streams
      done)

(* ---- layout ---- *)

(* Keys by number, pressed with those in front of them held. *)
let typed ?(held = []) keys =
  let t = Layout.create () in
  let hold key = ignore (Layout.key t key ~pressed:true : string) in
  let press key =
    let text = Layout.key t key ~pressed:true in
    is "a release sends nothing" (Layout.key t key ~pressed:false = "");
    text
  in
  List.iter hold held;
  String.concat "" (List.map press keys)

let sends what ?held keys wanted =
  let found = typed ?held keys in
  if found <> wanted then failwith (Printf.sprintf "%s: %S, not %S" what found wanted)

let shift = 42
let control = 29
let alt = 56

let words () =
  test "layout: words" (fun () ->
      sends "hello" [ 35; 18; 38; 38; 24 ] "hello";
      sends "shifted" ~held:[ shift ] [ 35; 18; 2; 13; 41; 43; 51 ] "HE!+~|<";
      sends "the right shift" ~held:[ 54 ] [ 30 ] "A");
  test "layout: every character of ASCII can be typed" (fun () ->
      let is_modifier key = List.mem key [ 29; 42; 54; 56; 58; 69; 97; 100 ] in
      let keys = List.filter (fun key -> not (is_modifier key)) (List.init 128 Fun.id) in
      let texts held = List.map (fun key -> typed ~held [ key ]) keys in
      let all = texts [] @ texts [ shift ] in
      for code = 32 to 126 do
        let c = Char.chr code in
        is (Printf.sprintf "%C" c) (List.mem (String.make 1 c) all)
      done)

let controls () =
  test "layout: Control" (fun () ->
      sends "letters" ~held:[ control ] [ 30; 46; 44 ] "\001\003\026";
      sends "others" ~held:[ control ] [ 57; 26; 43; 27; 53; 14 ] "\000\027\028\029\031\b");
  test "layout: Alt" (fun () -> sends "it" ~held:[ alt ] [ 30; 28 ] "\027a\027\r");
  test "layout: keys that move" (fun () ->
      sends "plain" [ 103; 108; 106; 105; 102; 107; 110; 111; 104; 109 ]
        "\027[A\027[B\027[C\027[D\027[H\027[F\027[2~\027[3~\027[5~\027[6~";
      sends "with Control" ~held:[ control ] [ 106; 111 ] "\027[1;5C\027[3;5~";
      sends "with Shift" ~held:[ shift ] [ 103; 15 ] "\027[1;2A\027[Z");
  test "layout: functions" (fun () ->
      sends "them" [ 59; 62; 63; 64; 68; 87; 88 ]
        "\027OP\027OS\027[15~\027[17~\027[21~\027[23~\027[24~")

let locks () =
  test "layout: Caps Lock" (fun () ->
      sends "letters alone" [ 58; 30; 2; 58; 30 ] "A1a";
      sends "with Shift" ~held:[ shift ] [ 58; 30; 2 ] "a!");
  test "layout: Num Lock" (fun () ->
      sends "on at first" [ 71; 76; 82; 83; 74; 78; 55; 98; 96 ] "750.-+*/\r";
      sends "off" [ 69; 71; 76; 83; 78; 69; 71 ] "\027[H5\027[3~+7";
      sends "with Shift" ~held:[ shift ] [ 72 ] "\027[1;2A");
  test "layout: lights, and a key that is held" (fun () ->
      let t = Layout.create () in
      let press key pressed = ignore (Layout.key t key ~pressed : string) in
      is "Num Lock" (Layout.leds t = 1);
      press 58 true;
      press 58 true;
      is "once" (Layout.leds t = 3);
      press 58 false;
      press 70 true;
      is "Scroll Lock" (Layout.leds t = 7);
      press 58 true;
      is "off again" (Layout.leds t = 5));
  test "layout: keys that there are not"
    (fun () -> sends "nothing" [ -1; 256; 100_000; 0; 255; 119 ] "")

let () =
  sets ();
  words ();
  controls ();
  locks ();
  Check.finish ()
