open Picos

type armed = { due : int; every : int; fiber : unit Computation.t }

type t = {
  now : unit -> int;
  comes : int -> unit;
  turn : Sync.Lock.t;
  mutable armed : armed option;
  mutable number : int;  (** of the latest setting: an older one's fiber has nothing to say *)
}

type setting = { after : int; every : int }

exception Called_off

let create ~now comes = { now; comes; turn = Sync.Lock.create (); armed = None; number = 0 }
let locked t f = Sync.Lock.protect t.turn f

(* More than the scheduler counts is slept in parts. *)
let longest_ns = 1_000_000_000_000_000

(* A clock that may stand still is looked at again. *)
let rec wait t due =
  let left = due - t.now () in
  if left > 0 then begin
    Sched.Time.sleep (min left longest_ns);
    wait t due
  end

let times_since ~now ~due ~every = if every = 0 then 1 else 1 + ((now - due) / every)

(* One that comes oftener than this comes several times at once. *)
let least_ns = 100_000

(* How often it has come, and when it comes next. *)
let come t number =
  locked t @@ fun () ->
  match t.armed with
  | Some ({ due; every; _ } as armed) when t.number = number ->
      let count = times_since ~now:(t.now ()) ~due ~every in
      let next = if every = 0 then None else Some { armed with due = due + (count * every) } in
      t.armed <- next;
      (count, next)
  | Some _ | None -> (0, None)

let rec run t number due =
  wait t due;
  let count, next = come t number in
  if count > 0 then Fiber.forbid (Fiber.current ()) (fun () -> t.comes count);
  match next with
  | None -> ()
  | Some { due; _ } -> run t number (max due (t.now () + least_ns))

let arm t ~due ~every =
  t.number <- t.number + 1;
  let number = t.number in
  let fiber = Sched.spawn ~kind:Local ~name:"timer" (fun () -> run t number due) in
  t.armed <- Some { due; every; fiber }

let left t =
  match t.armed with
  | None -> { after = 0; every = 0 }
  | Some { due; every; _ } -> { after = max 1 (due - t.now ()); every }

let call_off t =
  t.number <- t.number + 1;
  Option.iter
    (fun { fiber; _ } -> Computation.cancel fiber Called_off (Printexc.get_callstack 0))
    t.armed;
  t.armed <- None

let setting t = locked t (fun () -> left t)
let far = max_int / 2

let set t ~absolute { after; every } =
  locked t @@ fun () ->
  let before = left t in
  call_off t;
  if after > 0 then begin
    let due = if absolute then after else t.now () + min after far in
    arm t ~due:(min due far) ~every:(min every far)
  end;
  before

let stop t = ignore (set t ~absolute:false { after = 0; every = 0 } : setting)
