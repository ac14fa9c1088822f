(* Many fibers on several domains at once, many of them canceled at random moments. What must hold
   in the end holds in any order. *)
open Picos
open Sync
open Structured

exception Stop

let bt = Printexc.get_callstack 0
let that = Check.that
let seed = Seed.get ()
let nr_domains = 3
let nr_fibers = 16
let nr_rounds = 5000

let test name run =
  Check.test name (fun () -> Pool_scheduler.run ~seed ~domains:nr_domains run)

let each_fiber body =
  Bundle.join_after (fun bundle ->
      for i = 0 to nr_fibers - 1 do
        Bundle.fork bundle (fun () -> body i (Random.State.make [| seed; i |]))
      done)

(* Runs attempts on behalf of computations of their own, which anybody may cancel by the number. *)
type victims = unit Computation.t Atomic.t array

let victims () : victims = Array.init nr_fibers (fun _ -> Atomic.make Computation.finished)

let cancel_any random (victims : victims) =
  Computation.cancel (Atomic.get victims.(Random.State.int random nr_fibers)) Stop bt

let attempt (victims : victims) i body =
  let fiber = Fiber.current () and c = Computation.create () in
  let before = Fiber.get_computation fiber in
  Atomic.set victims.(i) c;
  Fiber.set_computation fiber (Packed c);
  let passed = match body () with () -> true | exception Stop -> false in
  Fiber.set_computation fiber before;
  passed

let maybe_yield random = if Random.State.int random 4 = 0 then Control.protect Fiber.yield

(* Sum of what passed is what was added under the lock. *)
let exclusive name ~acquire ~release ~is_free =
  test (name ^ ": exclusive, and free in the end") (fun () ->
      let victims = victims () and count = ref 0 and passed = Atomic.make 0 in
      each_fiber (fun i random ->
          for _ = 1 to nr_rounds do
            let add () =
              acquire ();
              let before = !count in
              maybe_yield random;
              count := before + 1;
              release ()
            in
            if attempt victims i add then Atomic.incr passed;
            if Random.State.int random 3 = 0 then cancel_any random victims
          done);
      Printf.printf "# %d of %d passed\n%!" !count (nr_fibers * nr_rounds);
      that "each once" (!count = Atomic.get passed && !count > 0);
      that "free" (is_free ()))

let locks () =
  let m = Mutex.create () in
  exclusive "mutex"
    ~acquire:(fun () -> Mutex.lock m)
    ~release:(fun () -> Mutex.unlock m)
    ~is_free:(fun () -> Mutex.try_lock m);
  let l = Lock.create ~padded:true () in
  exclusive "lock"
    ~acquire:(fun () -> Lock.acquire l)
    ~release:(fun () -> Lock.release l)
    ~is_free:(fun () -> Lock.try_acquire l);
  let l = Rwlock.create () in
  exclusive "rwlock"
    ~acquire:(fun () -> Rwlock.acquire l)
    ~release:(fun () -> Rwlock.release l)
    ~is_free:(fun () -> Rwlock.try_acquire l);
  let s = Semaphore.Binary.make true in
  exclusive "semaphore"
    ~acquire:(fun () -> Semaphore.Binary.acquire s)
    ~release:(fun () -> Semaphore.Binary.release s)
    ~is_free:(fun () -> Semaphore.Binary.try_acquire s)

let counting () =
  test "semaphore: never more than there are, none lost" (fun () ->
      let nr_permits = 3 in
      let s = Sem.create nr_permits and inside = Atomic.make 0 and victims = victims () in
      each_fiber (fun i random ->
          for _ = 1 to nr_rounds do
            let use () =
              Sem.acquire s;
              let before = Atomic.fetch_and_add inside 1 in
              maybe_yield random;
              Atomic.decr inside;
              Sem.release s;
              that "not too many" (before < nr_permits)
            in
            ignore (attempt victims i use : bool);
            if Random.State.int random 3 = 0 then cancel_any random victims
          done);
      that "all there" (Sem.get_value s = nr_permits));
  test "rwlock: readers see whole writes" (fun () ->
      let l = Rwlock.create () and a = ref 0 and b = ref 0 and victims = victims () in
      each_fiber (fun i random ->
          for _ = 1 to nr_rounds do
            let write () =
              Rwlock.protect l (fun () ->
                  incr a;
                  maybe_yield random;
                  incr b)
            and read () = Rwlock.sharing l (fun () -> that "whole" (!a = !b)) in
            ignore (attempt victims i (if Random.State.int random 4 = 0 then write else read));
            if Random.State.int random 5 = 0 then cancel_any random victims
          done);
      that "free" (Rwlock.try_acquire l))

(* Numbers through a bounded queue under a mutex and two conditions; consumers are canceled, and
   none of the numbers is lost. *)
let queue () =
  test "condition: a bounded queue loses nothing" (fun () ->
      let m = Mutex.create () and queue = Queue.create () and victims = victims () in
      let not_full = Condition.create () and not_empty = Condition.create () in
      let sum = Atomic.make 0 and nr_left = Atomic.make (nr_fibers / 2 * nr_rounds) in
      let put n =
        Mutex.protect m (fun () ->
            while Queue.length queue >= 4 do
              Condition.wait not_full m
            done;
            Queue.push n queue);
        Condition.signal not_empty
      and take () =
        let n =
          Mutex.protect m (fun () ->
              while Queue.is_empty queue && Atomic.get nr_left > 0 do
                Condition.wait not_empty m
              done;
              Queue.take_opt queue)
        in
        Condition.signal not_full;
        Option.iter
          (fun n ->
            ignore (Atomic.fetch_and_add sum n);
            if Atomic.fetch_and_add nr_left (-1) = 1 then
              (* Not to be canceled: the others wait for this one. *)
              Control.protect (fun () ->
                  Mutex.protect m (fun () -> Condition.broadcast not_empty)))
          n
      in
      each_fiber (fun i random ->
          if i land 1 = 0 then
            for n = 1 to nr_rounds do
              put n;
              if Random.State.int random 2 = 0 then cancel_any random victims
            done
          else
            while Atomic.get nr_left > 0 do
              ignore (attempt victims i take : bool)
            done);
      let expected = nr_fibers / 2 * (nr_rounds * (nr_rounds + 1) / 2) in
      that "the sum" (Atomic.get sum = expected && Queue.is_empty queue))

let meetings () =
  test "barrier: rounds in step" (fun () ->
      let b = Barrier.create nr_fibers and arrived = Atomic.make 0 in
      each_fiber (fun _ _ ->
          for round = 1 to nr_rounds do
            Atomic.incr arrived;
            Barrier.await b;
            let seen = Atomic.get arrived in
            that "all have come" (seen >= round * nr_fibers && seen < (round + 1) * nr_fibers);
            Barrier.await b
          done));
  test "stream: all readers see the same, with what each pushed in order" (fun () ->
      let s = Stream.create () in
      let rec read n cursor values =
        if n = 0 then List.rev values
        else
          let value, next = Stream.read cursor in
          read (n - 1) next (value :: values)
      in
      let start = Stream.tap s and seen = Array.make nr_fibers [] in
      each_fiber (fun i _ ->
          if i land 1 = 0 then
            for n = 1 to nr_rounds do
              Stream.push s (i, n)
            done
          else seen.(i) <- read (nr_fibers / 2 * nr_rounds) start []);
      Array.iteri (fun i values -> if i land 1 = 1 then that "same" (values = seen.(1))) seen;
      let pushed_by i = List.filter_map (fun (j, n) -> if j = i then Some n else None) seen.(1) in
      that "in order" (pushed_by 0 = List.init nr_rounds succ));
  test "lazy: computed once" (fun () ->
      for _ = 1 to nr_rounds do
        let nr_computed = Atomic.make 0 in
        let value =
          Sync.Lazy.from_fun (fun () ->
              Fiber.yield ();
              Atomic.fetch_and_add nr_computed 1)
        in
        each_fiber (fun _ _ -> that "its value" (Sync.Lazy.force value = 0))
      done)

let computations () =
  test "tx: money moves, none is made" (fun () ->
      (* An account is a computation that returns its balance and the next one. *)
      let open Computation in
      let accounts = Array.init 4 (fun _ -> Atomic.make (create ())) in
      let balances = Array.map (fun _ -> Atomic.make 100) accounts in
      let transfer random =
        let from = Random.State.int random 4 and into = Random.State.int random 4 in
        let c_from = Atomic.get accounts.(from) and c_into = Atomic.get accounts.(into) in
        let tx = Tx.create () in
        if from <> into && Tx.(try_return tx c_from () && try_return tx c_into () && try_commit tx)
        then begin
          Atomic.decr balances.(from);
          Atomic.incr balances.(into);
          Atomic.set accounts.(from) (create ());
          Atomic.set accounts.(into) (create ())
        end
      in
      each_fiber (fun _ random ->
          for _ = 1 to nr_rounds do
            transfer random
          done);
      let total = Array.fold_left (fun sum b -> sum + Atomic.get b) 0 balances in
      that "total" (total = 400);
      that "open" (Array.for_all (fun a -> is_running (Atomic.get a)) accounts));
  test "event: the first of several, and nothing stays attached" (fun () ->
      for _ = 1 to nr_rounds do
        let sources = Array.init 4 (fun _ -> Computation.create ()) in
        let events = Array.to_list (Array.map Event.from_computation sources) in
        let victims = victims () in
        each_fiber (fun i random ->
            if i < 4 then Computation.return sources.(i) i
            else begin
              if i = 4 then cancel_any random victims;
              let got = ref (-1) in
              let passed = attempt victims i (fun () -> got := Event.select events) in
              that "one of them" ((!got >= 0 && !got < 4) = passed)
            end)
      done)

(* A tree of bundles, in which fibers end, fail, terminate and are canceled. *)
let rec tree random live depth =
  Atomic.incr live;
  Fun.protect
    ~finally:(fun () -> Atomic.decr live)
    (fun () ->
      if depth > 0 then
        Bundle.join_after (fun bundle ->
            for _ = 1 to 3 do
              let random = Random.State.split random in
              Bundle.fork bundle (fun () -> tree random live (depth - 1));
              match Random.State.int random 30 with
              | 0 -> raise Stop
              | 1 -> Bundle.terminate bundle
              | 2 -> Control.yield ()
              | 3 -> ignore (Bundle.fork_as_promise bundle Control.block |> Promise.try_terminate)
              | _ -> ()
            done))

let bundles () =
  test "bundle: whatever happens, nobody is left" (fun () ->
      let random = Random.State.make [| seed |] in
      for _ = 1 to 200 do
        let live = Atomic.make 0 in
        (try tree (Random.State.split random) live 4
         with Stop | Control.Terminate | Control.Errors _ -> ());
        that "nobody" (Atomic.get live = 0)
      done)

let () =
  locks ();
  counting ();
  queue ();
  meetings ();
  computations ();
  bundles ();
  Check.finish ()
