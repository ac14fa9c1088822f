open Picos

type clock = {
  now : unit -> int;
  alarm : at:int -> (unit -> unit) -> unit -> unit;
}

type setting = { after : int; every : int }

(* Set to [next], or to nothing when it is 0; [missed] times have come before that, unread. *)
type state = { next : int; every : int; missed : int }

type t = {
  clock : clock;
  watch : Watch.t;
  lock : Sync.Lock.t;  (** to set the alarm *)
  state : state Atomic.t;
  mutable call_off : unit -> unit;
}

type File.what += Timer of t

exception Time_is_up

let ( let* ) = Result.bind

(* ---- alarms ---- *)

let no_backtrace = Printexc.get_callstack 0

(* A scheduler's clock may be read a little before the alarm that it gave. *)
let slack_ns = 1000
let longest_ns = 900_000_000_000_000_000

(* Completed early, it is called off; the action runs all the same. *)
let[@alert "-handler"] alarm now ~at ring =
  let called_off = Atomic.make false in
  let action _trigger () () = if not (Atomic.get called_off) then ring () in
  let timer = Computation.with_action () () action in
  let ns = Int.min longest_ns (Int.max 0 (at - now ()) + slack_ns) in
  Computation.cancel_after timer ~seconds:(float_of_int ns *. 1e-9) Time_is_up no_backtrace;
  fun () ->
    Atomic.set called_off true;
    Computation.finish timer

let clock ~now = { now; alarm = (fun ~at ring -> alarm now ~at ring) }

(* ---- the state ---- *)

(* The end of time at the latest. *)
let later at ns = if ns > max_int - at then max_int else at + ns

(* As it is at that time: what has come is counted, and the next time lies ahead. *)
let seen now state =
  if state.next = 0 || now < state.next then state
  else if state.every = 0 then { state with next = 0; missed = state.missed + 1 }
  else
    let over = (now - state.next) / state.every in
    let next = later (state.next + (over * state.every)) state.every in
    { state with next; missed = state.missed + over + 1 }

let look t = seen (t.clock.now ()) (Atomic.get t.state)
let readiness t () = if (look t).missed > 0 then Readiness.of_bits 0x1 else Readiness.none

let arm t =
  t.call_off ();
  let { next; _ } = Atomic.get t.state in
  t.call_off <-
    (if next = 0 then ignore
     else t.clock.alarm ~at:next (fun () -> Watch.ring t.watch Readiness.readable))

let left t (state : state) =
  { after = (if state.next = 0 then 0 else state.next - t.clock.now ()); every = state.every }

let setting t = left t (look t)

(* ---- setting and reading ---- *)

let set t ~absolute (setting : setting) =
  if setting.after < 0 || setting.every < 0 then Error Errno.EINVAL
  else
    let at = if absolute then setting.after else later (t.clock.now ()) setting.after in
    let next = if setting.after = 0 then 0 else Int.max 1 at in
    Sync.Lock.protect t.lock (fun () ->
        let before = left t (look t) in
        Atomic.set t.state { next; every = setting.every; missed = 0 };
        arm t;
        Ok before)

(* The alarm is set anew, since nobody is told of a time before the one before was read. *)
let take t =
  Sync.Lock.protect t.lock (fun () ->
      let state = look t in
      if state.missed = 0 then Error Errno.EAGAIN
      else begin
        Atomic.set t.state { state with missed = 0 };
        arm t;
        Ok state.missed
      end)

let read t transfer =
  if Transfer.length transfer < 8 then Error Errno.EINVAL
  else
    let* times = take t in
    let answer = Bytes.create 8 in
    Bytes.set_int64_le answer 0 (Int64.of_int times);
    Transfer.put transfer answer 0 8

let create clock =
  let t =
    {
      clock;
      watch = Watch.create ();
      lock = Sync.Lock.create ();
      state = Atomic.make { next = 0; every = 0; missed = 0 };
      call_off = ignore;
    }
  in
  File.make ~what:(Timer t)
    { read = true; write = true }
    {
      (Nameless.file (Nameless.node Events) ~watch:t.watch) with
      read = (fun ~at:_ transfer -> read t transfer);
      readiness = readiness t;
      close = (fun () -> t.call_off ());
    }
