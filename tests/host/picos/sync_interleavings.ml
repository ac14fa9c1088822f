(* Every order of the atomic operations of fibers that meet at a lock, a semaphore and so on, over
   the code of picos/sync itself. Where threads wait, a lost wake-up is a deadlock, which fails the
   test. *)
open Explored
open Explored_sync

exception Stop

let that = Check.that
let bt = Printexc.get_callstack 0
let to_int = Bool.to_int
let computation () : unit Computation.t = Computation.create ()
let cancel c () = Computation.cancel c Stop bt
let fiber main () = Fibers.fiber (computation ()) main ()

(* A fiber that may be canceled; whether it got through is left in [passed]. *)
let cancelable c passed body =
  Fibers.fiber c (fun () ->
      match body () with () -> passed := true | exception Stop -> passed := false)

(* Two of these at once would lose an update. *)
let add_one shared = Atomic.set shared (Atomic.get shared + 1)

let semaphore_scenarios =
  [
    ( "sem: a permit given to a fiber that is canceled is not lost",
      fun () ->
        let sem = Sem.create 0 and c = computation () and passed = ref false in
        let take () = Sem.acquire sem and give () = Sem.release sem in
        ( [ cancelable c passed take; cancel c; give ],
          fun () -> that "taken or there" (Sem.get_value sem + to_int !passed = 1) ) );
    ( "sem: a fiber goes on waiting when its computation returns",
      fun () ->
        let sem = Sem.create 0 and c = computation () and passed = ref false in
        let given = Atomic.make false in
        let take () =
          Sem.acquire sem;
          that "not before there is a permit" (Atomic.get given)
        in
        let give () =
          Atomic.set given true;
          Sem.release sem
        in
        ( [ cancelable c passed take; (fun () -> Computation.finish c); give ],
          fun () -> that "taken" (!passed && Sem.get_value sem = 0) ) );
    ( "semaphore: a binary one is given to one",
      fun () ->
        let s = Semaphore.Binary.make false in
        let give () = Semaphore.Binary.release s in
        ( [ fiber (fun () -> Semaphore.Binary.acquire s); give; give ],
          fun () ->
            that "at most one is left" (not Semaphore.Binary.(try_acquire s && try_acquire s)) ) );
  ]

let lock_scenarios =
  [
    ( "mutex: exclusive, and free in the end",
      fun () ->
        let mutex = Mutex.create () and shared = Atomic.make 0 in
        let use = fiber (fun () -> Mutex.protect mutex (fun () -> add_one shared)) in
        ( [ use; use ],
          fun () -> that "both" (Atomic.get shared = 2 && Mutex.try_lock ~checked:false mutex) ) );
    ( "mutex: a canceled fiber does not keep it",
      fun () ->
        let mutex = Mutex.create () and shared = Atomic.make 0 in
        let c = computation () and passed = ref false in
        let use () =
          Mutex.lock ~checked:false mutex;
          add_one shared;
          Mutex.unlock ~checked:false mutex
        in
        ( [ cancelable c passed use; cancel c; fiber use ],
          fun () ->
            that "as many as passed" (Atomic.get shared = 1 + to_int !passed);
            that "free" (Mutex.try_lock ~checked:false mutex) ) );
    ( "rwlock: a canceled writer lets the readers behind it in",
      fun () ->
        let lock = Rwlock.create () and c = computation () in
        let read () = Rwlock.sharing lock (fun () -> ()) in
        Rwlock.acquire_shared lock;
        ( [ cancelable c (ref false) (fun () -> Rwlock.protect lock ignore); cancel c; fiber read ],
          fun () ->
            that "only ours" (Rwlock.is_locked_shared lock && not (Rwlock.is_locked lock)) ) );
  ]

(* Joins without a lock, and says when it has. *)
let wait waiting joined =
  Waiting.wait waiting ~release:(fun () -> joined := true) ~acquire:ignore

let condition_scenarios =
  [
    ( "condition: a broadcast reaches all",
      fun () ->
        let waiting = Waiting.create () in
        let first = ref false and second = ref false in
        let broadcast () =
          Explorer.wait_until (fun () -> !first && !second);
          Waiting.broadcast waiting
        in
        let joining joined = fiber (fun () -> wait waiting joined) in
        ( [ joining first; joining second; broadcast ],
          fun () -> that "nobody stands there" (Line.is_empty (Atomic.get waiting)) ) );
    ( "condition: what is waited for under a mutex comes",
      fun () ->
        let mutex = Mutex.create () and condition = Condition.create () in
        let there = Atomic.make false and c = computation () and passed = ref false in
        let consume () =
          Mutex.protect mutex (fun () ->
              while not (Atomic.get there) do
                Condition.wait condition mutex
              done)
        in
        let produce () =
          Mutex.protect mutex (fun () -> Atomic.set there true);
          Condition.signal condition
        in
        ( [ cancelable c passed consume; cancel c; fiber produce ],
          fun () ->
            that "unlocked" (Mutex.try_lock ~checked:false mutex);
            that "nobody stands there" (Line.is_empty (Atomic.get condition)) ) );
  ]

let meeting_scenarios =
  [
    ( "latch: zero is reached once, by whoever comes last",
      fun () ->
        let latch = Latch.create 1 and done_ = Atomic.make 0 in
        let task () =
          if Latch.try_incr latch then begin
            Atomic.incr done_;
            Latch.decr latch
          end
        in
        let seen = ref (-1) in
        ( [
            task;
            (fun () -> Latch.decr latch);
            fiber (fun () ->
                Latch.await latch;
                seen := Atomic.get done_);
          ],
          fun () ->
            that "after all counted tasks" (!seen = Atomic.get done_);
            that "stays" (not (Latch.try_incr latch || Latch.try_decr latch)) ) );
    ( "barrier: nobody goes on alone, twice",
      fun () ->
        let barrier = Barrier.create 2 and arrived = Atomic.make 0 in
        let come () =
          for round = 1 to 2 do
            Atomic.incr arrived;
            Barrier.await barrier;
            that "both have come" (Atomic.get arrived >= 2 * round)
          done
        in
        ([ fiber come; fiber come ], fun () -> that "all" (Atomic.get arrived = 4)) );
    ( "barrier: a canceled fiber poisons it for the others",
      fun () ->
        let barrier = Barrier.create 2 and c = computation () in
        let passed = ref false and poisoned = ref false in
        let come () = try Barrier.await barrier with Barrier.Poisoned -> poisoned := true in
        ( [ cancelable c passed come; fiber come; cancel c ],
          fun () ->
            that "not one alone" (not (!passed && !poisoned));
            let is_poisoned = Atomic.get barrier.Barrier.state = Poisoned_for_ever in
            that "poisoned unless it passed" (!passed || is_poisoned) ) );
  ]

let value_scenarios =
  [
    ( "stream: a reader sees what two push, each once, in one order",
      fun () ->
        let stream = Stream.create () in
        let cursor = Stream.tap stream and seen = ref [] in
        let read () =
          let a, next = Stream.read cursor in
          let b, _ = Stream.read next in
          seen := [ a; b ]
        in
        ( [ (fun () -> Stream.push stream 1); (fun () -> Stream.push stream 2); fiber read ],
          fun () ->
            that "both" (List.sort compare !seen = [ 1; 2 ]);
            that "the end is the end" (Stream.peek_opt (Stream.tap stream) = None) ) );
    ( "stream: poison comes after what was pushed before it",
      fun () ->
        let stream = Stream.create () in
        let cursor = Stream.tap stream and pushed = ref false in
        ( [
            (fun () ->
              match Stream.push stream 1 with
              | () -> pushed := true
              | exception (Stop | Exit) -> ());
            (fun () -> Stream.poison stream Stop);
            (fun () -> Stream.poison stream Exit);
          ],
          fun () ->
            let at_end, nr_values =
              match Stream.peek_opt cursor with
              | Some (_, next) -> (next, 1)
              | None -> (cursor, 0)
              | exception (Stop | Exit) -> (cursor, 0)
            in
            that "pushed exactly if seen" (to_int !pushed = nr_values);
            that "poisoned"
              (match Stream.peek_opt at_end with exception (Stop | Exit) -> true | _ -> false) ) );
    ( "lazy: computed once for two",
      fun () ->
        let nr_computed = ref 0 and sum = ref 0 in
        let value =
          Lazy.from_fun (fun () ->
              incr nr_computed;
              Explorer.step Nothing;
              21)
        in
        let force = fiber (fun () -> sum := !sum + Lazy.force value) in
        ( [ force; force ],
          fun () -> that "once" (!nr_computed = 1 && !sum = 42 && Lazy.is_val value) ) );
    ( "event: one of two happens, nothing stays attached",
      fun () ->
        let a = Computation.create () and b = Computation.create () and c = computation () in
        let got = ref 0 and passed = ref false in
        let select () = got := Event.(select [ from_computation a; from_computation b ]) in
        ( [
            cancelable c passed select;
            (fun () -> Computation.return a 1);
            cancel c;
          ],
          fun () ->
            that "its value, or nothing" (!got = to_int !passed);
            that "b is left alone"
              (match Atomic.get b with
              | Pending { triggers; _ } -> triggers = []
              | _ -> false) ) );
  ]

(* Three and four fibers, in all orders with so many preemptions. *)
let large_scenarios =
  [
    ( "sem: one of two waiting is canceled, the other gets the permit",
      fun () ->
        let sem = Sem.create 0 and c = computation () and passed = ref false in
        let use () =
          Sem.acquire sem;
          Sem.release sem
        in
        ( [ cancelable c passed use; cancel c; fiber use; (fun () -> Sem.release sem) ],
          fun () -> that "there again" (Sem.get_value sem = 1 && Sem.try_acquire sem) ) );
    ( "sem: two take, two give",
      fun () ->
        let sem = Sem.create 0 in
        let take = fiber (fun () -> Sem.acquire sem) and give () = Sem.release sem in
        ([ take; take; give; give ], fun () -> that "none left" (Sem.get_value sem = 0)) );
    ( "sem: poison reaches who waits, canceled or not",
      fun () ->
        let sem = Sem.create 0 and c = computation () and poisoned = ref false in
        let acquire () =
          match Sem.acquire sem with
          | () -> that "there is no permit" false
          | exception Sem.Poisoned -> poisoned := true
        in
        ( [ cancelable c (ref false) acquire; cancel c; (fun () -> Sem.poison sem); fiber acquire ],
          fun () -> that "poisoned" (!poisoned && Sem.is_poisoned sem) ) );
    ( "lock: exclusive among three",
      fun () ->
        let lock = Lock.create () and shared = Atomic.make 0 in
        let use = fiber (fun () -> Lock.protect lock (fun () -> add_one shared)) in
        ( [ use; use; use ],
          fun () -> that "all" (Atomic.get shared = 3 && not (Lock.is_locked lock)) ) );
    ( "lock: poison reaches who waits and who comes",
      fun () ->
        let lock = Lock.create () and got_in = ref 0 in
        let use () = try Lock.protect lock (fun () -> incr got_in) with Lock.Poisoned -> () in
        let fail () = try Lock.holding lock (fun () -> raise Stop) with Stop -> () in
        ( [ fiber use; fiber use; fiber fail ],
          fun () -> that "poisoned" (Lock.is_poisoned lock && !got_in <= 2) ) );
    ( "rwlock: a writer is alone, readers are not",
      fun () ->
        let lock = Rwlock.create () and shared = Atomic.make 0 in
        let add_two () =
          add_one shared;
          add_one shared
        in
        let write = fiber (fun () -> Rwlock.protect lock add_two) in
        let read =
          fiber (fun () ->
              Rwlock.sharing lock (fun () -> that "whole" (Atomic.get shared land 1 = 0)))
        in
        ( [ write; read; read ],
          fun () ->
            that "free" ((not (Rwlock.is_locked_shared lock)) && Rwlock.try_acquire lock) ) );
    ( "rwlock: freezing refuses who waits to write",
      fun () ->
        let lock = Rwlock.create () and frozen = ref 0 in
        let write () = try Rwlock.protect lock ignore with Rwlock.Frozen -> incr frozen in
        ( [ fiber write; fiber (fun () -> Rwlock.freeze lock); fiber write ],
          fun () -> that "readable" (Rwlock.is_frozen lock && Rwlock.try_acquire_shared lock) ) );
    ( "condition: a signal to a canceled fiber goes to the next",
      fun () ->
        let waiting = Waiting.create () and c = computation () in
        let first = ref false and second = ref false and passed = ref false in
        let signal () =
          Explorer.wait_until (fun () -> !first && !second);
          Waiting.signal waiting
        in
        let pass_on () =
          wait waiting first;
          Waiting.signal waiting
        in
        ( [ cancelable c passed pass_on; fiber (fun () -> wait waiting second); cancel c; signal ],
          fun () -> that "nobody stands there" (Line.is_empty (Atomic.get waiting)) ) );
  ]

let () =
  List.iter
    (fun (name, scenario) -> Explore.test name scenario)
    (semaphore_scenarios @ lock_scenarios @ condition_scenarios @ meeting_scenarios
   @ value_scenarios);
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:2 name scenario) large_scenarios;
  Explore.finish ()
