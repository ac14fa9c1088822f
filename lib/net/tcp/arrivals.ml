(* In order: a queue, whose last packet is known so that small ones can join it. Early ones: an
   array that is sorted and free of overlaps. *)
type t = {
  ready : Packet.t Queue.t;
  mutable last : Packet.t option;
  mutable queued : int;
  mutable packets : Packet.t array;
  mutable starts : int array;
  mutable count : int;
  mutable early_bytes : int;
  mutable repeated : int;  (** where text began that had come before, and is to be told of *)
  mutable repeated_stop : int;
  mutable newest : int;  (** the start of the early packet that came last *)
}

let limit = 1024

let create () =
  {
    ready = Queue.create ();
    last = None;
    queued = 0;
    packets = [||];
    starts = [||];
    count = 0;
    early_bytes = 0;
    repeated = 0;
    repeated_stop = 0;
    newest = 0;
  }

let queued t = t.queued
let held t = t.queued + t.early_bytes
let early t = t.count
let stop t i = t.starts.(i) + Packet.length t.packets.(i)

(* ---- in order ---- *)

(* Small ones go into the buffer of the one before: many of them must not hold many buffers. *)
let small = 512

let push t packet =
  let length = Packet.length packet in
  t.queued <- t.queued + length;
  match t.last with
  | Some last when length <= small && length <= Packet.tail_room last ->
      Packet.append last packet;
      Packet.release packet
  | _ ->
      Queue.push packet t.ready;
      t.last <- Some packet

(* ---- behind gaps ---- *)

let grow t packet =
  let size = Int.max 8 (2 * t.count) in
  let packets = Array.make size packet and starts = Array.make size 0 in
  Array.blit t.packets 0 packets 0 t.count;
  Array.blit t.starts 0 starts 0 t.count;
  t.packets <- packets;
  t.starts <- starts

let remove t i n =
  Array.blit t.packets (i + n) t.packets i (t.count - i - n);
  Array.blit t.starts (i + n) t.starts i (t.count - i - n);
  t.count <- t.count - n;
  if t.count = 0 then begin
    t.packets <- [||];
    t.starts <- [||]
  end

let drop t i =
  t.early_bytes <- t.early_bytes - Packet.length t.packets.(i);
  Packet.release t.packets.(i);
  remove t i 1

let insert t i ~start packet =
  if t.count = Array.length t.starts then grow t packet;
  Array.blit t.packets i t.packets (i + 1) (t.count - i);
  Array.blit t.starts i t.starts (i + 1) (t.count - i);
  t.packets.(i) <- packet;
  t.starts.(i) <- start;
  t.count <- t.count + 1;
  t.early_bytes <- t.early_bytes + Packet.length packet;
  t.newest <- start;
  if t.count > limit then drop t (t.count - 1)

(* The first early packet that begins behind this position; they mostly come at the end. *)
let rec position t i start =
  if i > 0 && t.starts.(i - 1) > start then position t (i - 1) start else i

(* What the packets before and behind it have already is cut off; whole ones that it covers go. *)
let rec drop_covered t i ~until =
  if i < t.count && stop t i <= until then begin
    drop t i;
    drop_covered t i ~until
  end

let keep t ~start packet =
  let i = position t t.count start in
  let known = if i > 0 then Int.max start (stop t (i - 1)) else start in
  let until = start + Packet.length packet in
  if known >= until then Packet.release packet
  else begin
    Packet.pull packet (known - start);
    drop_covered t i ~until;
    if i < t.count && t.starts.(i) < until then Packet.resize packet (t.starts.(i) - known);
    if Packet.length packet = 0 then Packet.release packet else insert t i ~start:known packet
  end

(* How many early packets are no longer early, and where the stream then ends. *)
let rec follow t i ~next =
  if i < t.count && t.starts.(i) <= next then begin
    let packet = t.packets.(i) and until = stop t i in
    t.early_bytes <- t.early_bytes - Packet.length packet;
    if until > next then begin
      Packet.pull packet (next - t.starts.(i));
      push t packet
    end
    else Packet.release packet;
    follow t (i + 1) ~next:(Int.max next until)
  end
  else begin
    if i > 0 then remove t 0 i;
    next
  end

let came_before t ~start ~stop =
  t.repeated <- start;
  t.repeated_stop <- stop

let add t ~start ~next packet =
  let until = start + Packet.length packet in
  if until <= next then begin
    came_before t ~start ~stop:until;
    Packet.release packet;
    next
  end
  else if start > next then begin
    keep t ~start packet;
    next
  end
  else begin
    Packet.pull packet (next - start);
    push t packet;
    if t.count = 0 then until else follow t 0 ~next:until
  end

(* ---- what is told of it ---- *)

let rec end_of_block t i =
  if i + 1 < t.count && t.starts.(i + 1) = stop t i then end_of_block t (i + 1) else i

let write_block t (segment : Segment.t) ~from ~last =
  let n = segment.sacks in
  segment.sack.(2 * n) <- Sequence.wire t.starts.(from);
  segment.sack.((2 * n) + 1) <- Sequence.wire (stop t last);
  segment.sacks <- n + 1

(* All blocks but for those of the other kind, the one of the newest packet or not. *)
let rec write_blocks t (segment : Segment.t) i ~newest =
  if i < t.count && segment.sacks < 3 then begin
    let last = end_of_block t i in
    let is_newest = t.starts.(i) <= t.newest && t.newest < stop t last in
    if is_newest = newest then write_block t segment ~from:i ~last;
    write_blocks t segment (last + 1) ~newest
  end

let write_repeated t (segment : Segment.t) =
  if t.repeated_stop > t.repeated then begin
    segment.sack.(0) <- Sequence.wire t.repeated;
    segment.sack.(1) <- Sequence.wire t.repeated_stop;
    segment.sacks <- 1;
    t.repeated_stop <- t.repeated
  end

let has_blocks t = t.count > 0 || t.repeated_stop > t.repeated

let blocks t (segment : Segment.t) =
  segment.sacks <- 0;
  write_repeated t segment;
  if t.count > 0 then begin
    write_blocks t segment 0 ~newest:true;
    write_blocks t segment 0 ~newest:false
  end

(* ---- reading ---- *)

let take t =
  match Queue.take_opt t.ready with
  | None -> None
  | Some packet ->
      if Queue.is_empty t.ready then t.last <- None;
      t.queued <- t.queued - Packet.length packet;
      Some packet

let rec read t bytes at length =
  match Queue.peek_opt t.ready with
  | Some packet when length > 0 ->
      let n = Int.min length (Packet.length packet) in
      Octets.blit_to_bytes (Packet.memory packet) (Packet.start packet) bytes at n;
      if n = Packet.length packet then Option.iter Packet.release (take t)
      else begin
        Packet.pull packet n;
        t.queued <- t.queued - n
      end;
      n + read t bytes (at + n) (length - n)
  | _ -> 0

let rec clear t =
  match take t with
  | Some packet ->
      Packet.release packet;
      clear t
  | None ->
      while t.count > 0 do
        drop t (t.count - 1)
      done
