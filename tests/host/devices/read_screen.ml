(* read_screen.ml FILE: what stands on a screen, of which FILE is a picture (a PPM, as QEMU's
   screendump makes it): its lines as text, read by the font. A cell that is no character's picture
   is a [?]. *)
open Terminal

type picture = { width : int; height : int; dots : string }

let read file =
  let text = In_channel.with_open_bin file In_channel.input_all in
  Scanf.sscanf text "P6 %d %d %d%n" (fun width height _ n ->
      { width; height; dots = String.sub text (n + 1) (String.length text - n - 1) })

let dot p ~x ~y =
  let at = 3 * ((y * p.width) + x) in
  String.sub p.dots at 3

(* The cell's rows as the font has them: what is not like the screen's first dot is on. *)
let cell p ~background ~column ~row =
  let bit ~y bits x =
    let is_on = dot p ~x:((column * Font.width) + x) ~y:((row * Font.height) + y) <> background in
    (bits * 2) + Bool.to_int is_on
  in
  let line y = Char.chr (List.fold_left (bit ~y) 0 (List.init Font.width Fun.id)) in
  String.init Font.height line

let characters = List.init 95 (fun i -> 32 + i)

let character picture =
  match List.find_opt (fun code -> Font.picture Font.default code = picture) characters with
  | Some code -> Char.chr code
  | None -> '?'

let line p ~background row =
  String.init (p.width / Font.width) (fun column -> character (cell p ~background ~column ~row))

let () =
  let p = read Sys.argv.(1) in
  let background = dot p ~x:(p.width - 1) ~y:(p.height - 1) in
  for row = 0 to (p.height / Font.height) - 1 do
    print_endline (line p ~background row)
  done
