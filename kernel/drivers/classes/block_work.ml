open Block.Wire

(* A request's words: one that says what, its first sector, its segments. *)
let words = Port.words
let segments_at = 2

type t = {
  port : Port.driver;
  most : int;
  taken : int array;  (** requests from the ring *)
  mutable items : int;
  mutable item : int;  (** the one that is being cut *)
  mutable segment : int;  (** where its word stands *)
  mutable segments_left : int;  (** with this one *)
  mutable sectors_left : int;  (** of the segment *)
  (* The piece: *)
  mutable tag : int;
  mutable operation : Block.operation;
  mutable sector : int;
  mutable address : int;
  mutable sectors : int;
  running : int array;  (** by tag: pieces, and one for the request while it is being cut *)
  failures : status array;  (** by tag: [Ok] when there was none *)
  answers : int array;
  mutable nr_answers : int;
}

let batch = 32

let create port ~most =
  {
    port;
    most;
    taken = Array.make (batch * words) 0;
    items = 0;
    item = 0;
    segment = 0;
    segments_left = 0;
    sectors_left = 0;
    tag = 0;
    operation = Flush;
    sector = 0;
    address = 0;
    sectors = 0;
    running = Array.make Requests.depth 0;
    failures = Array.make Requests.depth Ok;
    answers = Array.make Requests.depth 0;
    nr_answers = 0;
  }

(* ---- the piece ---- *)

let[@inline] has_piece t = t.item < t.items
let[@inline] tag t = t.tag
let[@inline] operation t = t.operation
let[@inline] sector t = t.sector
let[@inline] address t = t.address
let[@inline] sectors t = t.sectors
let[@inline] at_most (limit : int) n = if n < limit then n else limit

let[@inline] has_memory t =
  match t.operation with Read | Write -> true | Flush | Discard | Write_zeroes -> false

let open_segment t =
  let word = t.taken.(t.segment) in
  t.sectors_left <- Block.Wire.sectors word;
  if has_memory t then begin
    t.address <- Block.Wire.address word;
    t.sectors <- at_most t.most t.sectors_left
  end
  else t.sectors <- t.sectors_left

(* ---- from one to the next ---- *)

let enter t =
  if has_piece t then begin
    let at = t.item * words in
    let what = t.taken.(at) in
    t.tag <- Block.Wire.tag what;
    t.operation <- Block.Wire.operation what;
    t.sector <- t.taken.(at + 1);
    t.segment <- at + segments_at;
    t.segments_left <- segments what;
    t.address <- 0;
    t.sectors <- 0;
    t.sectors_left <- 0;
    t.running.(t.tag) <- 1;
    t.failures.(t.tag) <- Ok;
    if t.segments_left > 0 then open_segment t
  end

let peek t =
  if not (has_piece t) then begin
    t.items <- Port.next t.port t.taken ~words ~most:batch;
    t.item <- 0;
    enter t
  end;
  has_piece t

let finished t ~tag status =
  if status <> Ok then t.failures.(tag) <- status;
  let left = t.running.(tag) - 1 in
  t.running.(tag) <- left;
  if left = 0 then begin
    t.answers.(t.nr_answers) <- Block.Wire.answer ~tag t.failures.(tag);
    t.nr_answers <- t.nr_answers + 1
  end

let next_item t =
  let cut = t.tag in
  t.item <- t.item + 1;
  enter t;
  finished t ~tag:cut Ok

let next_segment t =
  t.segments_left <- t.segments_left - 1;
  t.segment <- t.segment + 1;
  if t.segments_left > 0 then open_segment t else next_item t

let begun t =
  t.running.(t.tag) <- t.running.(t.tag) + 1;
  t.sector <- t.sector + t.sectors;
  t.sectors_left <- t.sectors_left - t.sectors;
  if t.sectors_left > 0 then begin
    t.address <- t.address + (t.sectors * Block.sector_bytes);
    t.sectors <- at_most t.most t.sectors_left
  end
  else next_segment t

(* ---- turns ---- *)

(* There is always room: no more requests can be unanswered than the ring holds. *)
let answer t =
  let items = t.nr_answers in
  if items > 0 then begin
    t.nr_answers <- 0;
    ignore (Port.answer t.port t.answers ~items ~words:1 : int)
  end;
  items

let may_sleep t = (not (has_piece t)) && Port.may_sleep t.port
