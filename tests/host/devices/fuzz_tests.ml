(* Any bytes to whatever reads bytes from outside and needs no device: archives, what a terminal
   shows, what keyboards send, a clock's registers, pictures of letters. *)

let random_of bytes = Random.State.make [| Hashtbl.hash bytes |]
let demand what holds = if not holds then failwith what

(* ---- archives ---- *)

let octal width n = Printf.sprintf "%0*o\000" (width - 1) n

let header ~name ~typeflag ~size =
  let b = Bytes.make 512 '\000' in
  let put at text = Bytes.blit_string text 0 b at (String.length text) in
  put 0 name;
  put 100 (octal 8 0o644);
  put 124 (octal 12 size);
  put 136 (octal 12 0);
  put 148 "        ";
  put 156 (String.make 1 typeflag);
  if typeflag = '2' then put 157 "elsewhere";
  put 257 "ustar\00000";
  b

(* Its checksum is made right: what is tried is what comes after. *)
let summed b =
  Bytes.fill b 148 8 ' ';
  let sum = Bytes.fold_left (fun sum c -> sum + Char.code c) 0 b in
  Bytes.blit_string (Printf.sprintf "%06o\000 " sum) 0 b 148 8;
  Bytes.to_string b

let archive =
  String.concat ""
    [ summed (header ~name:"./dir/" ~typeflag:'5' ~size:0);
      summed (header ~name:"dir/file" ~typeflag:'0' ~size:700); String.make 1024 'x';
      summed (header ~name:"link" ~typeflag:'2' ~size:0); String.make 1024 '\000' ]

let sum_again bytes =
  let b = Bytes.of_string bytes in
  for n = 0 to (Bytes.length b / 512) - 1 do
    let block = Bytes.sub b (512 * n) 512 in
    if Bytes.get block 0 <> '\000' then Bytes.blit_string (summed block) 0 b (512 * n) 512
  done;
  Bytes.to_string b

let contents bytes = Bigarray.Array1.init Char C_layout (String.length bytes) (String.get bytes)

let read_entry contents (entry : Ustar.entry) =
  demand "a path" (entry.path <> [] && not (List.mem ".." entry.path));
  match entry.kind with
  | File { offset; size } ->
      demand "its bytes" (String.length (Ustar.read contents ~offset ~size) = size)
  | Directory | Symlink _ -> ()

let try_archive bytes =
  let bytes = if Hashtbl.hash bytes land 3 = 0 then bytes else sum_again bytes in
  let contents = contents bytes in
  match Ustar.entries contents with
  | Ok entries -> List.iter (read_entry contents) entries
  | Error error -> ignore (Format.asprintf "%a" Ustar.pp_error error)

(* ---- terminals ---- *)

let sequences =
  [| "text\r\n\ttext\b"; "\027[1;31mred\027[0m"; "\027[2J\027[H\027[3;4H\027[K"; "\0277\0278\027c";
     "\027[?25l\027[?25h\027[s\027[u"; "\xe2\x82\xac\xc3\xa4\xf0\x9f\x90\xab";
     "\027[10A\027[10B\027[10C\027[10D" |]

let check_screen screen =
  let columns = Terminal.Screen.columns screen and rows = Terminal.Screen.rows screen in
  let is_within (column, row) = column >= 0 && column < columns && row >= 0 && row < rows in
  demand "the cursor" (Option.fold ~none:true ~some:is_within (Terminal.Screen.cursor screen));
  Terminal.Screen.take_changes screen (fun ~row ~first ~last ->
      demand "what changed" (is_within (first, row) && is_within (last, row)));
  for row = 0 to rows - 1 do
    demand "text" (String.is_valid_utf_8 (Terminal.Screen.text screen row));
    for column = 0 to columns - 1 do
      let cell = Terminal.Screen.cell screen ~column ~row in
      demand "colours" (cell.foreground lor cell.background < 16)
    done
  done

let try_screen bytes =
  let random = random_of bytes in
  let size most = 1 + Random.State.int random most in
  let screen = Terminal.Screen.create ~columns:(size 12) ~rows:(size 4) in
  Terminal.Screen.write screen bytes;
  check_screen screen

(* ---- pictures of letters ---- *)

let picture = "= A 0\n" ^ String.concat "" (List.init 16 (fun _ -> "..####..\n"))

let try_font bytes =
  match Terminal.Font.of_text bytes with
  | Ok font ->
      demand "a picture" (String.length (Terminal.Font.picture font 65) = Terminal.Font.height)
  | Error error ->
      demand "a line" (error.line >= 1);
      ignore (Format.asprintf "%a" Terminal.Font.pp_error error)

(* ---- keyboards ---- *)

let try_keys bytes =
  let try_set set =
    let codes = Keyboard.Scan_codes.create set and layout = Keyboard.Layout.create () in
    let press (event : Keyboard.Scan_codes.event) =
      demand "a key" (event.key > 0);
      ignore (Keyboard.Layout.key layout event.key ~pressed:event.pressed : string);
      demand "lights" (Keyboard.Layout.leds layout land lnot 7 = 0)
    in
    String.iter (fun c -> Option.iter press (Keyboard.Scan_codes.feed codes (Char.code c))) bytes
  in
  List.iter try_set [ Keyboard.Scan_codes.One; Two ]

(* ---- clocks ---- *)

let try_clock bytes =
  let byte n = if n < String.length bytes then Char.code bytes.[n] else 0 in
  let registers : Clocks.Cmos.registers =
    { seconds = byte 0; minutes = byte 1; hours = byte 2; day = byte 3; month = byte 4;
      year = byte 5; century = byte 6; mode = byte 7 }
  in
  match Clocks.Cmos.decode registers with
  | Ok date ->
      demand "a date" (Clocks.Date.is_valid date);
      demand "and back" (Clocks.Date.of_seconds (Clocks.Date.to_seconds date) = date)
  | Error why -> demand "a reason" (why <> "")

(* 2026-02-03 04:05:06, in digits and in binary. *)
let dates = [| "\x06\x05\x04\x03\x02\x26\x20\x02"; "\006\005\004\003\002\026\020\006" |]

let () =
  Fuzz.run "fuzz: archives" Fuzz.mutate [| archive |] try_archive;
  Fuzz.run "fuzz: archives, noise" Fuzz.noise () try_archive;
  Fuzz.run "fuzz: a terminal's bytes" Fuzz.mutate sequences try_screen;
  Fuzz.run "fuzz: a terminal's bytes, noise" Fuzz.noise () try_screen;
  Fuzz.run "fuzz: a font's text" Fuzz.mutate [| picture |] try_font;
  Fuzz.run "fuzz: scan codes" Fuzz.noise () try_keys;
  Fuzz.run "fuzz: a clock's registers" Fuzz.mutate dates try_clock;
  Fuzz.run "fuzz: a clock's registers, noise" Fuzz.noise () try_clock;
  Check.finish ()
