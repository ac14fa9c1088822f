open Effect.Deep

type cell = int
type access = Nothing | Read of cell | Write of cell
type _ Effect.t += Step : access -> unit Effect.t
type _ Effect.t += Wait_until : (unit -> bool) -> unit Effect.t
type _ Effect.t += Fork : (unit -> unit) -> unit Effect.t

(* A thread stands before its next access. *)
type thread =
  | Ended
  | Before of access * (unit -> thread)
  | Waiting of (unit -> bool) * (unit -> thread)

exception Too_long of int
exception Deadlock

let max_steps = 500
let exploring = ref false
let nr_cells = ref 0

let new_cell () =
  incr nr_cells;
  !nr_cells

let step access = if !exploring then Effect.perform (Step access)
let wait_until holds = Effect.perform (Wait_until holds)
let fork body = Effect.perform (Fork body)

let commute a b =
  match (a, b) with
  | Nothing, _ | _, Nothing | Read _, Read _ -> true
  | (Read a | Write a), (Read b | Write b) -> a <> b

(* Takes the body to its first access; what it forks is added to the threads. *)
let rec start threads body =
  let next : type a. a Effect.t -> ((a, thread) continuation -> thread) option = function
    | Step access -> Some (fun k -> Before (access, fun () -> continue k ()))
    | Wait_until holds -> Some (fun k -> Waiting (holds, fun () -> continue k ()))
    | Fork body ->
        Some
          (fun k ->
            Dynarray.add_last threads (start threads body);
            continue k ())
    | _ -> None
  in
  match_with body () { retc = (fun () -> Ended); exnc = raise; effc = next }

let is_ready = function Before _ -> true | Waiting (holds, _) -> holds () | Ended -> false
let has_ended = function Ended -> true | Before _ | Waiting _ -> false
let next_access = function Before (access, _) -> access | Waiting _ | Ended -> Nothing

let advance threads index =
  match Dynarray.get threads index with
  | Before (_, resume) | Waiting (_, resume) -> Dynarray.set threads index (resume ())
  | Ended -> ()

let ready_threads threads =
  let add index thread ready = if is_ready thread then index :: ready else ready in
  List.rev (snd (Dynarray.fold_left (fun (i, ready) t -> (i + 1, add i t ready)) (0, []) threads))

(* A choice: the thread taken, those left to try there, and those asleep. *)
type choice = { taken : int; others : int list; asleep : int list }

(* Who may run next, the one that ran last first: so that orders come with few preemptions first. *)
let candidates ~last ~left ~asleep ready =
  let goes_on = List.mem last ready in
  let others = List.filter (fun index -> index <> last && not (List.mem index asleep)) ready in
  match (goes_on, List.mem last asleep) with
  | false, _ | true, true -> others
  | true, false -> last :: (if left > 0 then others else [])

type outcome = Complete | Redundant

(* Runs along [prefix] and then takes the first candidate each time. Returns the choices made,
   newest first. *)
let rec run_from threads ~reduce ~nr_steps ~last ~left ~asleep prefix choices =
  if nr_steps > max_steps then raise (Too_long nr_steps);
  let ready = ready_threads threads in
  let take ({ taken; asleep; _ } as choice) prefix =
    let next index = next_access (Dynarray.get threads index) in
    let access = next taken in
    let sleeps_on index = commute access (next index) in
    let asleep = if reduce then List.filter sleeps_on asleep else [] in
    let left = if List.mem last ready && taken <> last then left - 1 else left in
    advance threads taken;
    run_from threads ~reduce ~nr_steps:(nr_steps + 1) ~last:taken ~left ~asleep prefix
      (choice :: choices)
  in
  match (prefix, candidates ~last ~left ~asleep ready) with
  | choice :: prefix, _ -> take choice prefix
  | [], taken :: others -> take { taken; others; asleep } []
  | [], [] when ready <> [] -> (Redundant, choices)
  | [], [] ->
      if Dynarray.for_all has_ended threads then (Complete, choices) else raise Deadlock

let run_along ~reduce ~preemptions scenario prefix =
  let bodies, check = scenario () in
  exploring := true;
  Fun.protect
    ~finally:(fun () -> exploring := false)
    (fun () ->
      let threads = Dynarray.create () in
      List.iter (fun body -> Dynarray.add_last threads (start threads body)) bodies;
      let outcome, choices =
        run_from threads ~reduce ~nr_steps:0 ~last:(-1) ~left:preemptions ~asleep:[] prefix []
      in
      exploring := false;
      if outcome = Complete then check ();
      (outcome, choices))

(* The next order, depth first: the newest choice that has an alternative takes it, and what it took
   before sleeps. *)
let rec next ~reduce = function
  | [] -> None
  | { others = []; _ } :: older -> next ~reduce older
  | { taken; others = other :: others; asleep } :: older ->
      let asleep = if reduce then taken :: asleep else [] in
      Some (List.rev ({ taken = other; others; asleep } :: older))

let all ?preemptions scenario =
  let reduce = preemptions = None in
  let preemptions = Option.value preemptions ~default:max_int in
  let rec go nr_orders prefix =
    let outcome, choices = run_along ~reduce ~preemptions scenario prefix in
    let nr_orders = if outcome = Complete then nr_orders + 1 else nr_orders in
    match next ~reduce choices with None -> nr_orders | Some prefix -> go nr_orders prefix
  in
  go 0 []
