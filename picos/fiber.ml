(* One type holds both a fiber and the lack of one, so that Maybe.t costs no allocation; its index
   tells which of the two a value may be. *)
type _ tagged =
  | Nothing : [> `Nothing ] tagged
  | Fiber : {
      mutable forbid : bool;
      mutable computation : Computation.packed;
      mutable store : Fls.store;
    }
      -> [> `Fiber ] tagged

type t = [ `Fiber ] tagged

type _ Effect.t += Current : t Effect.t
type _ Effect.t += Yield : unit Effect.t
type _ Effect.t += Spawn : { fiber : t; main : t -> unit } -> unit Effect.t

let create_packed ~forbid computation : t = Fiber { forbid; computation; store = Fls.empty }
let create ~forbid computation = create_packed ~forbid (Computation.Packed computation)
let current () = Effect.perform Current
let yield () = Effect.perform Yield
let spawn fiber main = Effect.perform (Spawn { fiber; main })
let equal (a : t) (b : t) = a == b

(* ---- Cancelation ---- *)

let get_computation (Fiber r : t) = r.computation
let set_computation (Fiber r : t) computation = r.computation <- computation
let has_forbidden (Fiber r : t) = r.forbid
let set (Fiber r : t) ~forbid = r.forbid <- forbid

let exchange (Fiber r : t) ~forbid =
  let before = r.forbid in
  r.forbid <- forbid;
  before

let during (Fiber r : t) ~forbid thunk =
  if r.forbid = forbid then thunk ()
  else begin
    r.forbid <- forbid;
    match thunk () with
    | value ->
        r.forbid <- not forbid;
        value
    | exception exn ->
        let bt = Printexc.get_raw_backtrace () in
        r.forbid <- not forbid;
        Printexc.raise_with_backtrace exn bt
  end

let forbid t thunk = during t ~forbid:true thunk
let permit t thunk = during t ~forbid:false thunk

let canceled (Fiber { forbid; computation = Packed computation; _ } : t) =
  if forbid then None else Computation.canceled computation

let is_canceled (Fiber { forbid; computation = Packed computation; _ } : t) =
  (not forbid) && Computation.is_canceled computation

let check (Fiber { forbid; computation = Packed computation; _ } : t) =
  if not forbid then Computation.check computation

(* ---- Sleeping ---- *)

exception Woken

let no_backtrace = Printexc.get_callstack 0

let sleep ~seconds =
  let alarm : unit Computation.t = Computation.create ~mode:`LIFO () in
  Computation.cancel_after alarm ~seconds Woken no_backtrace;
  match Computation.wait alarm with
  | () -> ()
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Computation.finish alarm;
      Printexc.raise_with_backtrace exn bt

(* ---- Storage ---- *)

module FLS = struct
  type 'a t = 'a Fls.key

  exception Not_set = Fls.Not_set

  let create = Fls.key
  let get_exn (Fiber r : [ `Fiber ] tagged) key = Fls.find r.store key
  let get (Fiber r : [ `Fiber ] tagged) key ~default = Fls.find_or r.store key ~default
  let reserve (Fiber r : [ `Fiber ] tagged) key = r.store <- Fls.reserve r.store key

  let set (Fiber r as fiber : [ `Fiber ] tagged) key value =
    reserve fiber key;
    Fls.bind r.store key value

  let remove (Fiber r : [ `Fiber ] tagged) key = Fls.unbind r.store key
end

(* ---- Perhaps a fiber ---- *)

module Maybe = struct
  type fiber = t
  type t = [ `Nothing | `Fiber ] tagged

  let nothing : t = Nothing
  let of_fiber (Fiber r : fiber) : t = Fiber r

  let to_fiber : t -> fiber = function Fiber r -> Fiber r | Nothing -> invalid_arg "not a fiber"
  let to_fiber_or_current : t -> fiber = function Fiber r -> Fiber r | Nothing -> current ()
  let or_current t = of_fiber (to_fiber_or_current t)

  let current_if = function None | Some true -> of_fiber (current ()) | Some false -> nothing
  let check : t -> unit = function Nothing -> () | Fiber r -> check (Fiber r)

  let current_and_check_if wanted =
    let t = current_if wanted in
    check t;
    t

  let equal (a : t) (b : t) = a == b || a == nothing || b == nothing
  let unequal (a : t) (b : t) = a != b || a == nothing
end

(* ---- For schedulers ---- *)

let[@alert "-handler-inside"] try_suspend (Fiber r : t) trigger x y action =
  let (Packed computation) = r.computation in
  if r.forbid then Trigger.on_signal trigger x y action
  else if Computation.try_attach_any computation trigger then
    Trigger.on_signal trigger x y action
    || begin
         Computation.detach computation trigger;
         false
       end
  else if Computation.is_canceled computation then begin
    Trigger.dispose trigger;
    false
  end
  else Trigger.on_signal trigger x y action

let[@alert "-inside"] unsuspend (Fiber r : t) trigger =
  if not (Trigger.is_signaled trigger) then invalid_arg "not signaled";
  r.forbid
  ||
  let (Packed computation) = r.computation in
  Computation.try_leave computation trigger

let resume t k = Effect.Deep.continue k (canceled t)
let resume_with t k handler = Effect.Shallow.continue_with k (canceled t) handler

let continue t k value =
  match canceled t with
  | None -> Effect.Deep.continue k value
  | Some (exn, bt) -> Effect.Deep.discontinue_with_backtrace k exn bt

let continue_with t k value handler =
  match canceled t with
  | None -> Effect.Shallow.continue_with k value handler
  | Some (exn, bt) -> Effect.Shallow.discontinue_with_backtrace k exn bt handler
