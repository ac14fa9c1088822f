open Picos
open Sync
open Structured

exception Stop

let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format
let both first second = match first with Ok () -> second () | Error _ -> first
let bt = Printexc.get_callstack 0

(* Crashes here are on purpose. *)
let quietly f () =
  let before = !Sched.on_crash in
  Sched.on_crash := ignore;
  Fun.protect ~finally:(fun () -> Sched.on_crash := before) f

(* A fiber of the local scheduler, which goes to any core. *)
let start f = Sched.spawn ~kind:Local ~name:"picos test" f
let nr_fibers = 12
let nr_rounds = 200

(* ---- many fibers, some of them canceled ---- *)

let add_under ~acquire ~release count () =
  let added = ref 0 in
  (try
     for _ = 1 to nr_rounds do
       acquire ();
       let before = !count in
       if before land 15 = 0 then Control.protect Fiber.yield;
       count := before + 1;
       release ();
       incr added
     done
   with Stop -> ());
  !added

(* Each second fiber is canceled on its way. It returns what it added, for nothing raises after it
   was canceled. *)
let exclusive name ~acquire ~release ~is_free () =
  let count = ref 0 and sum = Atomic.make 0 in
  let ended = Latch.create nr_fibers in
  let fiber _ =
    start (fun () ->
        let added = add_under ~acquire ~release count () in
        ignore (Atomic.fetch_and_add sum added : int);
        Latch.decr ended)
  in
  let fibers = List.init nr_fibers fiber in
  Fiber.yield ();
  List.iteri (fun i c -> if i land 1 = 0 then Computation.cancel c Stop bt) fibers;
  Latch.await ended;
  both
    (check (!count = Atomic.get sum) "%s: %d counted, %d added" name !count (Atomic.get sum))
    (fun () -> check (is_free ()) "%s: held when all have ended" name)

let locks () =
  let m = Mutex.create () and l = Lock.create () and s = Sem.create 1 and rw = Rwlock.create () in
  List.fold_left both (Ok ())
    [
      exclusive "mutex"
        ~acquire:(fun () -> Mutex.lock m)
        ~release:(fun () -> Mutex.unlock m)
        ~is_free:(fun () -> Mutex.try_lock m);
      exclusive "lock"
        ~acquire:(fun () -> Lock.acquire l)
        ~release:(fun () -> Lock.release l)
        ~is_free:(fun () -> Lock.try_acquire l);
      exclusive "semaphore"
        ~acquire:(fun () -> Sem.acquire s)
        ~release:(fun () -> Sem.release s)
        ~is_free:(fun () -> Sem.try_acquire s);
      exclusive "rwlock"
        ~acquire:(fun () -> Rwlock.acquire rw)
        ~release:(fun () -> Rwlock.release rw)
        ~is_free:(fun () -> Rwlock.try_acquire rw);
    ]

let barrier () =
  let b = Barrier.create nr_fibers and arrived = Atomic.make 0 in
  let round _ =
    Atomic.incr arrived;
    Barrier.await b;
    let in_step = Atomic.get arrived mod nr_fibers = 0 in
    Barrier.await b;
    in_step
  in
  let fiber _ = start (fun () -> List.for_all round (List.init 50 Fun.id)) in
  let in_step = List.map Computation.await (List.init nr_fibers fiber) in
  check (List.for_all Fun.id in_step) "some went on before all had come"

(* ---- bundles ---- *)

let bundle () =
  let ended = Atomic.make 0 in
  let blocked () = Fun.protect ~finally:(fun () -> Atomic.incr ended) Control.block in
  let main () =
    Bundle.join_after (fun bundle ->
        for _ = 1 to nr_fibers do
          Bundle.fork bundle blocked
        done;
        Bundle.fork bundle (fun () ->
            Control.sleep ~seconds:0.005;
            raise Stop))
  in
  match Computation.await (start main) with
  | () -> Error "a failing fiber's bundle did not raise"
  | exception Stop ->
      check (Atomic.get ended = nr_fibers) "%d of %d had ended" (Atomic.get ended) nr_fibers

let limit () =
  let before = Sched.Time.now_ns () in
  match Control.terminate_after ~seconds:0.01 Control.block with
  | () -> Error "blocking returned"
  | exception Control.Terminate ->
      let ns = Sched.Time.now_ns () - before in
      both
        (check (ns >= 10_000_000) "ended after %d ns" ns)
        (fun () -> check (Run.first_or_terminate [ (fun () -> 7); Control.block ] = 7) "not 7")

(* ---- hogs: whatever function they are in, what others share stays whole ---- *)

let with_short_patience f =
  Sched.watch_every ~ns:15_000_000;
  Fun.protect ~finally:(fun () -> Sched.watch_every ~ns:1_000_000_000) f

let rec for_ever n = if Sys.opaque_identity n >= 0 then for_ever (n + 1)
let hog () = for_ever 0

let ends_as_hog what body =
  match Computation.await (start body) with
  | () -> Error (what ^ ": an endless loop ended by itself")
  | exception Sched.Hog -> Ok ()

let hogs () =
  with_short_patience (fun () ->
      let m = Mutex.create () and l = Lock.create () and rw = Rwlock.create () in
      let value = Sync.Lazy.from_fun hog in
      let in_bundle () =
        Bundle.join_after (fun bundle ->
            Bundle.fork bundle Control.block;
            Bundle.fork bundle hog)
      in
      List.fold_left both (Ok ())
        [
          (fun () -> ends_as_hog "mutex" (fun () -> Mutex.protect m hog));
          (fun () -> check (Mutex.try_lock m) "the mutex is held");
          (fun () -> ends_as_hog "lock" (fun () -> Lock.holding l hog));
          (fun () -> check (Lock.is_poisoned l) "the lock is not poisoned");
          (fun () -> ends_as_hog "rwlock" (fun () -> Rwlock.sharing rw hog));
          (fun () -> check (Rwlock.try_acquire rw) "the shared hold is left");
          (fun () -> ends_as_hog "bundle" in_bundle);
          (fun () -> ends_as_hog "lazy" (fun () -> Sync.Lazy.force value));
          (fun () -> ends_as_hog "lazy, again" (fun () -> Sync.Lazy.force value));
        ])

(* The hog spends its time in what it uses, so the exception comes due in the middle of it. *)
let uses_for_ever what use ~is_free () =
  let rec again () =
    use ();
    again ()
  in
  let once acc _ =
    both acc (fun () ->
        both (ends_as_hog what again) (fun () -> check (is_free ()) "%s: was torn" what))
  in
  List.fold_left once (Ok ()) (List.init 10 Fun.id)

let torn () =
  with_short_patience (fun () ->
      let m = Mutex.create () and l = Lock.create () and rw = Rwlock.create () in
      let free try_acquire release () =
        try_acquire ()
        && begin
             release ();
             true
           end
      in
      List.fold_left both (Ok ())
        [
          uses_for_ever "mutex"
            (fun () -> Mutex.protect m ignore)
            ~is_free:(free (fun () -> Mutex.try_lock m) (fun () -> Mutex.unlock m));
          uses_for_ever "lock"
            (fun () -> Lock.protect l ignore)
            ~is_free:(free (fun () -> Lock.try_acquire l) (fun () -> Lock.release l));
          uses_for_ever "rwlock"
            (fun () -> Rwlock.sharing rw ignore)
            ~is_free:(free (fun () -> Rwlock.try_acquire rw) (fun () -> Rwlock.release rw));
          uses_for_ever "bundle"
            (fun () -> Bundle.join_after ignore)
            ~is_free:(fun () -> true);
        ])

let all =
  [
    test "sync-locks" "locks are exclusive on all cores, also when fibers are canceled" locks;
    test "sync-barrier" "fibers on all cores go in step" barrier;
    test "bundle" "a failing fiber ends the others of its bundle" (quietly bundle);
    test "time-limit" "a time limit ends what takes longer" limit;
    test "hog-locks" "a hog leaves no lock behind" (quietly hogs);
    test "hog-torn" "a hog is not torn out of the middle of an update" (quietly torn);
  ]
