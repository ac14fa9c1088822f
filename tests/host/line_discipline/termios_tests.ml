(* struct termios: every field's place, and back again. *)
open Line_discipline

let sample =
  {
    Termios.input = 0x01020304;
    output = 0x05060708;
    control = 0xf90a0b0c;
    local = 0x0d0e0f10;
    line = 0x11;
    characters = String.init 19 (fun i -> Char.chr (0x80 + i));
    input_speed = 115200;
    output_speed = 0xfffffffe;
  }

let words = "\x04\x03\x02\x01\x08\x07\x06\x05\x0c\x0b\x0a\xf9\x10\x0f\x0e\x0d\x11"
let characters = String.init 19 (fun i -> Char.chr (0x80 + i))
let speeds = "\x00\xc2\x01\x00\xfe\xff\xff\xff"

let () =
  Check.test "termios: each field has its place" (fun () ->
      Check.that "36 bytes" (Bytes.to_string (Termios.encode sample) = words ^ characters);
      Check.that "44 bytes"
        (Bytes.to_string (Termios.encode2 sample) = words ^ characters ^ speeds));
  Check.test "termios: back again" (fun () ->
      Check.that "termios2" (Termios.decode2 (Termios.encode2 sample) = Ok sample);
      let speeds_stay = { sample with input_speed = 38400; output_speed = 38400 } in
      Check.that "termios"
        (Termios.decode Termios.default (Termios.encode sample) = Ok speeds_stay));
  Check.test "termios: other sizes are errors" (fun () ->
      let fails size =
        let bytes = Bytes.create size in
        Termios.decode Termios.default bytes = Error { Termios.size } || size = 36
      in
      Check.that "termios" (List.for_all fails [ 0; 35; 36; 37; 44 ]);
      Check.that "termios2" (Termios.decode2 (Bytes.create 36) = Error { Termios.size = 36 });
      let text = Format.asprintf "%a" Termios.pp_error { Termios.size = 7 } in
      Check.that "in words" (text = "a struct termios of 7 bytes, which is neither 36 nor 44"));
  Check.test "termios: characters by name" (fun () ->
      let t = Termios.with_character Termios.default Word_erase 'x' in
      Check.that "set" (Termios.character t Word_erase = 'x');
      Check.that "the others stay" (Termios.character t Literal_next = '\x16');
      Check.that "in its place" (t.characters.[14] = 'x'));
  Check.finish ()
