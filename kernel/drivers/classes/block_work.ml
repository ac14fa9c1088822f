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
  mutable segment : int;
  mutable cut : int;  (** sectors of the segment that are in pieces *)
  mutable sector : int;  (** where the next piece begins *)
  running : int array;  (** by tag: pieces, and one for the request while it is being cut *)
  failures : status array;  (** by tag: [Ok] when there was none *)
  answers : int array;
  mutable nr_answers : int;
}

let batch = 16

let create port ~most =
  {
    port;
    most;
    taken = Array.make (batch * words) 0;
    items = 0;
    item = 0;
    segment = 0;
    cut = 0;
    sector = 0;
    running = Array.make Requests.depth 0;
    failures = Array.make Requests.depth Ok;
    answers = Array.make Requests.depth 0;
    nr_answers = 0;
  }

(* ---- the piece ---- *)

let[@inline] first t = t.taken.(t.item * words)
let[@inline] of_segment t = t.taken.((t.item * words) + segments_at + t.segment)
let[@inline] has_segment t = t.segment < segments (first t)
let[@inline] tag t = Block.Wire.tag (first t)
let[@inline] operation t = Block.Wire.operation (first t)
let[@inline] sector t = t.sector

let has_memory t =
  match operation t with Read | Write -> true | Flush | Discard | Write_zeroes -> false

let address t =
  if has_memory t then Block.Wire.address (of_segment t) + (t.cut * Block.sector_bytes) else 0

let sectors t =
  if not (has_segment t) then 0
  else if has_memory t then min t.most (Block.Wire.sectors (of_segment t) - t.cut)
  else Block.Wire.sectors (of_segment t)

(* ---- from one to the next ---- *)

let enter t =
  if t.item < t.items then begin
    t.segment <- 0;
    t.cut <- 0;
    t.sector <- t.taken.((t.item * words) + 1);
    t.running.(tag t) <- 1;
    t.failures.(tag t) <- Ok
  end

let has_piece t = t.item < t.items

let peek t =
  if not (has_piece t) then begin
    t.items <- Port.next t.port t.taken ~words ~most:batch;
    t.item <- 0;
    enter t
  end;
  has_piece t

let finished t ~tag status =
  if status <> Ok then t.failures.(tag) <- status;
  t.running.(tag) <- t.running.(tag) - 1;
  if t.running.(tag) = 0 then begin
    t.answers.(t.nr_answers) <- Block.Wire.answer ~tag t.failures.(tag);
    t.nr_answers <- t.nr_answers + 1
  end

let next_item t =
  let cut = tag t in
  t.item <- t.item + 1;
  enter t;
  finished t ~tag:cut Ok

let begun t =
  let sectors = sectors t in
  t.running.(tag t) <- t.running.(tag t) + 1;
  t.sector <- t.sector + sectors;
  t.cut <- t.cut + sectors;
  if has_segment t && t.cut >= Block.Wire.sectors (of_segment t) then begin
    t.segment <- t.segment + 1;
    t.cut <- 0
  end;
  if not (has_segment t) then next_item t

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
