(* Random commands to the structures of picos/sync, and to simple models of them; after each
   command, who holds and who waits must be the same. *)
open Picos
open Sync

exception Stop

let bt = Printexc.get_callstack 0
let seed = Seed.get ()
let nr_runs = 200
let nr_commands = 100
let nr_agents = 6

let settle () =
  for _ = 1 to 3 do
    Fiber.yield ()
  done

let test name run =
  Check.test name (fun () ->
      for index = 1 to nr_runs do
        Fifo_scheduler.run (fun () -> run (Random.State.make [| seed; index |]))
      done)

(* ---- Whatever is acquired and released ---- *)

type kind = Shared | Alone

(* The oldest first. *)
type model = { holding : (int * kind) list; waiting : (int * kind) list }

type subject = {
  may_enter : kind list -> kind -> bool;  (** with those inside *)
  acquire : kind -> unit;
  try_acquire : kind -> bool;
  release : kind -> unit;
  kinds : kind list;
}

let rec move_up subject model =
  match model.waiting with
  | ((_, kind) as first) :: rest when subject.may_enter (List.map snd model.holding) kind ->
      move_up subject { holding = model.holding @ [ first ]; waiting = rest }
  | _ -> model

let come subject model agent kind =
  move_up subject { model with waiting = model.waiting @ [ (agent, kind) ] }

let go subject model agent =
  let others = List.filter (fun (other, _) -> other <> agent) in
  move_up subject { holding = others model.holding; waiting = others model.waiting }

(* An agent is a fiber that acquires, if it is not canceled. *)
let start subject inside agent kind =
  let c = Computation.create () in
  Fiber.spawn (Fiber.create ~forbid:false c) (fun _fiber ->
      match subject.acquire kind with
      | () -> inside := agent :: !inside
      | exception Stop -> ());
  c

let random_command random subject inside fibers model =
  let agent = Random.State.int random nr_agents in
  let kind = List.nth subject.kinds (Random.State.int random (List.length subject.kinds)) in
  match (List.assoc_opt agent model.holding, List.mem_assoc agent model.waiting) with
  | Some held, _ when List.mem agent !inside ->
      subject.release held;
      inside := List.filter (fun other -> other <> agent) !inside;
      go subject model agent
  | Some _, _ | None, true ->
      (* It waits, or it has been let in and does not know yet. *)
      Computation.cancel fibers.(agent) Stop bt;
      go subject model agent
  | None, false when Random.State.int random 4 = 0 ->
      settle ();
      let may = model.waiting = [] && subject.may_enter (List.map snd model.holding) kind in
      Check.that "try" (subject.try_acquire kind = may);
      if may then inside := agent :: !inside;
      if may then come subject model agent kind else model
  | None, false ->
      fibers.(agent) <- start subject inside agent kind;
      settle ();
      come subject model agent kind

let compare_with_model make random =
  let subject = make () and inside = ref [] in
  let fibers = Array.make nr_agents Computation.finished in
  let rec go n model =
    if n > 0 then begin
      let model = random_command random subject inside fibers model in
      (* Sometimes the next command comes before fibers have noticed this one. *)
      if Random.State.int random 3 > 0 then begin
        settle ();
        let expected = List.sort compare (List.map fst model.holding) in
        Check.that "the same are inside" (List.sort compare !inside = expected)
      end;
      go (n - 1) model
    end
  in
  go nr_commands { holding = []; waiting = [] };
  Array.iter (fun c -> Computation.cancel c Stop bt) fibers

let mutex () =
  let m = Mutex.create () in
  {
    may_enter = (fun inside _ -> inside = []);
    acquire = (fun _ -> Mutex.lock ~checked:false m);
    try_acquire = (fun _ -> Mutex.try_lock ~checked:false m);
    release = (fun _ -> Mutex.unlock ~checked:false m);
    kinds = [ Alone ];
  }

let lock () =
  let l = Lock.create () in
  {
    may_enter = (fun inside _ -> inside = []);
    acquire = (fun _ -> Lock.acquire l);
    try_acquire = (fun _ -> Lock.try_acquire l);
    release = (fun _ -> Lock.release l);
    kinds = [ Alone ];
  }

let semaphore () =
  let s = Semaphore.Counting.make 3 in
  {
    may_enter = (fun inside _ -> List.length inside < 3);
    acquire = (fun _ -> Semaphore.Counting.acquire s);
    try_acquire = (fun _ -> Semaphore.Counting.try_acquire s);
    release = (fun _ -> Semaphore.Counting.release s);
    kinds = [ Alone ];
  }

let rwlock () =
  let l = Rwlock.create () in
  let by_kind shared alone = function Shared -> shared l | Alone -> alone l in
  {
    may_enter =
      (fun inside kind ->
        inside = [] || (kind = Shared && List.for_all (fun other -> other = Shared) inside));
    acquire = by_kind Rwlock.acquire_shared Rwlock.acquire;
    try_acquire = by_kind Rwlock.try_acquire_shared Rwlock.try_acquire;
    release = by_kind Rwlock.release_shared Rwlock.release;
    kinds = [ Shared; Shared; Alone ];
  }

(* ---- Condition variables ---- *)

(* The model is the line, and who has been woken, each in order. *)
let condition random =
  let m = Mutex.create () and c = Condition.create () in
  let woken = ref [] and fibers = Hashtbl.create 16 in
  let wait agent () =
    match Mutex.protect m (fun () -> Condition.wait c m) with
    | () -> woken := agent :: !woken
    | exception Stop -> ()
  in
  let command agent line expected =
    match (Random.State.int random 6, line) with
    | (0 | 1 | 2), _ ->
        let computation = Computation.create () in
        Hashtbl.replace fibers agent computation;
        Fiber.spawn (Fiber.create ~forbid:false computation) (fun _fiber -> wait agent ());
        (line @ [ agent ], expected)
    | 3, _ :: _ ->
        let canceled = List.nth line (Random.State.int random (List.length line)) in
        Computation.cancel (Hashtbl.find fibers canceled) Stop bt;
        (List.filter (fun other -> other <> canceled) line, expected)
    | 4, first :: rest ->
        Condition.signal c;
        (rest, first :: expected)
    | 5, _ when Random.State.int random 4 = 0 ->
        Condition.broadcast c;
        ([], List.rev_append line expected)
    | _ -> (line, expected)
  in
  let rec go agent line expected =
    if agent < nr_commands then begin
      let line, expected = command agent line expected in
      settle ();
      Check.that "woken in order" (!woken = expected);
      go (agent + 1) line expected
    end
  in
  go 0 [] [];
  Condition.broadcast c

(* ---- Triggers attached to a computation ---- *)

let attached random =
  let mode = if Random.State.bool random then `FIFO else `LIFO in
  let c = Computation.create ~mode () and signaled = ref [] in
  let attach name =
    let[@alert "-handler"] trigger =
      Trigger.from_action name () (fun _ name () -> signaled := name :: !signaled)
    in
    Check.that "attached" (Computation.try_attach c trigger);
    (name, trigger)
  in
  let rec go n live =
    if n = 0 then live
    else if live = [] || Random.State.int random 5 < 3 then go (n - 1) (attach n :: live)
    else begin
      let name, trigger = List.nth live (Random.State.int random (List.length live)) in
      Computation.detach c trigger;
      go (n - 1) (List.remove_assoc name live)
    end
  in
  let live = List.map fst (go nr_commands []) in
  signaled := [];
  Computation.finish c;
  Check.that "order" (!signaled = match mode with `FIFO -> live | `LIFO -> List.rev live)

let () =
  test "mutex" (compare_with_model mutex);
  test "lock" (compare_with_model lock);
  test "semaphore" (compare_with_model semaphore);
  test "rwlock" (compare_with_model rwlock);
  test "condition" condition;
  test "attached triggers" attached;
  Check.finish ()
