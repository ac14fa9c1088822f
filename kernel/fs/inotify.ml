module Numbers = Map.Make (Int)

type event = { number : int; bits : int; cookie : int; name : string }

type t = {
  user : int;
  lock : Sync.Lock.t;  (** of all below *)
  queue : event Queue.t;
  mutable newest : event option;  (** in the queue *)
  mutable has_overflowed : bool;  (** the queue says so *)
  mutable marks : Notices.mark Numbers.t;
  mutable next : int;
  watch : Watch.t;
}

type File.what += Inotify of t

let ( let* ) = Result.bind
let events = 0xfff
let one_shot = 0x80000000
let mask_add = 0x20000000
let mask_create = 0x10000000
let known = events lor 0x0700e000 lor mask_create lor mask_add lor 0x40000000 lor one_shot
let q_overflow = 0x4000
let ignored = 0x8000
let most_queued = 16384
let most_instances = 128
let most_marks = 16384

(* ---- how many a user has: files, marks ---- *)

let turn = Sync.Lock.create ()
let owned = ref Numbers.empty

let count user ~files ~marks =
  Sync.Lock.protect turn @@ fun () ->
  let files', marks' = Option.value (Numbers.find_opt user !owned) ~default:(0, 0) in
  let files = files + files' and marks = marks + marks' in
  if files > most_instances then Error Errno.EMFILE
  else if marks > most_marks then Error Errno.ENOSPC
  else begin
    owned :=
      if files = 0 && marks = 0 then Numbers.remove user !owned
      else Numbers.add user (files, marks) !owned;
    Ok ()
  end

let give_back user ~files ~marks =
  ignore (count user ~files:(-files) ~marks:(-marks) : (unit, Errno.t) result)

(* ---- the queue: with the lock ---- *)

(* Of all queues together, as events are on the kernel's heap. *)
let most_in_all = 65536
let in_all = Atomic.make 0

let push t event =
  ignore (Atomic.fetch_and_add in_all 1 : int);
  Queue.push event t.queue;
  t.newest <- Some event

let is_like event newest =
  newest.bits land (ignored lor q_overflow) = 0 && { newest with cookie = event.cookie } = event

let overflow t =
  if not t.has_overflowed then begin
    t.has_overflowed <- true;
    push t { number = -1; bits = q_overflow; cookie = 0; name = "" }
  end

let queue t event =
  let repeats = Option.fold t.newest ~none:false ~some:(is_like event) in
  let is_full = Queue.length t.queue >= most_queued || Atomic.get in_all >= most_in_all in
  if not repeats then if is_full then overflow t else push t event

let pop t =
  let event = Queue.pop t.queue in
  ignore (Atomic.fetch_and_add in_all (-1) : int);
  if Queue.is_empty t.queue then t.newest <- None;
  if event.bits = q_overflow then t.has_overflowed <- false

let with_lock t f = Sync.Lock.protect t.lock f

(* ---- marks ---- *)

(* With the lock: the mark of this number, which is told to be gone. *)
let forget t number =
  let mark = Numbers.find_opt number t.marks in
  Option.iter
    (fun mark ->
      t.marks <- Numbers.remove number t.marks;
      Notices.remove mark;
      give_back t.user ~files:0 ~marks:1;
      queue t { number; bits = ignored; cookie = 0; name = "" })
    mark;
  mark <> None

let ring t = Watch.ring t.watch Readiness.readable

let tell t number bits ~cookie ~name =
  with_lock t (fun () ->
      match Numbers.find_opt number t.marks with
      | None -> ()
      | Some mark ->
          queue t { number; bits; cookie; name };
          let once = Atomic.get mark.mask land one_shot <> 0 in
          if once then ignore (forget t number : bool));
  ring t

let gone t number () =
  with_lock t (fun () -> ignore (forget t number : bool));
  ring t

let new_mark t node mask =
  let* () = count t.user ~files:0 ~marks:1 in
  let number = t.next in
  let mark =
    { Notices.node; number; mask = Atomic.make mask; tell = tell t number; gone = gone t number }
  in
  t.next <- number + 1;
  t.marks <- Numbers.add number mark t.marks;
  Notices.add mark;
  Ok number

let is_own t (mark : Notices.mark) =
  match Numbers.find_opt mark.number t.marks with Some own -> own == mark | None -> false

let changed (mark : Notices.mark) mask =
  if mask land mask_create <> 0 then Error Errno.EEXIST
  else begin
    let before = if mask land mask_add <> 0 then Atomic.get mark.mask else 0 in
    Atomic.set mark.mask (before lor mask);
    Ok mark.number
  end

let add t node mask =
  with_lock t @@ fun () ->
  match List.find_opt (is_own t) (Notices.on node) with
  | Some mark -> changed mark mask
  | None -> new_mark t node mask

let remove t number =
  let* () = if with_lock t (fun () -> forget t number) then Ok () else Error Errno.EINVAL in
  Ok (ring t)

(* ---- the file ---- *)

let head_bytes = 16

(* The name ends with a zero, and goes on with zeros to a multiple of the head. *)
let name_bytes name =
  if name = "" then 0 else (String.length name + head_bytes) land lnot (head_bytes - 1)

let size event = head_bytes + name_bytes event.name

let encoded { number; bits; cookie; name } =
  let padded = name_bytes name in
  let bytes = Bytes.make (head_bytes + padded) '\000' in
  let set at n = Bytes.set_int32_le bytes at (Int32.of_int n) in
  set 0 number;
  set 4 bits;
  set 8 cookie;
  set 12 padded;
  Bytes.blit_string name 0 bytes head_bytes (String.length name);
  bytes

let next t ~room =
  with_lock t @@ fun () ->
  match Queue.peek_opt t.queue with
  | None -> Error Errno.EAGAIN
  | Some event when size event > room -> Error Errno.EINVAL
  | Some event ->
      pop t;
      Ok (encoded event)

(* As many as have room. *)
let rec read t transfer ~done_ =
  let moved =
    let* bytes = next t ~room:(Transfer.length transfer) in
    Transfer.put transfer bytes 0 (Bytes.length bytes)
  in
  match moved with
  | Ok n -> read t transfer ~done_:(done_ + n)
  | Error _ when done_ > 0 -> Ok done_
  | Error _ as error -> error

let readiness t () =
  if t.newest = None then Readiness.none else Readiness.readable

let nr_ready_bytes = 0x541b

let control t number transfer =
  if number <> nr_ready_bytes then Error Errno.ENOTTY
  else begin
    let bytes = with_lock t (fun () -> Queue.fold (fun sum e -> sum + size e) 0 t.queue) in
    let answer = Bytes.create 4 in
    Bytes.set_int32_le answer 0 (Int32.of_int bytes);
    Result.map (fun _moved -> 0) (Transfer.put transfer answer 0 4)
  end

let close t () =
  with_lock t @@ fun () ->
  Numbers.iter (fun _ mark -> Notices.remove mark) t.marks;
  give_back t.user ~files:1 ~marks:(Numbers.cardinal t.marks);
  t.marks <- Numbers.empty;
  ignore (Atomic.fetch_and_add in_all (-Queue.length t.queue) : int);
  Queue.clear t.queue

let create ~user status =
  let* () = count user ~files:1 ~marks:0 in
  let t =
    {
      user;
      lock = Sync.Lock.create ();
      queue = Queue.create ();
      newest = None;
      has_overflowed = false;
      marks = Numbers.empty;
      next = 1;
      watch = Watch.create ();
    }
  in
  let file =
    {
      (Nameless.file (Nameless.node Events) ~watch:t.watch) with
      read = (fun ~at:_ transfer -> read t transfer ~done_:0);
      readiness = readiness t;
      control = control t;
      close = close t;
    }
  in
  Ok (File.make ~what:(Inotify t) ~status { read = true; write = false } file)
