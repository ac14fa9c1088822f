open Line_discipline

type event = Interrupt | Quit | Suspend | Window_change | Hang_up

(* Files belong to the openings since the last hang-up: [age] counts those. *)
type t = {
  lock : Sync.Lock.t;
  discipline : Discipline.t;
  output : Byte_queue.t;
  tell : group:int -> event -> unit;
  for_processes : Watch.t;
  for_device : Watch.t;
  mutable window : bytes;
  mutable session : int;
  mutable foreground : int;
  mutable age : int;
}

type File.what += Terminal of t

let ( let* ) = Result.bind
let output_bytes = 8192
let window_bytes = 8

let create ~tell =
  {
    lock = Sync.Lock.create ();
    discipline = Discipline.create Termios.default;
    output = Byte_queue.create output_bytes;
    tell;
    for_processes = Watch.create ();
    for_device = Watch.create ();
    window = Bytes.make window_bytes '\000';
    session = 0;
    foreground = 0;
    age = 0;
  }

let locked t call = Sync.Lock.protect t.lock call
let session t = locked t (fun () -> t.session)
let set_session t session = locked t (fun () -> t.session <- session)
let foreground t = locked t (fun () -> t.foreground)
let set_foreground t group = locked t (fun () -> t.foreground <- group)
let for_device t = t.for_device

let stops_writers t =
  locked t (fun () -> Termios.(has (Discipline.termios t.discipline).local tostop))

let tell t event =
  let group = foreground t in
  if group <> 0 then t.tell ~group event

let ring t =
  Watch.ring t.for_processes Readiness.all;
  Watch.ring t.for_device Readiness.all

(* ---- output ---- *)

(* With the lock. *)
let pump t =
  Byte_queue.add t.output (Discipline.echoes t.discipline ~room:(Byte_queue.room t.output))

(* What may be written at once: a character becomes eight at most. *)
let writable t =
  if Discipline.is_stopped t.discipline then 0 else Byte_queue.room t.output / 8

let write_some t n transfer =
  let bytes = Bytes.create n in
  let* length = Transfer.take transfer bytes 0 n in
  let text = Bytes.unsafe_to_string bytes and room = Byte_queue.room t.output in
  let taken, seen = Discipline.write t.discipline ~room text ~from:0 ~length in
  Byte_queue.add t.output seen;
  Ok taken

let write t age transfer =
  let attempt () =
    pump t;
    let n = Int.min (Transfer.length transfer) (writable t) in
    if t.age <> age then Error Errno.EIO
    else if Transfer.length transfer = 0 then Ok 0
    else if n = 0 then Error EAGAIN
    else write_some t n transfer
  in
  let written = locked t attempt in
  Watch.ring t.for_device Readiness.readable;
  written

let shown t transfer =
  let attempt () =
    pump t;
    if Transfer.length transfer = 0 then Ok 0
    else if Byte_queue.length t.output = 0 then Error Errno.EAGAIN
    else
      let most = Int.min (Transfer.length transfer) output_bytes in
      let text = Byte_queue.take t.output ~most in
      Transfer.put transfer (Bytes.unsafe_of_string text) 0 (String.length text)
  in
  let moved = locked t attempt in
  if Result.is_ok moved then Watch.ring t.for_processes Readiness.writable;
  moved

let waiting_output t = locked t (fun () -> Byte_queue.length t.output)

let flush_output t =
  locked t (fun () -> Byte_queue.clear t.output);
  ring t

(* ---- input ---- *)

let typed_at_once = 1024

(* With the lock: tells the other side to stop or go on, when there is room to say so. *)
let control_flow t =
  if Byte_queue.room t.output > 0 then
    Option.iter
      (fun c -> Byte_queue.add t.output (String.make 1 c))
      (Discipline.flow t.discipline)

let receive t n transfer =
  let bytes = Bytes.create n in
  let* length = Transfer.take transfer bytes 0 n in
  let text = Bytes.unsafe_to_string bytes in
  let received = Discipline.receive t.discipline text ~from:0 ~length in
  if received.flushed then Byte_queue.clear t.output;
  pump t;
  control_flow t;
  Ok received

let event_of = function
  | Discipline.Interrupt -> Interrupt
  | Quit -> Quit
  | Suspend -> Suspend

let typed t transfer =
  let attempt () =
    let room = Discipline.room t.discipline in
    let n = Int.min typed_at_once (Int.min (Transfer.length transfer) room) in
    if n = 0 then Error Errno.EAGAIN else receive t n transfer
  in
  if Transfer.length transfer = 0 then Ok 0
  else
    let* received = locked t attempt in
    List.iter (fun signal -> tell t (event_of signal)) received.signals;
    ring t;
    Ok received.consumed

let readable_bytes = 4096

(* [None] once it has been hung up. *)
let take_input t age ~most () =
  locked t (fun () ->
      if t.age <> age then Ok None
      else if Discipline.readable t.discipline then begin
        let text = Discipline.read t.discipline ~most in
        control_flow t;
        Ok (Some text)
      end
      else Error Errno.EAGAIN)

let attempt t age patience transfer =
  let most = Int.min readable_bytes (Transfer.length transfer) in
  let watches = [ (t.for_processes, Readiness.all) ] in
  let* taken = Patience.retry patience watches (take_input t age ~most) in
  match taken with
  | None -> Ok 0
  | Some text ->
      Watch.ring t.for_device Readiness.all;
      Transfer.put transfer (Bytes.of_string text) 0 (String.length text)

let limited patience = function
  | Some tenths -> Patience.at_most ~seconds:(float_of_int tenths /. 10.) patience
  | None -> patience

(* Until there are enough, or none has come for too long. *)
let rec more t age (rule : Discipline.waiting) patience transfer got =
  if got = 0 || got >= rule.minimum || Transfer.length transfer = 0 then Ok got
  else
    match attempt t age (limited patience rule.between) transfer with
    | Ok count when count > 0 -> more t age rule patience transfer (got + count)
    | Ok _ | Error _ -> Ok got

let read t age patience transfer =
  if Transfer.length transfer = 0 then Ok 0
  else
    let rule = locked t (fun () -> Discipline.waiting t.discipline) in
    match (attempt t age (limited patience rule.first) transfer, rule.first) with
    | Error EAGAIN, Some tenths when tenths = 0 || Patience.waits patience -> Ok 0
    | (Error _ as error), _ -> error
    | Ok got, _ -> more t age rule patience transfer got

(* ---- readiness ---- *)

let set_if bits holds = if holds then bits else Readiness.none

let readiness t age () =
  locked t (fun () ->
      if t.age <> age then Readiness.(union always (union readable writable))
      else
        Readiness.union
          (set_if Readiness.readable (Discipline.worth_polling t.discipline))
          (set_if Readiness.writable (writable t > 0)))

let device_readiness t =
  locked t (fun () ->
      pump t;
      Readiness.union
        (set_if Readiness.readable (Byte_queue.length t.output > 0))
        (set_if Readiness.writable (Discipline.room t.discipline > 0)))

(* ---- control calls ---- *)

let number32 transfer n =
  let bytes = Bytes.create 4 in
  Bytes.set_int32_le bytes 0 (Int32.of_int n);
  Result.map (fun _count -> 0) (Transfer.put transfer bytes 0 4)

let given transfer size =
  let bytes = Bytes.create size in
  let* count = Transfer.take transfer bytes 0 size in
  if count = size then Ok bytes else Error Errno.EFAULT

let give transfer bytes =
  Result.map (fun _count -> 0) (Transfer.put transfer bytes 0 (Bytes.length bytes))

let termios t = locked t (fun () -> Discipline.termios t.discipline)
let flush_input t = locked t (fun () -> Discipline.flush_input t.discipline)

let set_termios t ~flush decoded =
  let* termios = Result.map_error (fun _ -> Errno.EINVAL) decoded in
  if flush then flush_input t;
  locked t (fun () -> Discipline.set_termios t.discipline termios);
  ring t;
  Ok 0

let set_short t transfer ~flush =
  let* bytes = given transfer Termios.size in
  set_termios t ~flush (Termios.decode (termios t) bytes)

let set_long t transfer ~flush =
  let* bytes = given transfer Termios.size2 in
  set_termios t ~flush (Termios.decode2 bytes)

let set_window t transfer =
  let* window = given transfer window_bytes in
  let exchange () =
    let before = t.window in
    t.window <- window;
    before
  in
  let changed = not (Bytes.equal (locked t exchange) window) in
  if changed then tell t Window_change;
  Ok 0

let hold t held =
  locked t (fun () -> Discipline.hold t.discipline held);
  ring t;
  Ok 0

let send t which =
  let c = Termios.character (termios t) which in
  locked t (fun () ->
      if c <> '\000' && Byte_queue.room t.output > 0 then
        Byte_queue.add t.output (String.make 1 c));
  ring t;
  Ok 0

(* TCXONC: TCOOFF, TCOON, TCIOFF, TCION. *)
let flow t = function
  | 0 -> hold t true
  | 1 -> hold t false
  | 2 -> send t Stop
  | 3 -> send t Start
  | _ -> Error Errno.EINVAL

(* TCFLSH: input, output, both. *)
let flush t which =
  if which < 0 || which > 2 then Error Errno.EINVAL
  else begin
    if which <> 1 then flush_input t;
    if which <> 0 then flush_output t;
    ring t;
    Ok 0
  end

let set_discipline transfer =
  let* bytes = given transfer 4 in
  if Bytes.get_int32_le bytes 0 = 0l then Ok 0 else Error Errno.EINVAL

let control t number ~argument transfer =
  match number with
  | 0x5401 -> give transfer (Termios.encode (termios t))
  | 0x5402 | 0x5403 -> set_short t transfer ~flush:false
  | 0x5404 -> set_short t transfer ~flush:true
  | 0x802c542a -> give transfer (Termios.encode2 (termios t))
  | 0x402c542b | 0x402c542c -> set_long t transfer ~flush:false
  | 0x402c542d -> set_long t transfer ~flush:true
  | 0x5409 | 0x5425 -> Ok 0
  | 0x540a -> flow t argument
  | 0x540b -> flush t argument
  | 0x5411 -> number32 transfer (waiting_output t)
  | 0x5413 -> give transfer (locked t (fun () -> t.window))
  | 0x5414 -> set_window t transfer
  | 0x541b -> number32 transfer (locked t (fun () -> Discipline.available t.discipline))
  | 0x5423 -> set_discipline transfer
  | 0x5424 -> number32 transfer 0
  | _ -> Error Errno.ENOTTY

(* ---- opening and hanging up ---- *)

let file t node age ~closed =
  {
    (Nameless.file node ~watch:t.for_processes) with
    read =
      (fun ~at:_ transfer -> read t age Patience.none transfer);
    write = (fun ~at:_ transfer -> write t age transfer);
    readiness = readiness t age;
    control =
      (fun number transfer ->
        if t.age <> age then Error Errno.EIO else control t number ~argument:0 transfer);
    close = closed;
  }

let opened t node flags status ~closed =
  let age = locked t (fun () -> t.age) in
  File.make ~what:(Terminal t) ~reading:(read t age) ~status flags (file t node age ~closed)

let hang_up t =
  let group =
    locked t (fun () ->
        let group = t.foreground in
        t.age <- t.age + 1;
        t.session <- 0;
        t.foreground <- 0;
        group)
  in
  if group <> 0 then t.tell ~group Hang_up;
  ring t
