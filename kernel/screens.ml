open Drivers
open Terminal

type t = {
  display : Display.t;
  canvas : Hal.Dma.t;
  screen : Screen.t;
  raster : Raster.t;
  mutable life : int;  (** of the display's, which has shown what is in the canvas *)
}

(* ---- the latest output, for displays that come later ---- *)

let recent = Buffer.create 16384
let recent_max = 16384

let remember text =
  if Buffer.length recent + String.length text > recent_max then begin
    let keep = min (Buffer.length recent) (recent_max / 2) in
    let latest = Buffer.sub recent (Buffer.length recent - keep) keep in
    Buffer.clear recent;
    Buffer.add_string recent latest
  end;
  Buffer.add_string recent text

(* ---- displays ---- *)

(* What no cell covers stays so. *)
let clear canvas raster (mode : Display.mode) =
  let line = Raster.blank raster ~dots:mode.width in
  for y = 0 to mode.height - 1 do
    Hal.Dma.blit_of_bytes line 0 canvas (y * Bytes.length line) (Bytes.length line)
  done

let open_ display =
  let mode = Display.mode display in
  let columns = mode.width / Font.width and rows = mode.height / Font.height in
  if columns = 0 || rows = 0 then None
  else
    let format : Raster.format =
      { red_shift = mode.red_shift; green_shift = mode.green_shift; blue_shift = mode.blue_shift }
    in
    let open_on canvas =
      let screen = Screen.create ~columns ~rows in
      let raster = Raster.create Font.default format ~columns in
      clear canvas raster mode;
      Display.attach display canvas;
      Screen.write screen (Buffer.contents recent);
      { display; canvas; screen; raster; life = 0 }
    in
    Option.map open_on (Hal.Physical.allocate (Display.canvas_bytes mode))

let add screens display =
  if List.exists (fun t -> t.display == display) screens then screens
  else match open_ display with Some t -> screens @ [ t ] | None -> screens

(* ---- drawing ---- *)

(* The part that was drawn: none when [bottom] is not below [top]. *)
type drawn = { mutable left : int; mutable right : int; mutable top : int; mutable bottom : int }

let draw_row t drawn ~row ~first ~last =
  let row_bytes = 4 * (Display.mode t.display).width in
  let put ~x ~y bytes ~length =
    Hal.Dma.blit_of_bytes bytes 0 t.canvas ((y * row_bytes) + (4 * x)) length
  in
  Raster.draw t.raster t.screen ~row ~first ~last ~put;
  drawn.left <- min drawn.left (first * Font.width);
  drawn.right <- max drawn.right ((last + 1) * Font.width);
  drawn.top <- min drawn.top (row * Font.height);
  drawn.bottom <- max drawn.bottom ((row + 1) * Font.height);
  Picos.Fiber.yield ()

let ask t ~x ~y ~width ~height =
  match Display.show t.display ~x ~y ~width ~height with Ok () -> () | Error (Failed | Gone) -> ()

let draw t =
  let drawn = { left = max_int; right = 0; top = max_int; bottom = 0 } in
  Screen.take_changes t.screen (draw_row t drawn);
  let life = Display.lives t.display and mode = Display.mode t.display in
  if life <> t.life then begin
    t.life <- life;
    ask t ~x:0 ~y:0 ~width:mode.width ~height:mode.height
  end
  else if drawn.bottom > drawn.top then
    ask t ~x:drawn.left ~y:drawn.top ~width:(drawn.right - drawn.left)
      ~height:(drawn.bottom - drawn.top)

(* ---- the fiber ---- *)

(* Between two pictures: what is written meanwhile is drawn once. *)
let pause_ns = 20_000_000

let buffer_bytes = 16384

(* Whether there was any. *)
let read buffer screens =
  let n = Hal.Console.read_mirror buffer ~pos:0 ~len:buffer_bytes in
  let text = Bytes.sub_string buffer 0 n in
  remember text;
  List.iter (fun t -> Screen.write t.screen text) screens;
  n > 0

let is_behind t = t.life <> Display.lives t.display

let rec run bell buffer screens =
  let screens = List.fold_left add screens (Display.all ()) in
  if screens = [] then Sched.Bell.wait bell
  else begin
    let is_new = read buffer screens in
    if is_new || List.exists is_behind screens then begin
      List.iter draw screens;
      Sched.Time.sleep pause_ns
    end
    else Sched.Bell.wait bell
  end;
  run bell buffer screens

let start () =
  let bell = Sched.Bell.create "output, or displays" in
  let ring () = Sched.Bell.ring bell in
  Display.when_offered ring;
  Sched.Interrupt.on_event ~name:"console output" (Hal.Console.mirror_event ()) ring;
  let body () = run bell (Bytes.create buffer_bytes) [] in
  ignore (Sched.spawn ~kind:Local ~name:"screens" body)
