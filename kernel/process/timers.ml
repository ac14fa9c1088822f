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

let rec arm t ~due ~every =
  t.number <- t.number + 1;
  let number = t.number in
  let fiber = Sched.spawn ~kind:Local ~name:"timer" (fun () -> run t number ~due ~every) in
  t.armed <- Some { due; every; fiber }

and run t number ~due ~every =
  wait t due;
  let count =
    locked t @@ fun () ->
    if t.number <> number then 0
    else begin
      let count = times_since ~now:(t.now ()) ~due ~every in
      if every = 0 then t.armed <- None else arm t ~due:(due + (count * every)) ~every;
      count
    end
  in
  if count > 0 then t.comes count

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
