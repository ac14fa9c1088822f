type state =
  | Initial
  | Awaiting : { x : 'x; y : 'y; action : t -> 'x -> 'y -> unit } -> state
  | Signaled

and t = state Atomic.t

type _ Effect.t += Await : t -> (exn * Printexc.raw_backtrace) option Effect.t

let already_awaiting () = invalid_arg "already awaiting"
let signaled = Atomic.make Signaled
let create () = Atomic.make Initial
let from_action x y action = Atomic.make (Awaiting { x; y; action })
let is_signaled t = Atomic.get t == Signaled

let is_initial t =
  match Atomic.get t with Initial -> true | Signaled -> false | Awaiting _ -> already_awaiting ()

let await t =
  match Atomic.get t with
  | Initial -> Effect.perform (Await t)
  | Signaled -> None
  | Awaiting _ -> already_awaiting ()

(* The cell is Signaled before the action runs: whoever the action wakes must find it so. Awaiting
   is left for Signaled alone, hence one failed exchange there means that another signal won. *)
let rec signal t =
  match Atomic.get t with
  | Signaled -> ()
  | Initial -> if not (Atomic.compare_and_set t Initial Signaled) then signal t
  | Awaiting { x; y; action } as before ->
      if Atomic.compare_and_set t before Signaled then action t x y

(* Initial is never come back to: a failed exchange means that the state is one of the other two. *)
let rec leave_initial t after =
  Atomic.compare_and_set t Initial after || (is_initial t && leave_initial t after)

let on_signal t x y action = leave_initial t (Awaiting { x; y; action })
let dispose t = ignore (leave_initial t Signaled : bool)
