(* [first] is where the oldest byte is. *)
type t = {
  name : string;
  buffer : Bytes.t;
  mutex : Sync.Mutex.t;
  changed : Sync.Condition.t;
  mutable first : int;
  mutable length : int;
  mutable is_open : bool;
}

let create ~name ~capacity =
  {
    name;
    buffer = Bytes.create capacity;
    mutex = Sync.Mutex.create ();
    changed = Sync.Condition.create ();
    first = 0;
    length = 0;
    is_open = true;
  }

let capacity t = Bytes.length t.buffer
let check bytes ~pos ~len =
  if pos < 0 || len < 0 || pos > Bytes.length bytes - len then invalid_arg "Pipe"

(* Waits until it is so, or it is closed; with the mutex. *)
let rec await t is_so =
  if t.is_open && not (is_so ()) then begin
    Sched.Reason.during t.name (fun () -> Sync.Condition.wait t.changed t.mutex);
    await t is_so
  end

let guarded t f = Sync.Mutex.protect t.mutex f

(* ---- in two pieces, where the buffer's end lies between ---- *)

let copy_in t bytes ~pos ~len =
  let at = (t.first + t.length) mod capacity t in
  let n = min len (capacity t - at) in
  Bytes.blit bytes pos t.buffer at n;
  Bytes.blit bytes (pos + n) t.buffer 0 (len - n);
  t.length <- t.length + len

let copy_out t bytes ~pos ~len =
  let n = min len (capacity t - t.first) in
  Bytes.blit t.buffer t.first bytes pos n;
  Bytes.blit t.buffer 0 bytes (pos + n) (len - n)

let forget t n =
  t.first <- (t.first + n) mod capacity t;
  t.length <- t.length - n;
  Sync.Condition.broadcast t.changed

(* ---- *)

let put t bytes ~pos ~len =
  check bytes ~pos ~len;
  guarded t (fun () ->
      if len > 0 then await t (fun () -> t.length < capacity t);
      let n = if t.is_open then min len (capacity t - t.length) else 0 in
      copy_in t bytes ~pos ~len:n;
      Sync.Condition.broadcast t.changed;
      n)

let look t bytes ~pos ~len =
  check bytes ~pos ~len;
  if len > 0 then await t (fun () -> t.length > 0);
  let n = min len t.length in
  copy_out t bytes ~pos ~len:n;
  n

let take t bytes ~pos ~len =
  guarded t (fun () ->
      let n = look t bytes ~pos ~len in
      forget t n;
      n)

let peek t bytes ~len = guarded t (fun () -> look t bytes ~pos:0 ~len)
let drop t n = guarded t (fun () -> forget t (min n t.length))

let set_open t is_open =
  guarded t (fun () ->
      t.is_open <- is_open;
      Sync.Condition.broadcast t.changed)

let close t = set_open t false
let open_ t = set_open t true
