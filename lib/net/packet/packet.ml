type t = {
  memory : Octets.t;
  base : int;
  room : int;
  token : int;
  give_back : t -> unit;
  mutable start : int;
  mutable length : int;
  mutable is_held : bool;
  mutable is_checked : bool;
  mutable checksum_from : int;  (** in the memory; -1 *)
  mutable checksum_at : int;
  mutable segment_size : int;
}

let memory t = t.memory
let start t = t.start
let length t = t.length
let token t = t.token
let is_checked t = t.is_checked
let set_checked t is_checked = t.is_checked <- is_checked
let checksum t = if t.checksum_from < 0 then -1 else t.checksum_from - t.start
let checksum_at t = t.checksum_at
let segment_size t = t.segment_size
let leave_segments t ~size = t.segment_size <- size

let leave_checksum t ~from ~at =
  t.checksum_from <- t.start + from;
  t.checksum_at <- at

let make memory ~base ~room ~token ~give_back =
  {
    memory;
    base;
    room;
    token;
    give_back;
    start = base;
    length = 0;
    is_held = true;
    is_checked = false;
    checksum_from = -1;
    checksum_at = 0;
    segment_size = 0;
  }

let reset t ~headroom =
  if headroom < 0 || headroom > t.room then invalid_arg "Packet.reset";
  t.start <- t.base + headroom;
  t.length <- 0;
  t.is_checked <- false;
  t.checksum_from <- -1;
  t.segment_size <- 0

let push t n =
  if n < 0 || n > t.start - t.base then invalid_arg "Packet.push";
  t.start <- t.start - n;
  t.length <- t.length + n

let pull t n =
  if n < 0 || n > t.length then invalid_arg "Packet.pull";
  t.start <- t.start + n;
  t.length <- t.length - n

let resize t n =
  if n < 0 || n > t.base + t.room - t.start then invalid_arg "Packet.resize";
  t.length <- n

let tail_room t = t.base + t.room - t.start - t.length

let append t other =
  let at = t.start + t.length in
  resize t (t.length + other.length);
  Octets.blit other.memory other.start t.memory at other.length

let hold t =
  if t.is_held then invalid_arg "Packet.hold";
  t.is_held <- true

let release t =
  if not t.is_held then invalid_arg "Packet.release";
  t.is_held <- false;
  t.give_back t

let of_heap ~headroom length =
  let room = headroom + length in
  let t = make (Octets.create room) ~base:0 ~room ~token:0 ~give_back:ignore in
  t.start <- headroom;
  t.length <- length;
  t

let copy t =
  let copy = of_heap ~headroom:0 t.length in
  Octets.blit t.memory t.start copy.memory 0 t.length;
  copy.is_checked <- t.is_checked;
  copy
