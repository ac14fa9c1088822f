open Picos

type 'a request = { request : 'r. (unit -> 'r) Computation.t -> ('a -> 'r) -> unit } [@@unboxed]
type 'a t = 'a request
type 'a event = 'a t

let from_request request = request

let always value =
  { request = (fun target result -> Computation.return target (fun () -> result value)) }

let choose events =
  { request = (fun target result -> List.iter (fun { request } -> request target result) events) }

let wrap { request } fn =
  { request = (fun target result -> request target (fun value -> result (fn value))) }

let map fn event = wrap event fn

let guard make =
  {
    request =
      (fun target result ->
        let { request } = make () in
        request target result);
  }

(* ---- Computations ---- *)

let commit _offer target outcome = Computation.return target outcome
let withdraw _withdrawal source offer = Computation.detach source offer

(* The offer waits on the source, to complete the target; its withdrawal waits on the target. *)
let[@alert "-handler"] from_computation source =
  {
    request =
      (fun target result ->
        let outcome () = result (Computation.peek_exn source) in
        let offer = Trigger.from_action target outcome commit in
        if Computation.try_attach source offer then begin
          let withdrawal = Trigger.from_action source offer withdraw in
          if not (Computation.try_attach target withdrawal) then Computation.detach source offer
        end
        else Computation.return target outcome);
  }

(* ---- Waiting ---- *)

let cancel target exn =
  let bt = Printexc.get_raw_backtrace () in
  if Computation.try_cancel target exn bt then Printexc.raise_with_backtrace exn bt

let sync { request } =
  let target = Computation.create ~mode:`LIFO () in
  (try request target Fun.id
   with exn ->
     let bt = Printexc.get_raw_backtrace () in
     Computation.cancel target exn bt;
     Printexc.raise_with_backtrace exn bt);
  (* What has committed is not lost to a cancelation that comes at the same time. *)
  (try Computation.wait target with exn -> cancel target exn);
  Computation.peek_exn target ()

let select events = sync (choose events)
