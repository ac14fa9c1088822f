(* A computation is one atomic cell. Pending is left for Returned or Canceled, which are final, or
   for Tentative, which stands for [before] until its transaction has been committed, and for
   [after] from then on.

   Triggers are forgotten lazily. To remove one from the middle of the list would cost the list's
   length. Here it costs O(1) amortized: it has been signaled, so that it is recognisably dead, and
   [balance] counts how many more triggers live than are dead. When more are dead than live, the
   next change sweeps the dead out, keeping the order. Each sweep of [n] triggers is thus paid for
   by [n/2] removals, and about half of a list is garbage at most. The newest is dropped at once. Of
   a fiber that wakes it is left there, dead, as the fiber's next one takes its place: one exchange
   less a wait. What takes the place of one that is yet to be withdrawn makes [balance] too small,
   which a sweep mends. *)
type 'a state =
  | Pending of { mode : Attached.mode; balance : int; triggers : Trigger.t list (* newest first *) }
  | Returned of 'a
  | Canceled of exn * Printexc.raw_backtrace
  | Tentative of { tx : tx; before : 'a state; after : 'a state }

and 'a t = 'a state Atomic.t
and tx = decision Atomic.t
and decision = Open of entry list  (** newest first *) | Committed | Aborted

and entry =
  | Entry : {
      computation : 'a t;
      tentative : 'a state;
      before : 'a state;
      after : 'a state;
    }
      -> entry

type packed = Packed : 'a t -> packed

type _ Effect.t +=
  | Cancel_after : {
      seconds : float;
      exn : exn;
      bt : Printexc.raw_backtrace;
      computation : 'a t;
    }
      -> unit Effect.t

exception Running

(* ---- Making and reading ---- *)

let running_fifo = Pending { mode = `FIFO; balance = 0; triggers = [] }
let running_lifo = Pending { mode = `LIFO; balance = 0; triggers = [] }
let running = function `FIFO -> running_fifo | `LIFO -> running_lifo
let create ?(mode = `FIFO) () = Atomic.make (running mode)
let returned value = Atomic.make (Returned value)
let finished = returned ()

let with_action ?(mode = `FIFO) x y action =
  let[@alert "-handler"] trigger = Trigger.from_action x y action in
  Atomic.make (Pending { mode; balance = 1; triggers = [ trigger ] })

(* The state as readers may see it. Never Tentative: what is not committed is running. *)
let read t =
  match Atomic.get t with
  | Tentative { tx; before; after } -> (
      match Atomic.get tx with Committed -> after | Open _ | Aborted -> before)
  | state -> state

let is_running t =
  match read t with Pending _ | Tentative _ -> true | Returned _ | Canceled _ -> false

(* These two are asked for each time that a fiber goes on, so they tell what is surely not canceled
   by one comparison: the constructor's number. *)
let rank = function Pending _ -> 0 | Returned _ -> 1 | Canceled _ -> 2 | Tentative _ -> 3
let canceled_now t = match read t with Canceled (exn, bt) -> Some (exn, bt) | _ -> None
let canceled t = if rank (Atomic.get t) < 2 then None else canceled_now t
let is_canceled t = rank (Atomic.get t) >= 2 && Option.is_some (canceled_now t)
let check t = match read t with Canceled (exn, bt) -> Printexc.raise_with_backtrace exn bt | _ -> ()

let peek t =
  match read t with
  | Pending _ | Tentative _ -> None
  | Returned value -> Some (Ok value)
  | Canceled (exn, bt) -> Some (Error (exn, bt))

let peek_exn t =
  match read t with
  | Pending _ | Tentative _ -> raise_notrace Running
  | Returned value -> value
  | Canceled (exn, bt) -> Printexc.raise_with_backtrace exn bt

(* ---- Transactions that stand in the way ---- *)

(* Takes one cell from Tentative to what the decision makes of it. If the exchange fails, another
   has done so. *)
let settle computation tentative ~before ~after tx =
  let state = match Atomic.get tx with Committed -> after | Open _ | Aborted -> before in
  ignore (Atomic.compare_and_set computation tentative state : bool)

let rec abort tx =
  match Atomic.get tx with
  | Committed | Aborted -> ()
  | Open entries as decision ->
      if Atomic.compare_and_set tx decision Aborted then
        List.iter
          (fun (Entry { computation; tentative; before; after }) ->
            settle computation tentative ~before ~after tx)
          entries
      else abort tx

(* Before the state is changed: decides the transaction that holds the cell, if one does, and
   settles this cell, since its owner may not have got as far as listing it. True unless the
   computation is completed: then to be tried again. *)
let is_unsettled t =
  match Atomic.get t with
  | Tentative { tx; before; after } as tentative ->
      abort tx;
      settle t tentative ~before ~after tx;
      true
  | Pending _ -> true
  | Returned _ | Canceled _ -> false

(* ---- Completing ---- *)

let rec try_complete t after =
  match Atomic.get t with
  | Pending { mode; triggers; _ } as before ->
      if Atomic.compare_and_set t before after then begin
        Attached.signal mode triggers;
        true
      end
      else try_complete t after
  | _ -> is_unsettled t && try_complete t after

let try_return t value = try_complete t (Returned value)
let return t value = ignore (try_return t value : bool)
let returned_unit = Returned ()
let try_finish t = try_complete t returned_unit
let finish t = ignore (try_finish t : bool)
let try_cancel t exn bt = try_complete t (Canceled (exn, bt))
let cancel t exn bt = ignore (try_cancel t exn bt : bool)

let try_capture t fn x =
  match fn x with
  | value -> try_return t value
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      try_cancel t exn bt

let capture t fn x = ignore (try_capture t fn x : bool)

(* ---- Attaching ---- *)

let swept mode triggers =
  let triggers = Attached.living triggers in
  Pending { mode; balance = List.length triggers; triggers }

let joined mode balance triggers trigger =
  match triggers with
  | newest :: older when Trigger.is_signaled newest ->
      Pending { mode; balance; triggers = trigger :: older }
  | _ -> Pending { mode; balance = balance + 1; triggers = trigger :: triggers }

(* A computation that runs comes first in these two, apart from all others: it is what fibers wait
   on behalf of. *)
let rec try_attach_any t trigger =
  match Atomic.get t with
  | Pending { mode; balance; triggers } as before ->
      if balance < 0 then begin
        ignore (Atomic.compare_and_set t before (swept mode triggers) : bool);
        try_attach_any t trigger
      end
      else
        let after = joined mode balance triggers trigger in
        Atomic.compare_and_set t before after || try_attach_any t trigger
  | _ -> is_unsettled t && try_attach_any t trigger

let try_attach t trigger = (not (Trigger.is_signaled trigger)) && try_attach_any t trigger

let without mode balance triggers trigger =
  match triggers with
  | newest :: older when newest == trigger ->
      Pending { mode; balance = balance - 1; triggers = older }
  | _ when balance < 0 -> swept mode triggers
  | _ -> Pending { mode; balance = balance - 2; triggers }

let rec try_withdraw t trigger =
  match Atomic.get t with
  | Pending { mode; balance; triggers } as before ->
      let after =
        match triggers with
        | [ only ] when only == trigger -> running mode
        | _ -> without mode balance triggers trigger
      in
      Atomic.compare_and_set t before after || try_withdraw t trigger
  | _ -> if is_unsettled t then try_withdraw t trigger else not (is_canceled t)

let withdraw t trigger = ignore (try_withdraw t trigger : bool)

let is_newest t trigger =
  match Atomic.get t with Pending { triggers = newest :: _; _ } -> newest == trigger | _ -> false

let try_leave t trigger = is_newest t trigger || try_withdraw t trigger

let detach t trigger =
  Trigger.signal trigger;
  withdraw t trigger

(* ---- Waiting ---- *)

(* May wake before [t] is completed: when the fiber's own computation returns. *)
let suspend t trigger =
  match Trigger.await trigger with
  | None -> if is_running t then withdraw t trigger
  | Some (exn, bt) ->
      detach t trigger;
      Printexc.raise_with_backtrace exn bt

let rec wait t =
  if is_running t then begin
    let trigger = Trigger.create () in
    if try_attach t trigger then suspend t trigger;
    wait t
  end

let await t =
  wait t;
  peek_exn t

let cancel_after computation ~seconds exn bt =
  if not (0.0 <= seconds) then invalid_arg "seconds must be non-negative";
  Effect.perform (Cancel_after { seconds; exn; bt; computation })

(* ---- Passing cancelation on ---- *)

let propagate _trigger from into =
  match canceled from with None -> () | Some (exn, bt) -> cancel into exn bt

let[@alert "-handler"] canceler ~from ~into = Trigger.from_action from into propagate

let attach_canceler ~from ~into =
  let trigger = canceler ~from ~into in
  if try_attach from trigger then trigger
  else begin
    check from;
    invalid_arg "already returned"
  end

(* ---- Transactions ---- *)

module Tx = struct
  type t = tx

  (* SAFETY: the two are compared as addresses and never read. *)
  let same a b = Obj.repr a == Obj.repr b
  let create () = Atomic.make (Open [])

  let give_up tx =
    abort tx;
    false

  let already_committed () = invalid_arg "already committed"

  (* The cell is taken first and listed second. Whoever meets it in between aborts the transaction
     and settles the cell alone; listing then fails, and we settle whatever is left. *)
  let list tx entries (Entry { computation; tentative; before; after } as entry) =
    Atomic.compare_and_set tx entries
      (Open (entry :: (match entries with Open entries -> entries | Committed | Aborted -> [])))
    || begin
         settle computation tentative ~before ~after tx;
         false
       end

  let rec try_complete tx computation after =
    match Atomic.get tx with
    | Committed -> already_committed ()
    | Aborted -> false
    | Open _ as entries -> (
        match Atomic.get computation with
        | Returned _ | Canceled _ -> give_up tx
        | Tentative own when own.tx == tx -> give_up tx
        | Tentative _ ->
            ignore (is_unsettled computation : bool);
            try_complete tx computation after
        | Pending _ as before ->
            let tentative = Tentative { tx; before; after } in
            if Atomic.compare_and_set computation before tentative then
              list tx entries (Entry { computation; tentative; before; after })
            else try_complete tx computation after)

  let try_return tx computation value = try_complete tx computation (Returned value)
  let try_cancel tx computation exn bt = try_complete tx computation (Canceled (exn, bt))

  let publish tx (Entry { computation; tentative; before; after }) =
    settle computation tentative ~before ~after tx;
    match before with
    | Pending { mode; triggers; _ } -> Attached.signal mode triggers
    | Returned _ | Canceled _ | Tentative _ -> ()

  let try_commit tx =
    match Atomic.get tx with
    | Committed | Aborted -> false
    | Open entries as decision ->
        Atomic.compare_and_set tx decision Committed
        && begin
             List.iter (publish tx) entries;
             true
           end
end
