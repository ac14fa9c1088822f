(* [tail] <= [line] <= [head], which only grow: bytes are kept at their number modulo the capacity.
   Complete lines are before [line]; each one's last byte is marked in [ends]. When bytes are read
   [line] stays behind. *)
type t = {
  cells : Bytes.t;
  ends : Bytes.t;
  mutable tail : int;
  mutable line : int;
  mutable head : int;
}

let capacity = 4096

let create () =
  { cells = Bytes.create capacity; ends = Bytes.make capacity '\000'; tail = 0; line = 0; head = 0 }

let length t = t.head - t.tail
let edited t = t.head - t.line
let cell t at = Bytes.get t.cells (at mod capacity)
let is_end t at = Bytes.get t.ends (at mod capacity) <> '\000'
let mark t at value = Bytes.set t.ends (at mod capacity) value

let clear t =
  Bytes.fill t.ends 0 capacity '\000';
  t.tail <- 0;
  t.line <- 0;
  t.head <- 0

let get t n =
  if n < 0 || n >= edited t then invalid_arg "Input.get";
  cell t (t.line + n)

let push t c =
  if length t >= capacity then t.head <- t.head - 1;
  Bytes.set t.cells (t.head mod capacity) c;
  t.head <- t.head + 1

let push_end t c =
  push t c;
  mark t (t.head - 1) '\001';
  t.line <- t.head

let drop t n = t.head <- max t.line (t.head - n)

(* ---- lines ---- *)

let has_line t = t.line > t.tail
let is_bare_end t at = is_end t at && cell t at = '\000'

let line_bytes t =
  let rec count at n =
    if at >= t.line then n else count (at + 1) (if is_bare_end t at then n else n + 1)
  in
  count t.tail 0

let taken t from upto = String.init (upto - from) (fun i -> cell t (from + i))

let skip_end t =
  mark t t.tail '\000';
  t.tail <- t.tail + 1

let rec end_of_line t at limit =
  if at >= limit || is_end t at then at else end_of_line t (at + 1) limit

let take_line t ~most =
  let from = t.tail in
  let at = end_of_line t from (min t.line (from + most)) in
  let ends_here = at < t.line && at < from + most in
  let upto = if ends_here && not (is_bare_end t at) then at + 1 else at in
  let text = taken t from upto in
  t.tail <- at;
  if (ends_here && is_end t at) || (has_line t && is_bare_end t at) then skip_end t;
  text

let read_line t ~most = if most <= 0 then "" else take_line t ~most

(* ---- bytes ---- *)

let read_bytes t ~most =
  let upto = min t.head (t.tail + most) in
  let text = taken t t.tail upto in
  t.tail <- upto;
  text

let forget_ends t = Bytes.fill t.ends 0 capacity '\000'

let become_bytes t =
  forget_ends t;
  t.line <- t.tail

let become_lines t =
  forget_ends t;
  t.line <- t.head;
  if length t > 0 then mark t (t.head - 1) '\001'
