type what = ..
type what += Other
type status = { append : bool; nonblocking : bool }

type t = {
  id : int;
  file : Node.file;
  what : what;
  access : Node.flags;
  whole : bool;
  begin_write : (Transfer.t -> unit -> (int, Errno.t) result) option;
  longest : (Readiness.t -> float) option;
  reading : (Patience.t -> Transfer.t -> (int, Errno.t) result) option;
  status : status Atomic.t;
  position : int Atomic.t;
  turn : Sync.Lock.t;
  holders : int Atomic.t;
  gone : Watch.t;
  mutable place : Mounts.place option;
}

let ( let* ) = Result.bind
let counter = Atomic.make 0
let closed = Atomic.make 0

let blocking = { append = false; nonblocking = false }

let make ?(what = Other) ?(whole = true) ?begin_write ?longest ?reading ?(status = blocking) access file =
  {
    id = Atomic.fetch_and_add counter 1;
    file;
    what;
    access;
    whole;
    begin_write;
    longest;
    reading;
    status = Atomic.make status;
    position = Atomic.make 0;
    turn = Sync.Lock.create ();
    holders = Atomic.make 1;
    gone = Watch.create ();
    place = None;
  }

let set_place t place = t.place <- Some place

(* ---- holders ---- *)

let hold t = if Atomic.fetch_and_add t.holders 1 < 1 then invalid_arg "File.hold: it is closed"
let rec try_hold t =
  let n = Atomic.get t.holders in
  n > 0 && (Atomic.compare_and_set t.holders n (n + 1) || try_hold t)

let holders t = Atomic.get t.holders
let count () = Atomic.get counter - Atomic.get closed

let tell_closed t =
  match t.place with
  | Some place when t.access.read || t.access.write ->
      Notices.(tell_place place (if t.access.write then close_write else close_nowrite))
  | _ -> ()

let release t =
  match Atomic.fetch_and_add t.holders (-1) with
  | 1 ->
      Watch.ring t.gone Readiness.always;
      Atomic.incr closed;
      if Notices.any () then tell_closed t;
      t.file.close ()
  | before -> if before < 1 then invalid_arg "File.release: it is closed"

(* ---- waiting ---- *)

let readiness t = t.file.readiness ()
let is_nonblocking t = (Atomic.get t.status).nonblocking
let set_status t status = Atomic.set t.status status

let limited t patience bits =
  match t.longest with
  | _ when is_nonblocking t -> Patience.none
  | Some longest -> Patience.at_most ~seconds:(longest bits) patience
  | None -> patience

let retry_after t patience bits attempt =
  let patience = limited t patience bits in
  let bits = Readiness.(union bits (union always read_hangup)) in
  match t.file.watch with
  | Some watch -> Patience.retry_after_on patience watch bits attempt
  | None -> Patience.retry_after patience [] attempt

let retry t patience bits attempt =
  match attempt () with
  | Error Errno.EAGAIN -> retry_after t patience bits attempt
  | answer -> answer

(* ---- reading and writing ---- *)

let allowed allowed = if allowed then Ok () else Error Errno.EBADF

(* Nothing is made for waiting before it must be. *)
let try_read t patience ~at transfer =
  match t.file.read ~at transfer with
  | Error Errno.EAGAIN ->
      retry_after t patience Readiness.readable (fun () -> t.file.read ~at transfer)
  | answer -> answer

let try_write t patience ~at transfer =
  match t.file.write ~at transfer with
  | Error Errno.EAGAIN ->
      retry_after t patience Readiness.writable (fun () -> t.file.write ~at transfer)
  | answer -> answer

let write_once t patience transfer =
  match t.begin_write with
  | Some begin_write -> retry t patience Readiness.writable (begin_write transfer)
  | None -> try_write t patience ~at:0 transfer

(* What has been written counts, whatever ends the rest. *)
let rec write_whole t patience transfer written =
  match write_once t patience transfer with
  | Ok count ->
      let written = written + count in
      if count = 0 || is_nonblocking t || Transfer.length transfer = 0 then Ok written
      else write_whole t patience transfer written
  | Error _ when written > 0 -> Ok written
  | Error _ as error -> error

let read_without_position t patience transfer =
  match t.reading with
  | Some reading -> reading (if is_nonblocking t then Patience.none else patience) transfer
  | None -> try_read t patience ~at:0 transfer

let read t patience transfer =
  let* () = allowed t.access.read in
  if not t.file.has_position then read_without_position t patience transfer
  else
    Sync.Lock.protect t.turn (fun () ->
        let at = Atomic.get t.position in
        let* count = try_read t patience ~at transfer in
        Atomic.set t.position (at + count);
        Ok count)

let write_at_position t patience transfer =
  let append = (Atomic.get t.status).append in
  let at = if append then Node.at_end else Atomic.get t.position in
  let* count = try_write t patience ~at transfer in
  let* after = if append then Node.end_of t.file else Ok (at + count) in
  Atomic.set t.position after;
  Ok count

let write t patience transfer =
  let* () = allowed t.access.write in
  if t.file.has_position then
    Sync.Lock.protect t.turn (fun () -> write_at_position t patience transfer)
  else if t.whole then write_whole t patience transfer 0
  else write_once t patience transfer

let check_at t at =
  if at < 0 then Error Errno.EINVAL else if t.file.has_position then Ok () else Error ESPIPE

let read_at t patience ~at transfer =
  let* () = check_at t at in
  let* () = allowed t.access.read in
  try_read t patience ~at transfer

let write_at t patience ~at transfer =
  let* () = check_at t at in
  let* () = allowed t.access.write in
  let at = if (Atomic.get t.status).append then Node.at_end else at in
  try_write t patience ~at transfer

(* ---- the position ---- *)

type whence = Set | Current | End | Data | Hole

let positioned t use =
  if not t.file.has_position then Error Errno.ESPIPE
  else
    Sync.Lock.protect t.turn (fun () ->
        let* value, position = use (Atomic.get t.position) in
        Atomic.set t.position position;
        Ok value)

let moved ~from by =
  let position = from + by in
  if position < 0 then Error Errno.EINVAL else Ok position

let inside t at =
  let* size = Node.end_of t.file in
  if at < 0 || at >= size then Error Errno.ENXIO else Ok size

let sought t whence by current =
  match whence with
  | Set -> moved ~from:0 by
  | Current -> moved ~from:current by
  | End ->
      let* size = Node.end_of t.file in
      moved ~from:size by
  | Data -> Result.map (fun _size -> by) (inside t by)
  | Hole -> inside t by

let seek t whence by =
  positioned t (fun current ->
      let* position = sought t whence by current in
      Ok (position, position))
