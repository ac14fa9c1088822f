open Sync

type t = {
  interface : Interface.t;
  lock : Lock.t;
  deadlines : Deadlines.t;
  secret : Secret.t;
  flow_key : Flow_hash.t;
  mutable settle : unit -> unit;
}

let create (interface : Interface.t) =
  {
    interface;
    lock = Lock.create ();
    deadlines = Deadlines.create ();
    secret = Secret.create interface.random;
    flow_key = Flow_hash.create interface.random;
    settle = ignore;
  }

let now t = t.interface.clock ()

let locked t fn =
  Lock.protect t.lock (fun () ->
      let value = fn () in
      t.settle ();
      value)

let rec await t condition is_so =
  if not (is_so ()) then begin
    t.settle ();
    if not (is_so ()) then Lock.Condition.wait condition t.lock;
    await t condition is_so
  end

let await_until t condition ~until is_so =
  let is_late () = now t >= until in
  let deadline = Deadlines.entry (fun () -> Lock.Condition.broadcast condition) in
  let finally () = Deadlines.set t.deadlines deadline max_int in
  Deadlines.set t.deadlines deadline until;
  Fun.protect ~finally (fun () -> await t condition (fun () -> is_so () || is_late ()));
  is_so ()
