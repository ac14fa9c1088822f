open Picos

type 'state verdict = Enter of 'state | Wait | Refuse of exn

module type POLICY = sig
  type state
  type wish

  val constants : state list
  val ask : state -> wish -> state verdict
  val give_back : state -> wish -> state
end

type 'wish waiter = { wish : 'wish; trigger : Trigger.t }

(* The first in the line, if any, is one that the state lets wait. *)
type ('state, 'wish) view = { state : 'state; line : 'wish waiter Line.t }
type ('state, 'wish) t = ('state, 'wish) view Atomic.t

let swap t view next = Atomic.compare_and_set t view next

module Make (Policy : POLICY) = struct
  type nonrec t = (Policy.state, Policy.wish) t

  let make state = { state; line = Line.empty }
  let constants = List.map (fun state -> (state, make state)) Policy.constants

  let alone state =
    match List.assq_opt state constants with Some view -> view | None -> make state

  let create ?(padded = false) state =
    let view = alone state in
    if padded then Atomic.make_contended view else Atomic.make view

  let state t = (Atomic.get t).state
  let new_waiter wish = { wish; trigger = Trigger.create () }

  (* ---- Letting in ---- *)

  (* Takes from the front whoever need not wait, and returns them too, the last first. *)
  let rec admit state line admitted =
    match Line.first line with
    | None -> (alone state, admitted)
    | Some (place, waiter) -> (
        match Policy.ask state waiter.wish with
        | Wait -> ({ state; line }, admitted)
        | Enter state -> admit state (Line.leave line place) (waiter :: admitted)
        | Refuse _ -> admit state (Line.leave line place) (waiter :: admitted))

  let try_replace t before state line =
    if Line.is_empty line then Atomic.compare_and_set t before (alone state)
    else
      let after, admitted = admit state line [] in
      Atomic.compare_and_set t before after
      && begin
           List.iter (fun waiter -> Trigger.signal waiter.trigger) (List.rev admitted);
           true
         end

  let rec change t update =
    let before = Atomic.get t in
    if not (try_replace t before (update before.state) before.line) then change t update

  (* ---- Standing in the line ---- *)

  (* For a fiber that has been canceled. Who is not in the line any more has been let in. *)
  let rec withdraw t place waiter =
    let before = Atomic.get t in
    if Line.holds before.line place waiter then begin
      if not (try_replace t before before.state (Line.leave before.line place)) then
        withdraw t place waiter
    end
    else change t (fun state -> Policy.give_back state waiter.wish)

  let rec wait t place waiter =
    match Trigger.await waiter.trigger with
    | None -> woken t place waiter
    | Some (exn, bt) ->
        withdraw t place waiter;
        Printexc.raise_with_backtrace exn bt

  (* Being woken says nothing yet: the fiber's computation may have returned, which wakes as well.
     Then the fiber goes on waiting in its place, with another trigger. *)
  and woken t place waiter =
    let before = Atomic.get t in
    if Line.holds before.line place waiter then begin
      let again = new_waiter waiter.wish in
      let after = { before with line = Line.replace before.line place again } in
      if Atomic.compare_and_set t before after then wait t place again else woken t place waiter
    end
    else
      match Policy.ask before.state waiter.wish with
      | Refuse exn -> raise exn
      | Enter _ | Wait -> ()

  (* ---- Coming to the gate ---- *)

  let rec enter t wish =
    let before = Atomic.get t in
    match Policy.ask before.state wish with
    | Refuse exn -> raise exn
    | Enter state when Line.is_empty before.line ->
        if not (Atomic.compare_and_set t before (alone state)) then enter t wish
    | Enter _ | Wait ->
        let waiter = new_waiter wish in
        let place, line = Line.join before.line waiter in
        if Atomic.compare_and_set t before { before with line } then wait t place waiter
        else enter t wish

  let rec try_enter t wish =
    let before = Atomic.get t in
    match Policy.ask before.state wish with
    | Refuse exn -> raise exn
    | Enter state when Line.is_empty before.line ->
        Atomic.compare_and_set t before (alone state) || try_enter t wish
    | Enter _ | Wait -> false
end
