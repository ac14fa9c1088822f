open Process
open Fs
module Set = Signal.Set

let with_signals (t : Process.t) f = Sync.Lock.protect t.signals_turn f
let unblockable = Set.of_list [ Signal.kill; Signal.stop ]
let stops = Set.of_list [ Signal.stop; Signal.tstp; Signal.ttin; Signal.ttou ]
let goes_on = Set.of_list [ Signal.cont ]

(* ---- with the lock of the process's signals ---- *)

let drop (pending : pending) set =
  pending.set <- Set.diff pending.set set;
  pending.infos <- List.filter (fun (i : Signal.info) -> not (Set.mem set i.signal)) pending.infos

let drop_everywhere (t : Process.t) set =
  drop t.pending set;
  List.iter (fun thread -> drop thread.own set) t.threads

(* Once each, but realtime ones. *)
let queue (pending : pending) (info : Signal.info) =
  if info.signal >= Signal.first_realtime || not (Set.mem pending.set info.signal) then begin
    pending.set <- Set.add pending.set info.signal;
    pending.infos <- pending.infos @ [ info ]
  end

let is_ignored (t : Process.t) signal =
  match t.actions.(signal).does with
  | Ignore -> true
  | Default -> Signal.default signal = Ignore
  | Handler _ -> false

let take_from (pending : pending) signal =
  let rec go before = function
    | [] -> (None, List.rev before)
    | (i : Signal.info) :: rest when i.signal = signal -> (Some i, List.rev_append before rest)
    | i :: rest -> go (i :: before) rest
  in
  let found, rest = go [] pending.infos in
  pending.infos <- rest;
  if not (List.exists (fun (i : Signal.info) -> i.signal = signal) rest) then
    pending.set <- Set.remove pending.set signal;
  match found with Some info -> info | None -> { signal; cause = Kernel }

(* ---- sending ---- *)

let blocks thread signal = Set.mem thread.mask signal
let wants thread signal = (not (blocks thread signal)) || Set.mem thread.waits_for signal

(* Where it is blocked it stays pending even when it is ignored: it may not be by then. *)
let is_dropped t signal threads =
  is_ignored t signal && not (List.exists (fun thread -> blocks thread signal) threads)

let go_on_again (t : Process.t) =
  t.stop_taken <- false;
  (match t.state with
  | Stopped _ ->
      t.state <- Running;
      t.goes_on <- true;
      t.told <- false
  | Running | Ended _ -> ());
  Watch.ring t.went_on Readiness.readable;
  Option.iter (fun (parent : Process.t) -> Watch.ring parent.changed Readiness.readable) t.parent

let before_queueing t signal =
  if Set.mem stops signal then drop_everywhere t goes_on
  else if signal = Signal.cont then begin
    drop_everywhere t stops;
    go_on_again t
  end
  else if signal = Signal.kill then Watch.ring t.went_on Readiness.readable

let arrived = Watch.create ()

let deliver_to t (info : Signal.info) pending ~threads ~whom =
  let alerted =
    with_signals t @@ fun () ->
    before_queueing t info.signal;
    if info.signal <> Signal.kill && is_dropped t info.signal threads then []
    else begin
      queue pending info;
      whom ()
    end
  in
  List.iter alert alerted;
  Watch.ring arrived Readiness.readable

let is_alive (t : Process.t) = match t.state with Ended _ -> false | _ -> true

(* All who want it look; the first takes it. *)
let send (t : Process.t) info =
  if is_alive t then
    let threads = t.threads in
    let whom () =
      if info.Signal.signal = Signal.kill then threads
      else List.filter (fun thread -> wants thread info.signal) threads
    in
    deliver_to t info t.pending ~threads ~whom

let send_thread thread info =
  deliver_to thread.process info thread.own ~threads:[ thread ] ~whom:(fun () -> [ thread ])

let force thread (info : Signal.info) =
  let t = thread.process in
  with_signals t (fun () ->
      let blocked = Set.mem thread.mask info.signal in
      if blocked || t.actions.(info.signal).does = Ignore then begin
        t.actions.(info.signal) <- by_default;
        thread.mask <- Set.remove thread.mask info.signal
      end;
      queue thread.own info);
  Atomic.set thread.attention true

let has_room (t : Process.t) =
  let count (pending : pending) = List.length pending.infos in
  List.fold_left (fun n thread -> n + count thread.own) (count t.pending) t.threads
  < limit t Limit.pending_signals

let may_send ~(from : Process.t) signal (t : Process.t) =
  let me = from.identity.user and you = t.identity.user in
  let is_yours id = id = you.real || id = you.saved in
  is_privileged from || is_yours me.real || is_yours me.effective
  || (signal = Signal.cont && from.session = t.session)

(* ---- taking ---- *)

let pending thread = Set.union thread.own.set thread.process.pending.set
let open_ones thread = Set.diff (pending thread) (Set.diff thread.mask unblockable)

let is_to_end thread =
  let t = thread.process in
  t.ending <> None || match t.execs with Some other -> other != thread | None -> false

let is_stopped (t : Process.t) = match t.state with Stopped _ -> true | _ -> false

let is_pending thread =
  Atomic.get thread.attention
  && (is_to_end thread || is_stopped thread.process || not (Set.is_empty (open_ones thread)))

let ends (t : Process.t) signal =
  match (t.actions.(signal).does, Signal.default signal) with
  | Default, (Terminate | Core) -> true
  | _ -> false

let rec some_ends t signals =
  (not (Set.is_empty signals))
  && begin
       let signal = Set.lowest signals in
       ends t signal || some_ends t (Set.remove signals signal)
     end

let is_killed thread =
  Atomic.get thread.attention
  && (is_to_end thread || some_ends thread.process (open_ones thread))

(* What the thread itself caused goes first. *)
let synchronous =
  Set.of_list [ Signal.segv; Signal.bus; Signal.ill; Signal.trap; Signal.fpe; Signal.sys ]

let timer_tells (t : Process.t) (info : Signal.info) =
  match info.cause with
  | Timer { id; overrun; _ } ->
      Option.iter (fun (timer : posix_timer) -> timer.told <- overrun) (List.assoc_opt id t.timers)
  | _ -> ()

let take_one thread among =
  let from (pending : pending) =
    let set = Set.inter pending.set among in
    let first = Set.inter set synchronous in
    if Set.is_empty set then None
    else Some (take_from pending (Set.lowest (if Set.is_empty first then set else first)))
  in
  let found = match from thread.own with None -> from thread.process.pending | found -> found in
  Option.iter (timer_tells thread.process) found;
  found

let take thread among = with_signals thread.process (fun () -> take_one thread among)

(* A handler that is for once is gone when it is taken. *)
let resets = 0x80000000

let taken (t : Process.t) (info : Signal.info) =
  let action = t.actions.(info.signal) in
  (match action with
  | { does = Handler _; flags; _ } when flags land resets <> 0 ->
      t.actions.(info.signal) <- { action with does = Default }
  | { does = Default; _ } when Signal.default info.signal = Stop -> t.stop_taken <- true
  | _ -> ());
  (info, action)

let next thread =
  let t = thread.process in
  let rec go () =
    match take_one thread (open_ones thread) with
    | None -> None
    | Some info when info.signal <> Signal.kill && is_ignored t info.signal -> go ()
    | Some info -> Some (taken t info)
  in
  with_signals t go

let stop (t : Process.t) signal =
  with_signals t @@ fun () ->
  let stops = t.stop_taken && t.state = Running in
  t.stop_taken <- false;
  if stops then begin
    t.state <- Stopped signal;
    t.told <- false;
    t.goes_on <- false
  end;
  stops

(* ---- masks and actions ---- *)

let set_mask thread mask =
  with_signals thread.process (fun () -> thread.mask <- Set.diff mask unblockable);
  Atomic.set thread.attention true

let set_action t signal action =
  with_signals t @@ fun () ->
  t.actions.(signal) <- action;
  if is_ignored t signal then drop_everywhere t (Set.of_list [ signal ])

let interrupted_by_signals thread patience =
  let pending () = is_pending thread and killed () = is_killed thread in
  Patience.interrupted_by thread.watch ~pending ~killed patience

(* Made once. *)
let patience thread =
  if not (Patience.waits thread.patience) then
    thread.patience <- Patience.keep (interrupted_by_signals thread Patience.forever);
  thread.patience

let patience_within thread ~seconds =
  interrupted_by_signals thread (Patience.within ~seconds)
