type news = {
  mutable delivered : int;
  mutable round_trip : int;
  mutable latest : int;
  mutable latest_stop : int;
  mutable has_reordered : bool;
  mutable highest : int;
  mutable least : int;
}

(* A ring of segments, each of which begins where the one before it stops. *)
type t = {
  mutable stops : int array;
  mutable times : int array;
  mutable states : int array;
  mutable head : int;
  mutable count : int;
  mutable first : int;
  mutable bytes : int;
  mutable lost : int;  (** segments *)
  mutable selected : int;  (** bytes *)
  news : news;
}

let is_selected = 1
let is_lost = 2
let was_resent = 4

let create () =
  let news =
    {
      delivered = 0;
      round_trip = -1;
      latest = -1;
      latest_stop = 0;
      has_reordered = false;
      highest = 0;
      least = 0;
    }
  in
  { stops = [||]; times = [||]; states = [||]; head = 0; count = 0; first = 0; bytes = 0; lost = 0;
    selected = 0; news }

let news t = t.news
let count t = t.count
let is_empty t = t.count = 0
let first t = t.first
let bytes t = t.bytes
let has_lost t = t.lost > 0
let has_gaps t = t.selected > 0
let selected_bytes t = t.selected
let last t = t.count - 1
let[@inline] place t i = (t.head + i) land (Array.length t.stops - 1)
let stop_of t i = t.stops.(place t i)
let start_of t i = if i = 0 then t.first else stop_of t (i - 1)
let stop t = if t.count = 0 then t.first else stop_of t (t.count - 1)
let state t i = t.states.(place t i)
let size t i = stop_of t i - start_of t i
let is t i flag = state t i land flag <> 0

(* ---- room ---- *)

let grow t =
  let grown array =
    let size = Array.length array in
    let at i = if i < size then array.((t.head + i) land (size - 1)) else 0 in
    Array.init (Int.max 4 (2 * size)) at
  in
  t.stops <- grown t.stops;
  t.times <- grown t.times;
  t.states <- grown t.states;
  t.head <- 0

let set t i ~stop ~time ~state =
  let place = place t i in
  t.stops.(place) <- stop;
  t.times.(place) <- time;
  t.states.(place) <- state

let forget_all t =
  if Array.length t.stops > 16 then begin
    t.stops <- [||];
    t.times <- [||];
    t.states <- [||]
  end;
  t.head <- 0

(* ---- sending ---- *)

let sent t ~start ~stop ~now =
  if t.count = Array.length t.stops then grow t;
  if t.count = 0 then t.first <- start;
  t.count <- t.count + 1;
  set t (t.count - 1) ~stop ~time:now ~state:0;
  t.bytes <- t.bytes + stop - start

let rec find_lost t i =
  if i = t.count then -1 else if is t i is_lost then i else find_lost t (i + 1)
let next_lost t = if t.lost = 0 then -1 else find_lost t 0

let split t i ~at =
  if at > start_of t i && at < stop_of t i then begin
    if t.count = Array.length t.stops then grow t;
    t.count <- t.count + 1;
    for j = t.count - 1 downto i + 1 do
      let from = place t (j - 1) in
      set t j ~stop:t.stops.(from) ~time:t.times.(from) ~state:t.states.(from)
    done;
    t.stops.(place t i) <- at;
    if is t i is_lost then t.lost <- t.lost + 1
  end

let unmark_lost t i =
  if is t i is_lost then begin
    t.states.(place t i) <- state t i land lnot is_lost;
    t.lost <- t.lost - 1;
    t.bytes <- t.bytes + size t i
  end

let mark t i =
  if state t i land (is_lost lor is_selected) = 0 then begin
    t.states.(place t i) <- state t i lor is_lost;
    t.lost <- t.lost + 1;
    t.bytes <- t.bytes - size t i
  end

let resent t i ~now =
  unmark_lost t i;
  t.states.(place t i) <- state t i lor was_resent;
  t.times.(place t i) <- now

(* ---- answers ---- *)

let begin_answer t ~least =
  t.news.least <- least;
  t.news.delivered <- 0;
  t.news.round_trip <- -1

(* A segment that was sent twice and is answered sooner than ever may be the first one: that says
   nothing about when the others should have come (RFC 8985 6.2, step 2). *)
let arrived t i ~now =
  let n = t.news and time = t.times.(place t i) in
  n.delivered <- n.delivered + size t i;
  if not (is t i was_resent) then n.round_trip <- now - time;
  if (not (is t i was_resent)) && stop_of t i < n.highest then n.has_reordered <- true;
  let is_doubtful = is t i was_resent && now - time < n.least in
  let is_later = time > n.latest || (time = n.latest && stop_of t i > n.latest_stop) in
  if is_later && not is_doubtful then begin
    n.latest <- time;
    n.latest_stop <- stop_of t i
  end;
  if stop_of t i > n.highest then n.highest <- stop_of t i

(* The first segment is no longer needed; what is left of its count goes with it. *)
let pop t ~now =
  if is t 0 is_selected then t.selected <- t.selected - size t 0
  else begin
    unmark_lost t 0;
    arrived t 0 ~now;
    t.bytes <- t.bytes - size t 0
  end;
  t.first <- stop_of t 0;
  t.head <- place t 1;
  t.count <- t.count - 1;
  if t.count = 0 then forget_all t

let rec acknowledged t ~until ~now =
  if t.count > 0 && until > t.first then begin
    if until < stop_of t 0 then split t 0 ~at:until;
    pop t ~now;
    acknowledged t ~until ~now
  end

let select t i ~now =
  if not (is t i is_selected) then begin
    unmark_lost t i;
    arrived t i ~now;
    t.bytes <- t.bytes - size t i;
    t.selected <- t.selected + size t i;
    t.states.(place t i) <- state t i lor is_selected
  end

(* The first segment that stops behind this position; stops ascend. *)
let rec search t ~low ~high position =
  if low >= high then low
  else
    let middle = (low + high) / 2 in
    if stop_of t middle > position then search t ~low ~high:middle position
    else search t ~low:(middle + 1) ~high position

let rec select_from t i ~stop ~now =
  if i < t.count && stop_of t i <= stop then begin
    select t i ~now;
    select_from t (i + 1) ~stop ~now
  end

(* What was sent at once, and cut by the device, comes in parts: cut where the device did, if
   there. *)
let split_there t i ~at ~segment =
  if i < t.count && (at - start_of t i) mod segment = 0 then split t i ~at

let selected t ~start ~stop ~segment ~now =
  if t.count > 0 && start >= t.first then begin
    split_there t (search t ~low:0 ~high:t.count start) ~at:start ~segment;
    split_there t (search t ~low:0 ~high:t.count stop) ~at:stop ~segment;
    let i = search t ~low:0 ~high:t.count start in
    let i = if i < t.count && start_of t i < start then i + 1 else i in
    select_from t i ~stop ~now
  end

(* ---- losses ---- *)

let is_before t i =
  let time = t.times.(place t i) and n = t.news in
  time < n.latest || (time = n.latest && stop_of t i < n.latest_stop)

let mark_late t ~now ~round_trip ~tolerance =
  let again = ref max_int in
  for i = 0 to t.count - 1 do
    if state t i land (is_selected lor is_lost) = 0 && is_before t i then begin
      let due = t.times.(place t i) + round_trip + tolerance in
      if due <= now then mark t i else again := Int.min !again due
    end
  done;
  !again

let mark_first t = if t.count > 0 && not (is t 0 was_resent) then mark t 0
let mark_first_again t = if t.count > 0 then mark t 0

let mark_all t =
  for i = 0 to t.count - 1 do
    mark t i
  done
