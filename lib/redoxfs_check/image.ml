type bytes = Octets.t

type t = {
  device : Redoxfs.Device.t;
  base : int;
  blocks : int;
  decrypt : index:int -> bytes -> unit;
  report : Report.t;
  free : Bytes.t;  (** a byte a block: 1 where the log says that it is free *)
  used : Bytes.t;  (** 1 where a pointer leads *)
}

let create device ~base ~blocks ~decrypt report =
  let map () = Bytes.make blocks '\000' in
  { device; base; blocks; decrypt; report; free = map (); used = map () }

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

let use t ~what index count =
  for i = index to index + count - 1 do
    if Bytes.get t.used i <> '\000' then Report.wrong t.report i "%s: it has another user" what;
    Bytes.set t.used i '\001'
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

let set_free t ~index ~count free =
  let inside = index > 256 && count <= t.blocks - index in
  let value = if free then '\001' else '\000' in
  let change i =
    let other = Bytes.get t.free i <> value in
    Bytes.set t.free i value;
    other
  in
  inside && List.fold_left ( && ) true (List.init count (fun i -> change (index + i)))

let check_use t =
  for i = 257 to t.blocks - 1 do
    match (Bytes.get t.used i, Bytes.get t.free i) with
    | '\000', '\000' -> Report.waste t.report i "nothing uses it, and it is not free"
    | '\001', '\001' -> Report.wrong t.report i "it is used, and free"
    | _ -> ()
  done
