(* The pages between [tail] and [head] are in use; page n lies at n modulo their number, and is made
   when it is used first. What is left of it are [lengths] bytes from [offsets] on. All but [ready],
   [readers] and [writers] belongs to who has the lock. *)
type t = {
  lock : Sync.Lock.t;
  mutable pages : bytes array;
  mutable offsets : int array;
  mutable lengths : int array;
  mutable head : int;
  mutable tail : int;
  readers : int Atomic.t;
  writers : int Atomic.t;
  readers_ever : int Atomic.t;
  writers_ever : int Atomic.t;
  ready : int Atomic.t;
  for_readers : Watch.t;
  for_writers : Watch.t;
  for_both : Watch.t;  (** who has it open for both *)
  arrivals : Watch.t;
}

type File.what += Pipe of t

let ( let* ) = Result.bind
let page_bytes = Pages.size
let first_pages = 16
let most_pages = 256
let fewest_pages = 2

(* Of all pipes together: beyond that, new ones are small. *)
let most_pages_in_all = Atomic.make 16384
let pages_in_all = Atomic.make 0
let count_pages nr = ignore (Atomic.fetch_and_add pages_in_all nr : int)

(* ---- the ring ---- *)

let nr_pages t = Array.length t.lengths
let is_empty t = t.head = t.tail
let is_full t = t.head - t.tail >= nr_pages t
let index t page = page land (nr_pages t - 1)

let no_page = Bytes.empty

let page t i =
  if t.pages.(i) != no_page then Ok t.pages.(i)
  else
    let* page = Pages.take () in
    t.pages.(i) <- page;
    Ok page

let give_back t ~from ~upto =
  for i = from to upto - 1 do
    Pages.give_back t.pages.(i);
    t.pages.(i) <- no_page
  done

let make nr =
  {
    lock = Sync.Lock.create ();
    pages = Array.make nr no_page;
    offsets = Array.make nr 0;
    lengths = Array.make nr 0;
    head = 0;
    tail = 0;
    readers = Atomic.make 0;
    writers = Atomic.make 0;
    readers_ever = Atomic.make 0;
    writers_ever = Atomic.make 0;
    ready = Atomic.make 2;
    for_readers = Watch.create ();
    for_writers = Watch.create ();
    for_both = Watch.create ();
    arrivals = Watch.create ();
  }

let create () =
  let many = Atomic.get pages_in_all + first_pages > Atomic.get most_pages_in_all in
  let nr = if many then fewest_pages else first_pages in
  count_pages nr;
  make nr

let capacity t = nr_pages t * page_bytes
let length_of_all t = Array.fold_left ( + ) 0 t.lengths
let length t = Sync.Lock.protect t.lock (fun () -> length_of_all t)
let readers t = Atomic.get t.readers
let writers t = Atomic.get t.writers
let arrivals t = t.arrivals

let ring t watch said =
  Watch.ring watch said;
  Watch.ring t.for_both said

(* ---- readiness ---- *)

(* Bit 0: there is something to read; bit 1: a page is free. *)
let publish t =
  let now = Bool.to_int (not (is_empty t)) lor (Bool.to_int (not (is_full t)) lsl 1) in
  if Atomic.get t.ready <> now then Atomic.set t.ready now

let set_if bits holds = if holds then bits else Readiness.none

let reading_end t ~writers_before =
  let ready = Atomic.get t.ready in
  let hung_up = writers t = 0 && Atomic.get t.writers_ever <> writers_before in
  Readiness.(union (set_if readable (ready land 1 <> 0)) (set_if hangup hung_up))

let writing_end t =
  let ready = Atomic.get t.ready in
  Readiness.(union (set_if writable (ready land 2 <> 0)) (set_if error (readers t = 0)))

(* An empty one begins anew with its first page, and keeps no other. *)
let tidy t =
  if is_empty t then begin
    if t.head > 1 then give_back t ~from:1 ~upto:(Int.min t.head (nr_pages t));
    t.head <- 0;
    t.tail <- 0
  end

(* ---- reading ---- *)

let rec read_pages t transfer count =
  if is_empty t || Transfer.length transfer = 0 then Ok count
  else
    let i = index t t.tail in
    let length = t.lengths.(i) in
    match Transfer.put transfer t.pages.(i) t.offsets.(i) length with
    | Error _ as error -> if count > 0 then Ok count else error
    | Ok moved ->
        t.offsets.(i) <- t.offsets.(i) + moved;
        t.lengths.(i) <- length - moved;
        if moved < length then Ok (count + moved)
        else begin
          t.tail <- t.tail + 1;
          read_pages t transfer (count + moved)
        end

(* Without the lock; what it says was so when it looked. *)
let has_nothing_yet t = Atomic.get t.ready land 1 = 0 && writers t > 0

(* With the lock. Also whether there is room again. *)
let read_now t transfer =
  if is_empty t then ((if writers t = 0 then Ok 0 else Error Errno.EAGAIN), false)
  else begin
    let was_full = is_full t in
    let count = read_pages t transfer 0 in
    tidy t;
    publish t;
    (count, was_full && not (is_full t))
  end

let read t transfer =
  if Transfer.length transfer = 0 then Ok 0
  else if has_nothing_yet t then Error Errno.EAGAIN
  else
    let count, room = Sync.Lock.protect t.lock (fun () -> read_now t transfer) in
    if room then ring t t.for_writers Readiness.writable;
    count

(* ---- looking ---- *)

let rec show_pages t transfer ~page count =
  if page = t.head || Transfer.length transfer = 0 then Ok count
  else
    let i = index t page in
    match Transfer.put transfer t.pages.(i) t.offsets.(i) t.lengths.(i) with
    | Error _ as error -> if count > 0 then Ok count else error
    | Ok moved when moved < t.lengths.(i) -> Ok (count + moved)
    | Ok moved -> show_pages t transfer ~page:(page + 1) (count + moved)

let show t transfer =
  Sync.Lock.protect t.lock @@ fun () ->
  if not (is_empty t) then show_pages t transfer ~page:t.tail 0
  else if writers t = 0 then Ok 0
  else Error Errno.EAGAIN

(* ---- writing ---- *)

(* Behind the bytes of the newest page, if all of the odd bytes fit there. *)
let write_behind t transfer =
  let odd = Transfer.length transfer land (page_bytes - 1) in
  let i = index t (t.head - 1) in
  if odd = 0 || is_empty t || t.offsets.(i) + t.lengths.(i) + odd > page_bytes then Ok 0
  else
    let* moved = Transfer.take transfer t.pages.(i) (t.offsets.(i) + t.lengths.(i)) odd in
    t.lengths.(i) <- t.lengths.(i) + moved;
    Ok moved

let fill t i transfer length =
  match page t i with
  | Ok page -> Transfer.take transfer page 0 length
  | Error _ as error -> error

let rec write_pages t transfer count =
  if Transfer.length transfer = 0 then Ok count
  else if is_full t then if count > 0 then Ok count else Error Errno.EAGAIN
  else
    let i = index t t.head in
    let length = Int.min page_bytes (Transfer.length transfer) in
    match fill t i transfer length with
    | Error _ as error -> if count > 0 then Ok count else error
    | Ok moved ->
        t.offsets.(i) <- 0;
        t.lengths.(i) <- moved;
        t.head <- t.head + 1;
        if moved < length then Ok (count + moved) else write_pages t transfer (count + moved)

(* With the lock. *)
let write_now t transfer =
  if readers t = 0 then Error Errno.EPIPE
  else
    match write_behind t transfer with
    | Error _ as error -> error
    | Ok behind ->
        let count = write_pages t transfer behind in
        publish t;
        count

let write t transfer =
  if Transfer.length transfer = 0 then Ok 0
  else
    let count = Sync.Lock.protect t.lock (fun () -> write_now t transfer) in
    (* Whatever came of it, as Linux does: who is told of edges counts on it. *)
    ring t t.for_readers Readiness.readable;
    count

(* ---- another size ---- *)

let rec power_of_two ~from least =
  if from >= least then from else power_of_two ~from:(2 * from) least

(* The pages in use become the first ones of the new ring. *)
let move t nr =
  let used = t.head - t.tail in
  let moved from fresh =
    Array.init nr (fun n -> if n < used then from.(index t (t.tail + n)) else fresh)
  in
  let pages = moved t.pages no_page in
  let offsets = moved t.offsets 0 and lengths = moved t.lengths 0 in
  t.pages <- pages;
  t.offsets <- offsets;
  t.lengths <- lengths;
  t.tail <- 0;
  t.head <- used

let resize t nr =
  if t.head - t.tail > nr then Error Errno.EBUSY
  else begin
    count_pages (nr - nr_pages t);
    move t nr;
    publish t;
    Ok (nr * page_bytes)
  end

let set_capacity t ~privileged bytes =
  if bytes < 0 || bytes > 1 lsl 31 then Error Errno.EINVAL
  else
    let nr = power_of_two ~from:1 ((bytes + page_bytes - 1) / page_bytes) in
    let more = nr - nr_pages t in
    let too_many = nr > most_pages || Atomic.get pages_in_all + more > Atomic.get most_pages_in_all in
    if more > 0 && too_many && not privileged then Error EPERM
    else
      let answer = Sync.Lock.protect t.lock (fun () -> resize t nr) in
      ring t t.for_writers Readiness.all;
      answer

(* ---- ends ---- *)

let come t (flags : Node.flags) =
  let come here count ever =
    if here then begin
      Atomic.incr ever;
      Atomic.incr count
    end
  in
  come flags.read t.readers t.readers_ever;
  come flags.write t.writers t.writers_ever

let leave t (flags : Node.flags) ~left () =
  if flags.read then Atomic.decr t.readers;
  if flags.write then Atomic.decr t.writers;
  if readers t = 0 <> (writers t = 0) then begin
    ring t t.for_readers Readiness.all;
    Watch.ring t.for_writers Readiness.all
  end;
  left ()

let discard t =
  count_pages (-nr_pages t);
  give_back t ~from:0 ~upto:(nr_pages t)

let nr_ready_bytes = 0x541b

let control t number transfer =
  if number = nr_ready_bytes then begin
    let answer = Bytes.create 4 in
    Bytes.set_int32_le answer 0 (Int32.of_int (length t));
    Result.map (fun _moved -> 0) (Transfer.put transfer answer 0 4)
  end
  else Error Errno.ENOTTY

let watch_of t : Node.flags -> Watch.t = function
  | { read = true; write = true } -> t.for_both
  | { read = true; _ } -> t.for_readers
  | _ -> t.for_writers

let file t node (flags : Node.flags) ~writers_before ~left =
  let readiness () =
    Readiness.union
      (if flags.read then reading_end t ~writers_before else Readiness.none)
      (if flags.write then writing_end t else Readiness.none)
  in
  File.make ~what:(Pipe t) flags
    {
      (Nameless.file node ~watch:(watch_of t flags)) with
      read = (fun ~at:_ transfer -> read t transfer);
      write = (fun ~at:_ transfer -> write t transfer);
      readiness;
      control = control t;
      close = leave t flags ~left;
    }

(* Whether the other side has come: it is here, or was since [ever] had that value. *)
let partner t (flags : Node.flags) =
  let since count ever =
    if Atomic.get count > 0 then fun () -> true
    else
      let before = Atomic.get ever in
      fun () -> Atomic.get ever <> before
  in
  match flags with
  | { read = true; write = false } -> since t.writers t.writers_ever
  | { read = false; write = true } -> since t.readers t.readers_ever
  | _ -> fun () -> true

let enter t node flags ~needs_reader ~left =
  let enter () =
    if needs_reader && readers t = 0 then Error Errno.ENXIO
    else begin
      let writers_before = if writers t = 0 then Atomic.get t.writers_ever else -1 in
      come t flags;
      Ok (file t node flags ~writers_before ~left, partner t flags)
    end
  in
  let entered = Sync.Lock.protect t.lock enter in
  Watch.ring t.arrivals Readiness.always;
  entered

let ends () =
  let t = create () in
  let node = Nameless.node Pipes and users = Atomic.make 2 in
  let left () = if Atomic.fetch_and_add users (-1) = 1 then discard t in
  let reading = { Node.read = true; write = false } in
  let writing = { Node.read = false; write = true } in
  come t reading;
  come t writing;
  let open_end flags = file t node flags ~writers_before:(-1) ~left in
  (open_end reading, open_end writing)
