type bytes = Octets.t

type t = {
  device : Redoxfs.Device.t;
  base : int;
  blocks : int;
  decrypt : index:int -> bytes -> unit;
  report : Report.t;
  free : Bytes.t;  (** a byte a block: 1 where the log says that it is free *)
  used : Bytes.t;  (** 1 where a pointer leads, 2 where only a snapshot's does *)
  dead : Bytes.t;  (** on which dead list: their number, from 1 on *)
  mutable reader : reader;
}

and reader = Live | Snapshot of { number : int; seen : Bytes.t; free_then : Bytes.t }

let create device ~base ~blocks ~decrypt report =
  let map () = Bytes.make blocks '\000' in
  { device; base; blocks; decrypt; report; free = map (); used = map (); dead = map ();
    reader = Live }

let report t = t.report
let blocks t = t.blocks
let get16 b i = Octets.get8 b i lor (Octets.get8 b (i + 1) lsl 8)
let get32 b i = get16 b i lor (get16 b (i + 2) lsl 16)
let get64 b i = get32 b i lor (get32 b (i + 4) lsl 32)

let int64 b i =
  Int64.logor (Int64.of_int (get32 b i)) (Int64.shift_left (Int64.of_int (get32 b (i + 4))) 32)

type pointer = { index : int; level : int; whole : int; hash : int64 }

let pointer b i =
  let bits = int64 b i in
  let index = Int64.to_int (Int64.shift_right_logical bits 8) in
  let low = get16 b i land 0xff in
  { index; level = low land 15; whole = low lsr 4; hash = int64 b (i + 8) }

let is_null p = p.index = 0

let fetch t index count =
  let data = Octets.create (count * 4096) in
  match t.device.read [ { block = t.base + index; data } ] with
  | Ok () -> Some data
  | Error error ->
      Report.wrong t.report index "%s" (Format.asprintf "%a" Redoxfs.Device.pp_error error);
      None

let header t slot = fetch t slot 1

let is_set map i = Bytes.get map i <> '\000'
let another t what i = Report.wrong t.report i "%s: it has another user" what

let use_live t ~what i =
  if is_set t.used i then another t what i;
  Bytes.set t.used i '\001'

(* Another's, as long as it is no dead one of that time. *)
let use_shared t ~what i number seen free_then =
  if is_set seen i then another t what i;
  Bytes.set seen i '\001';
  if is_set free_then i then Report.wrong t.report i "%s: it was free then" what;
  let dead = Char.code (Bytes.get t.dead i) in
  if dead = 0 && Bytes.get t.used i <> '\001' then
    Report.wrong t.report i "%s: neither live nor dead" what;
  if dead > 0 && dead <= number then Report.wrong t.report i "%s: it was dead then" what;
  if not (is_set t.used i) then Bytes.set t.used i '\002'

let use t ~what index count =
  for i = index to index + count - 1 do
    match t.reader with
    | Live -> use_live t ~what i
    | Snapshot { number; seen; free_then } -> use_shared t ~what i number seen free_then
  done

let read t ~what p =
  let count = 1 lsl p.level in
  if p.index <= 256 || p.index > t.blocks - count then begin
    Report.wrong t.report p.index "%s: a pointer leads out of the file system" what;
    None
  end
  else begin
    use t ~what p.index count;
    match fetch t p.index count with
    | None -> None
    | Some data ->
        t.decrypt ~index:p.index data;
        let hash = Seahash.buffer data ~offset:0 ~length:(Octets.length data) in
        if hash = p.hash then Some data
        else begin
          Report.wrong t.report p.index "%s: its hash is %Lx, not %Lx" what hash p.hash;
          None
        end
  end

let block t ~what p =
  if p.level = 0 && p.whole = 0 then read t ~what p
  else begin
    Report.wrong t.report p.index "%s: level %d, %d" what p.level p.whole;
    None
  end

let is_inside t index count = index > 256 && count > 0 && count <= t.blocks - index

let set_free t ~index ~count free =
  let value = if free then '\001' else '\000' in
  let change i =
    let other = Bytes.get t.free i <> value in
    Bytes.set t.free i value;
    other
  in
  is_inside t index count
  && List.fold_left ( && ) true (List.init count (fun i -> change (index + i)))

let set_dead t ~number (block, index, count) =
  if not (is_inside t index count) then
    Report.wrong t.report block "an entry of a dead list (%d, %d)" index count
  else
    for i = index to index + count - 1 do
      if is_set t.used i || is_set t.dead i || is_set t.free i then
        Report.wrong t.report i "it is dead, and something else";
      Bytes.set t.dead i (Char.chr (number land 255))
    done

let free_then t entries =
  let map = Bytes.make t.blocks '\000' in
  let add (block, index, count) =
    if is_inside t index count then Bytes.fill map index count '\001'
    else Report.wrong t.report block "an entry of a free list (%d, %d)" index count
  in
  List.iter add entries;
  map

let as_snapshot t ~number ~free_then body =
  t.reader <- Snapshot { number; seen = Bytes.make t.blocks '\000'; free_then };
  body ();
  t.reader <- Live

let check_use t =
  for i = 257 to t.blocks - 1 do
    match (is_set t.used i || is_set t.dead i, is_set t.free i) with
    | false, false -> Report.waste t.report i "nothing uses it, and it is not free"
    | true, true -> Report.wrong t.report i "it is used, and free"
    | _ -> ()
  done
