(* What picos/sync promises, on a scheduler that runs fibers first in, first out. *)
open Picos
open Sync

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that
let raises = Check.raises
let test name body = Check.test name (fun () -> Fifo_scheduler.run body)
let is_sys_error = function Sys_error _ -> true | _ -> false
let is_invalid = function Invalid_argument _ -> true | _ -> false

let fails what expected fn =
  match fn () with
  | _ -> that (what ^ ": raised nothing") false
  | exception exn -> that (what ^ ": " ^ Printexc.to_string exn) (expected exn)

(* Starts a fiber; the computation is canceled to cancel it and has its result. *)
let start main =
  let c = Computation.create () in
  Fiber.spawn (Fiber.create ~forbid:false c) (fun _fiber -> Computation.capture c main ());
  c

let settle () =
  for _ = 1 to 10 do
    Fiber.yield ()
  done

(* Starts so many fibers, which come one after the other and note their number when they are in. *)
let start_in_order n come =
  let order = ref [] in
  let fibers =
    List.init n (fun i ->
        let c =
          start (fun () ->
              come ();
              order := i :: !order)
        in
        settle ();
        c)
  in
  (fibers, fun () -> List.rev !order)

let cancel c =
  Computation.cancel c Stop bt;
  settle ()

let semaphores () =
  test "semaphore: first come, first served; a canceled fiber leaves the line" (fun () ->
      let s = Semaphore.Counting.make 0 in
      let fibers, order = start_in_order 4 (fun () -> Semaphore.Counting.acquire s) in
      cancel (List.nth fibers 1);
      that "gone" (Computation.is_canceled (List.nth fibers 1));
      for _ = 1 to 4 do
        Semaphore.Counting.release s;
        settle ()
      done;
      that "order" (order () = [ 0; 2; 3 ]);
      that "the permit nobody took" (Semaphore.Counting.get_value s = 1));
  test "semaphore: nobody overtakes who waits" (fun () ->
      let s = Semaphore.Counting.make 0 in
      let _, order = start_in_order 1 (fun () -> Semaphore.Counting.acquire s) in
      Semaphore.Counting.release s;
      that "handed over" (not (Semaphore.Counting.try_acquire s));
      settle ();
      that "to the waiting" (order () = [ 0 ]));
  test "semaphore: limits" (fun () ->
      fails "negative" is_invalid (fun () -> Semaphore.Counting.make (-1));
      let s = Semaphore.Counting.make max_int in
      fails "overflow" is_sys_error (fun () -> Semaphore.Counting.release s);
      that "as before" (Semaphore.Counting.get_value s = max_int);
      let b = Semaphore.Binary.make false in
      Semaphore.Binary.release b;
      Semaphore.Binary.release b;
      that "one at most" (Semaphore.Binary.try_acquire b && not (Semaphore.Binary.try_acquire b)));
  test "sem: poison" (fun () ->
      let s = Sem.create 0 in
      let c = start (fun () -> Sem.acquire s) in
      settle ();
      Sem.poison s;
      settle ();
      raises "who waited" Sem.Poisoned (fun () -> Computation.await c);
      raises "who comes" Sem.Poisoned (fun () -> Sem.acquire s);
      raises "who tries" Sem.Poisoned (fun () -> Sem.try_acquire s);
      Sem.release s;
      that "stays" (Sem.is_poisoned s && Sem.get_value s = 0))

let mutexes () =
  test "mutex: knows its owner" (fun () ->
      let m = Mutex.create () in
      fails "unlocked" is_sys_error (fun () -> Mutex.unlock m);
      Mutex.lock m;
      fails "twice" is_sys_error (fun () -> Mutex.lock m);
      that "trying is no error" (not (Mutex.try_lock m));
      let c = start (fun () -> Mutex.unlock m) in
      settle ();
      fails "another's" is_sys_error (fun () -> Computation.await c);
      let c = start (fun () -> Condition.wait (Condition.create ()) m) in
      settle ();
      fails "waiting with another's" is_sys_error (fun () -> Computation.await c);
      Mutex.unlock m;
      that "free" (Mutex.try_lock ~checked:false m);
      Mutex.unlock m);
  test "mutex: handed over in order, never to a canceled fiber" (fun () ->
      let m = Mutex.create () in
      Mutex.lock m;
      let fibers, order = start_in_order 4 (fun () -> Mutex.protect m ignore) in
      cancel (List.nth fibers 0);
      cancel (List.nth fibers 2);
      that "nobody yet" (order () = []);
      Mutex.unlock m;
      that "handed over" (not (Mutex.try_lock m));
      settle ();
      that "order" (order () = [ 1; 3 ] && Mutex.try_lock m));
  test "mutex: a canceled fiber does not lock, and unlocks" (fun () ->
      let m = Mutex.create () and locked = Mutex.create () in
      let c =
        start (fun () ->
            Mutex.lock locked;
            (try Computation.await (Computation.create ()) with Stop -> ());
            raises "checked" Stop (fun () -> Mutex.lock m);
            raises "tried" Stop (fun () -> Mutex.try_lock m);
            Mutex.unlock locked;
            raise Exit)
      in
      settle ();
      cancel c;
      that "unlocked" (Mutex.try_lock locked && Mutex.try_lock m));
  test "mutex: protect unlocks when the function raises" (fun () ->
      let m = Mutex.create () in
      raises "the exception" Exit (fun () -> Mutex.protect m (fun () -> raise Exit));
      that "free" (Mutex.try_lock m));
  test "condition: signals wake in order, broadcast wakes all" (fun () ->
      let m = Mutex.create () and c = Condition.create () in
      let wait () = Mutex.protect m (fun () -> Condition.wait c m) in
      let fibers, order = start_in_order 5 wait in
      Condition.signal c;
      settle ();
      that "one" (order () = [ 0 ]);
      cancel (List.nth fibers 1);
      Condition.signal c;
      settle ();
      that "not the canceled one" (order () = [ 0; 2 ]);
      Condition.broadcast c;
      settle ();
      that "all" (order () = [ 0; 2; 3; 4 ] && Mutex.try_lock m));
  test "condition: a canceled fiber has the mutex when it raises" (fun () ->
      let m = Mutex.create () and c = Condition.create () and owned = ref false in
      let fiber =
        start (fun () ->
            Mutex.lock m;
            try Condition.wait c m
            with Stop ->
              owned := not (Mutex.try_lock ~checked:false m);
              Mutex.unlock m)
      in
      settle ();
      Mutex.lock m;
      cancel fiber;
      that "waits for it" (not !owned);
      Mutex.unlock m;
      settle ();
      that "owned" (!owned && Mutex.try_lock m))

let locks () =
  test "lock: an exception poisons it, or not" (fun () ->
      let l = Lock.create () in
      raises "protect" Exit (fun () -> Lock.protect l (fun () -> raise Exit));
      that "not poisoned" (Lock.holding l (fun () -> Lock.is_locked l) && not (Lock.is_locked l));
      let waiting =
        start (fun () ->
            Fiber.yield ();
            Lock.acquire l)
      in
      let hold () =
        settle ();
        raise Exit
      in
      raises "holding" Exit (fun () -> Lock.holding l hold);
      settle ();
      raises "who waited" Lock.Poisoned (fun () -> Computation.await waiting);
      raises "who comes" Lock.Poisoned (fun () -> Lock.protect l ignore);
      raises "who tries" Lock.Poisoned (fun () -> Lock.try_acquire l);
      Lock.release l;
      that "stays so" (Lock.is_locked l && Lock.is_poisoned l));
  test "lock: misuse" (fun () ->
      let l = Lock.create () in
      fails "release" is_invalid (fun () -> Lock.release l);
      fails "poison" is_invalid (fun () -> Lock.poison l);
      that "as before" (Lock.try_acquire l));
  test "lock: who waits for a condition learns of the poison" (fun () ->
      let l = Lock.create () and c = Lock.Condition.create () in
      let fiber = start (fun () -> Lock.holding l (fun () -> Lock.Condition.wait c l)) in
      settle ();
      raises "fails" Exit (fun () -> Lock.holding l (fun () -> raise Exit));
      Lock.Condition.broadcast c;
      settle ();
      raises "poisoned" Lock.Poisoned (fun () -> Computation.await fiber))

let rwlocks () =
  test "rwlock: readers share, in the order of coming with writers" (fun () ->
      let l = Rwlock.create () and order = ref [] in
      let come name sharing =
        let c =
          start (fun () ->
              sharing l (fun () ->
                  order := name :: !order;
                  settle ()))
        in
        Fiber.yield ();
        c
      in
      let first = come "r1" Rwlock.sharing and second = come "r2" Rwlock.sharing in
      that "both in" (!order = [ "r2"; "r1" ] && not (Rwlock.try_acquire l));
      let writer = come "w" Rwlock.protect in
      that "no reader overtakes" (not (Rwlock.try_acquire_shared l));
      let third = come "r3" Rwlock.sharing in
      List.iter Computation.await [ first; second; writer; third ];
      that "order" (List.rev !order = [ "r1"; "r2"; "w"; "r3" ]));
  test "rwlock: a canceled writer lets the readers behind it in" (fun () ->
      let l = Rwlock.create () in
      Rwlock.acquire_shared l;
      let writer = start (fun () -> Rwlock.acquire l) in
      settle ();
      let reader = start (fun () -> Rwlock.acquire_shared l) in
      settle ();
      that "waits" (Computation.is_running reader);
      cancel writer;
      that "is in" (Computation.peek reader = Some (Ok ()));
      Rwlock.release_shared l;
      Rwlock.release_shared l;
      fails "no more" is_invalid (fun () -> Rwlock.release_shared l));
  test "rwlock: frozen" (fun () ->
      let l = Rwlock.create () and c = Rwlock.Condition.create () in
      let waits = start (fun () -> Rwlock.holding l (fun () -> Rwlock.Condition.wait c l)) in
      settle ();
      Rwlock.acquire l;
      let freezer = start (fun () -> Rwlock.freeze l) in
      settle ();
      that "not while a writer is in" (Computation.is_running freezer && not (Rwlock.is_frozen l));
      Rwlock.release l;
      Computation.await freezer;
      raises "who comes" Rwlock.Frozen (fun () -> Rwlock.protect l ignore);
      Rwlock.Condition.broadcast c;
      settle ();
      raises "who waited for a condition" Rwlock.Frozen (fun () -> Computation.await waits);
      that "not poisoned by that" (Rwlock.sharing l (fun () -> Rwlock.is_locked_shared l)));
  test "rwlock: a reader freezes it though writers wait" (fun () ->
      let l = Rwlock.create () in
      Rwlock.acquire_shared l;
      let writer = start (fun () -> Rwlock.acquire l) in
      settle ();
      let reader = start (fun () -> Rwlock.acquire_shared l) in
      settle ();
      Rwlock.freeze l;
      settle ();
      raises "who waited to write" Rwlock.Frozen (fun () -> Computation.await writer);
      that "who waited to read is in" (Computation.peek reader = Some (Ok ())));
  test "rwlock: poisoned" (fun () ->
      let l = Rwlock.create () and c = Rwlock.Condition.create () in
      let waits = start (fun () -> Rwlock.sharing l (fun () -> Rwlock.Condition.wait_shared c l)) in
      settle ();
      fails "shared is not enough" is_invalid (fun () ->
          Rwlock.sharing l (fun () -> Rwlock.poison l));
      raises "fails" Exit (fun () -> Rwlock.holding l (fun () -> raise Exit));
      Rwlock.Condition.signal c;
      settle ();
      raises "who waited" Rwlock.Poisoned (fun () -> Computation.await waits);
      raises "readers" Rwlock.Poisoned (fun () -> Rwlock.acquire_shared l);
      that "stays so" (Rwlock.is_locked l && not (Rwlock.is_locked_shared l)))

let meetings () =
  test "latch: opens at zero, for good" (fun () ->
      fails "negative" is_invalid (fun () -> Latch.create (-1));
      Latch.await (Latch.create 0);
      let l = Latch.create 1 in
      Latch.incr l;
      let waits = start (fun () -> Latch.await l) in
      Latch.decr l;
      settle ();
      that "not yet" (Computation.is_running waits);
      Latch.decr l;
      Computation.await waits;
      fails "down" is_invalid (fun () -> Latch.decr l);
      fails "up" is_invalid (fun () -> Latch.incr l));
  test "barrier: all or nobody, again and again" (fun () ->
      fails "nobody" is_invalid (fun () -> Barrier.create 0);
      let b = Barrier.create 3 and rounds = Array.make 3 0 in
      let come i () =
        for _ = 1 to 5 do
          Barrier.await b;
          rounds.(i) <- rounds.(i) + 1
        done
      in
      let fibers = List.init 2 (fun i -> start (come i)) in
      settle ();
      that "waiting for the third" (rounds = [| 0; 0; 0 |]);
      List.iter Computation.await (start (come 2) :: fibers);
      that "rounds" (rounds = [| 5; 5; 5 |] && Barrier.parties b = 3));
  test "barrier: cancelation poisons it" (fun () ->
      let b = Barrier.create 3 in
      let one = start (fun () -> Barrier.await b) and two = start (fun () -> Barrier.await b) in
      settle ();
      cancel one;
      raises "the other" Barrier.Poisoned (fun () -> Computation.await two);
      raises "who comes" Barrier.Poisoned (fun () -> Barrier.await b))

let values () =
  test "ivar: assigned or poisoned once" (fun () ->
      let v = Ivar.create () in
      let reader = start (fun () -> Ivar.read v) in
      settle ();
      that "empty" (Ivar.peek_opt v = None);
      that "once" (Ivar.try_fill v 1 && (not (Ivar.try_fill v 2)) && not (Ivar.try_poison v Exit));
      that "read" (Computation.await reader = 1 && Ivar.peek_opt v = Some 1);
      let v : int Ivar.t = Ivar.create () in
      Ivar.poison v Exit;
      raises "read" Exit (fun () -> Ivar.read v);
      raises "peek" Exit (fun () -> Ivar.peek_opt v);
      that "of_value" (Ivar.read (Ivar.of_value 3) = 3));
  test "stream: each cursor sees all from its place on" (fun () ->
      let s = Stream.create () in
      let early = Stream.tap s in
      let rec take n cursor =
        if n = 0 then []
        else
          let value, next = Stream.read cursor in
          value :: take (n - 1) next
      in
      let reader = start (fun () -> take 3 early) in
      settle ();
      Stream.push s 1;
      let late = Stream.tap s in
      Stream.push s 2;
      Stream.push s 3;
      that "all" (Computation.await reader = [ 1; 2; 3 ] && take 2 late = [ 2; 3 ]);
      Stream.poison s Exit;
      Stream.poison s Stop;
      raises "push" Exit (fun () -> Stream.push s 4);
      raises "beyond" Exit (fun () -> take 4 early);
      that "what was there stays" (take 3 early = [ 1; 2; 3 ]));
  test "lazy: one computes, the others wait" (fun () ->
      let nr_computed = ref 0 in
      let value =
        Lazy.from_fun (fun () ->
            incr nr_computed;
            settle ();
            7)
      in
      let fibers = List.init 3 (fun _ -> start (fun () -> Lazy.force value)) in
      that "all" (List.map Computation.await fibers = [ 7; 7; 7 ] && !nr_computed = 1);
      that "mapped" (Lazy.force (Lazy.map_val succ (Lazy.map succ value)) = 9);
      let rec knot = lazy (Lazy.from_fun (fun () -> Lazy.force (Stdlib.Lazy.force knot) + 1)) in
      raises "itself" Lazy.Undefined (fun () -> Lazy.force (Stdlib.Lazy.force knot));
      let failing = Lazy.from_fun (fun () -> incr nr_computed; raise Exit) in
      raises "first" Exit (fun () -> Lazy.force failing);
      raises "again" Exit (fun () -> Lazy.force failing);
      that "computed once" (!nr_computed = 2 && not (Lazy.is_val failing)));
  test "lazy: a canceled fiber does not begin" (fun () ->
      let value = Lazy.from_fun (fun () -> 7) in
      let c = start (fun () -> Lazy.force value) in
      cancel c;
      that "not begun" (not (Lazy.is_val value));
      that "by another" (Lazy.force value = 7))

let words value = Obj.reachable_words (Obj.repr value)

let events () =
  let open Event in
  test "event: the first to happen, the earlier if several" (fun () ->
      let a = Computation.create () and b = Computation.create () in
      let pair = [ from_computation a; wrap (from_computation b) succ ] in
      let size = words (a, b) in
      let c = start (fun () -> select pair) in
      settle ();
      Computation.return b 1;
      that "b" (Computation.await c = 2);
      Computation.return a 5;
      that "both have happened" (select pair = 5);
      that "nothing stayed behind" (words (a, b) <= size);
      that "always" (sync (map succ (always 1)) = 2));
  test "event: a canceled computation raises, a canceled fiber withdraws" (fun () ->
      let a : unit Computation.t = Computation.create () in
      let size = words a in
      let c = start (fun () -> sync (choose [ from_computation a; choose [] ])) in
      settle ();
      that "waits" (Computation.is_running c && words a > size);
      cancel c;
      raises "its cancelation" Stop (fun () -> Computation.await c);
      that "nothing stayed behind" (words a = size);
      Computation.cancel a Exit bt;
      raises "the computation's" Exit (fun () -> sync (from_computation a)));
  test "event: guards are asked each time; one that raises withdraws the rest" (fun () ->
      let nr_asked = ref 0 in
      let guarded = guard (fun () -> incr nr_asked; always !nr_asked) in
      that "asked" (sync guarded = 1 && sync guarded = 2);
      let a : int Computation.t = Computation.create () in
      let size = words a in
      raises "guard" Exit (fun () -> select [ from_computation a; guard (fun () -> raise Exit) ]);
      that "nothing stayed behind" (words a = size));
  test "event: latches, variables and streams" (fun () ->
      let latch = Latch.create 1 and ivar = Ivar.create () and stream = Stream.create () in
      let any () =
        select
          [
            map (fun () -> "latch") (Latch.await_evt latch);
            Ivar.read_evt ivar;
            map fst (Stream.read_evt (Stream.tap stream));
          ]
      in
      let c = start any in
      settle ();
      Stream.push stream "stream";
      that "stream" (Computation.await c = "stream");
      Ivar.fill ivar "ivar";
      that "ivar" (any () = "ivar");
      Latch.decr latch;
      that "latch" (any () = "latch"))

let () =
  semaphores ();
  mutexes ();
  locks ();
  rwlocks ();
  meetings ();
  values ();
  events ();
  Check.finish ()
