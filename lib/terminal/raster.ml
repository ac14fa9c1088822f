type format = { red_shift : int; green_shift : int; blue_shift : int }

let dot_bytes = 4
let cell_bytes = dot_bytes * Font.width

(* For two colours: what each byte of a picture looks like, one after the other. *)
type strip = bytes

type t = {
  font : Font.t;
  format : format;
  line : bytes;
  strips : (int * int, strip) Hashtbl.t;
}

let create font format ~columns =
  { font; format; line = Bytes.create (columns * cell_bytes); strips = Hashtbl.create 8 }

let dot t color =
  let format = t.format in
  (((color lsr 16) land 255) lsl format.red_shift)
  lor (((color lsr 8) land 255) lsl format.green_shift)
  lor ((color land 255) lsl format.blue_shift)

let make_strip t ~foreground ~background =
  let on = Int32.of_int (dot t (Palette.color foreground)) in
  let off = Int32.of_int (dot t (Palette.color background)) in
  let strip = Bytes.create (256 * cell_bytes) in
  for bits = 0 to 255 do
    for x = 0 to Font.width - 1 do
      let is_on = bits land (0x80 lsr x) <> 0 in
      Bytes.set_int32_le strip ((bits * cell_bytes) + (x * dot_bytes)) (if is_on then on else off)
    done
  done;
  strip

let strip t ~foreground ~background =
  match Hashtbl.find_opt t.strips (foreground, background) with
  | Some strip -> strip
  | None ->
      let strip = make_strip t ~foreground ~background in
      Hashtbl.replace t.strips (foreground, background) strip;
      strip

let blank t ~dots =
  let line = Bytes.create (dots * dot_bytes) in
  for x = 0 to dots - 1 do
    Bytes.set_int32_le line (x * dot_bytes) (Int32.of_int (dot t (Palette.color 0)))
  done;
  line

(* A cell's picture, and the strip that it is made of. *)
let look t screen ~row column =
  let cell = Screen.cell screen ~column ~row in
  let picture = Font.picture t.font cell.code in
  let foreground, background =
    if Screen.cursor screen = Some (column, row) then (cell.background, cell.foreground)
    else (cell.foreground, cell.background)
  in
  (picture, strip t ~foreground ~background)

let draw_line t cells y =
  let draw i (picture, strip) =
    let bits = Char.code picture.[y] in
    Bytes.blit strip (bits * cell_bytes) t.line (i * cell_bytes) cell_bytes
  in
  Array.iteri draw cells

let draw t screen ~row ~first ~last ~put =
  let cells = Array.init (last - first + 1) (fun i -> look t screen ~row (first + i)) in
  let x = first * Font.width and length = Array.length cells * cell_bytes in
  for y = 0 to Font.height - 1 do
    draw_line t cells y;
    put ~x ~y:((row * Font.height) + y) t.line ~length
  done
