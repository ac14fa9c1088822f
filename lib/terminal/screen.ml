(* A cell in an int: the character's number, then four bits for each colour. *)
type t = {
  columns : int;
  rows : int;
  cells : int array;
  escape : Escape.t;
  mutable column : int;  (** of the cursor; [columns]: the row is full, and nothing came since *)
  mutable row : int;
  mutable kept : int * int;
  mutable foreground : int;
  mutable background : int;
  mutable is_bold : bool;
  mutable is_reversed : bool;
  mutable is_shown : bool;  (** the cursor *)
  mutable drawn : (int * int) option;  (** where the cursor was at the last look *)
  first : int array;  (** by row: the first column that has changed... *)
  last : int array;  (** ... and the last: none when it is smaller *)
}

let columns t = t.columns
let rows t = t.rows

(* ---- cells ---- *)

type cell = { code : int; foreground : int; background : int }

let code_bits = 21
let pack code ~foreground ~background =
  code lor (foreground lsl code_bits) lor (background lsl (code_bits + 4))

let default_foreground = 7
let default_background = 0
let space = Char.code ' '
let blank = pack space ~foreground:default_foreground ~background:default_background

let unpack bits =
  {
    code = bits land ((1 lsl code_bits) - 1);
    foreground = (bits lsr code_bits) land 15;
    background = (bits lsr (code_bits + 4)) land 15;
  }

let at t ~column ~row = (row * t.columns) + column
let cell t ~column ~row = unpack t.cells.(at t ~column ~row)

let create ~columns ~rows =
  if columns < 1 || rows < 1 then invalid_arg "Screen.create";
  {
    columns;
    rows;
    cells = Array.make (columns * rows) blank;
    escape = Escape.create ();
    column = 0;
    row = 0;
    kept = (0, 0);
    foreground = default_foreground;
    background = default_background;
    is_bold = false;
    is_reversed = false;
    is_shown = true;
    drawn = None;
    first = Array.make rows 0;
    last = Array.make rows (columns - 1);
  }

let touch t ~row ~first ~last =
  t.first.(row) <- min t.first.(row) first;
  t.last.(row) <- max t.last.(row) last

(* Of what is written and erased now. *)
let filled (t : t) code =
  let bright = if t.is_bold && t.foreground < 8 then t.foreground + 8 else t.foreground in
  if t.is_reversed then pack code ~foreground:t.background ~background:bright
  else pack code ~foreground:bright ~background:t.background

let fill (t : t) ~row ~first ~last =
  if last >= first then begin
    let empty = pack space ~foreground:t.foreground ~background:t.background in
    Array.fill t.cells (at t ~column:first ~row) (last - first + 1) empty;
    touch t ~row ~first ~last
  end

let fill_row t row = fill t ~row ~first:0 ~last:(t.columns - 1)

let fill_rows t ~first ~last =
  for row = first to last do
    fill_row t row
  done

(* ---- the cursor ---- *)

let move t ~column ~row =
  t.column <- max 0 (min column (t.columns - 1));
  t.row <- max 0 (min row (t.rows - 1))

let scroll t =
  Array.blit t.cells t.columns t.cells 0 ((t.rows - 1) * t.columns);
  for row = 0 to t.rows - 1 do
    touch t ~row ~first:0 ~last:(t.columns - 1)
  done;
  fill_row t (t.rows - 1)

let line_feed t = if t.row < t.rows - 1 then t.row <- t.row + 1 else scroll t

let put t code =
  if t.column = t.columns then begin
    t.column <- 0;
    line_feed t
  end;
  t.cells.(at t ~column:t.column ~row:t.row) <- filled t code;
  touch t ~row:t.row ~first:t.column ~last:t.column;
  t.column <- t.column + 1

let tab = 8

let control t = function
  | '\b' -> move t ~column:(min t.column (t.columns - 1) - 1) ~row:t.row
  | '\t' -> move t ~column:((t.column / tab * tab) + tab) ~row:t.row
  | '\n' | '\011' | '\012' -> line_feed t
  | '\r' -> t.column <- 0
  | _ -> ()

(* ---- sequences ---- *)

let erase_in_row t = function
  | 0 -> fill t ~row:t.row ~first:(min t.column (t.columns - 1)) ~last:(t.columns - 1)
  | 1 -> fill t ~row:t.row ~first:0 ~last:(min t.column (t.columns - 1))
  | 2 -> fill_row t t.row
  | _ -> ()

let erase t how =
  match how with
  | 0 ->
      erase_in_row t 0;
      fill_rows t ~first:(t.row + 1) ~last:(t.rows - 1)
  | 1 ->
      fill_rows t ~first:0 ~last:(t.row - 1);
      erase_in_row t 1
  | 2 | 3 -> fill_rows t ~first:0 ~last:(t.rows - 1)
  | _ -> ()

let plain (t : t) =
  t.foreground <- default_foreground;
  t.background <- default_background;
  t.is_bold <- false;
  t.is_reversed <- false

let attribute (t : t) = function
  | -1 | 0 -> plain t
  | 1 -> t.is_bold <- true
  | 7 -> t.is_reversed <- true
  | 22 -> t.is_bold <- false
  | 27 -> t.is_reversed <- false
  | n when n >= 30 && n <= 37 -> t.foreground <- n - 30
  | 39 -> t.foreground <- default_foreground
  | n when n >= 40 && n <= 47 -> t.background <- n - 40
  | 49 -> t.background <- default_background
  | n when n >= 90 && n <= 97 -> t.foreground <- n - 90 + 8
  | n when n >= 100 && n <= 107 -> t.background <- n - 100 + 8
  | _ -> ()

(* Colours of other palettes come with their own numbers, which are not ours. *)
let rec attributes t = function
  | [] -> ()
  | (38 | 48) :: 5 :: _ :: rest | (38 | 48) :: 2 :: _ :: _ :: _ :: rest -> attributes t rest
  | n :: rest ->
      attribute t n;
      attributes t rest

(* The nth number, from 1 on where it counts something; or what stands for it. *)
let number numbers n ~default =
  match List.nth_opt numbers n with Some n when n >= 0 -> n | Some _ | None -> default

let count numbers = max 1 (number numbers 0 ~default:1)
let place numbers n = max 1 (number numbers n ~default:1) - 1
let keep t = t.kept <- (min t.column (t.columns - 1), t.row)
let go_back t = move t ~column:(fst t.kept) ~row:(snd t.kept)

let sequence t numbers final =
  let column = min t.column (t.columns - 1) and n = count numbers in
  match final with
  | 'A' -> move t ~column ~row:(t.row - n)
  | 'B' -> move t ~column ~row:(t.row + n)
  | 'C' -> move t ~column:(column + n) ~row:t.row
  | 'D' -> move t ~column:(column - n) ~row:t.row
  | 'E' -> move t ~column:0 ~row:(t.row + n)
  | 'F' -> move t ~column:0 ~row:(t.row - n)
  | 'G' -> move t ~column:(place numbers 0) ~row:t.row
  | 'H' | 'f' -> move t ~column:(place numbers 1) ~row:(place numbers 0)
  | 'd' -> move t ~column ~row:(place numbers 0)
  | 'J' -> erase t (number numbers 0 ~default:0)
  | 'K' -> erase_in_row t (number numbers 0 ~default:0)
  | 'm' -> if numbers = [] then plain t else attributes t numbers
  | 's' -> keep t
  | 'u' -> go_back t
  | _ -> ()

let start_anew t =
  plain t;
  t.is_shown <- true;
  fill_rows t ~first:0 ~last:(t.rows - 1);
  move t ~column:0 ~row:0

let private_sequence t numbers = function
  | 'h' when List.mem 25 numbers -> t.is_shown <- true
  | 'l' when List.mem 25 numbers -> t.is_shown <- false
  | _ -> ()

let escape t = function
  | '7' -> keep t
  | '8' -> go_back t
  | 'c' -> start_anew t
  | 'D' -> line_feed t
  | 'E' ->
      t.column <- 0;
      line_feed t
  | _ -> ()

let perform t : Escape.item -> unit = function
  | Character code -> put t code
  | Control c -> control t c
  | Sequence { prefix = ' '; numbers; final } -> sequence t numbers final
  | Sequence { prefix = '?'; numbers; final } -> private_sequence t numbers final
  | Sequence _ -> ()
  | Escape c -> escape t c

let write t text = String.iter (fun c -> Option.iter (perform t) (Escape.feed t.escape c)) text

(* ---- looking ---- *)

let cursor t = if t.is_shown then Some (min t.column (t.columns - 1), t.row) else None

let text t row =
  let buffer = Buffer.create t.columns in
  for column = 0 to t.columns - 1 do
    Buffer.add_utf_8_uchar buffer (Uchar.of_int (cell t ~column ~row).code)
  done;
  let text = Buffer.contents buffer in
  let rec end_ n = if n > 0 && text.[n - 1] = ' ' then end_ (n - 1) else n in
  String.sub text 0 (end_ (String.length text))

let touch_cursor t = Option.iter (fun (column, row) -> touch t ~row ~first:column ~last:column)

let take_changes t f =
  let now = cursor t in
  if now <> t.drawn then begin
    touch_cursor t t.drawn;
    touch_cursor t now;
    t.drawn <- now
  end;
  for row = 0 to t.rows - 1 do
    let first = t.first.(row) and last = t.last.(row) in
    if first <= last then begin
      t.first.(row) <- t.columns;
      t.last.(row) <- -1;
      f ~row ~first ~last
    end
  done
