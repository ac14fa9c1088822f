open Picos
module Queue_of_messages = Stdlib.Queue

let ms = 1_000_000

(* ---- random numbers: a generator for each fiber, from the seed ---- *)

let generator seed name index = Random.State.make [| seed; Hashtbl.hash name; index |]
let between random low high = low + Random.State.int random (high - low + 1)

(* ---- what the fibers have in common ---- *)

type counts = {
  messages : int Atomic.t;
  spawned : int Atomic.t;
  canceled : int Atomic.t;
  sleeps : int Atomic.t;
  timeouts : int Atomic.t;
  computed : int Atomic.t;
  collections : int Atomic.t;
  files : int Atomic.t;
}

let new_counts () =
  {
    messages = Atomic.make 0;
    spawned = Atomic.make 0;
    canceled = Atomic.make 0;
    sleeps = Atomic.make 0;
    timeouts = Atomic.make 0;
    computed = Atomic.make 0;
    collections = Atomic.make 0;
    files = Atomic.make 0;
  }

exception Corrupted of string

let corrupted format = Printf.ksprintf (fun what -> raise (Corrupted what)) format
let on_time until = Sched.Time.now_ns () < until

(* ---- messages from core to core, through a bounded queue ---- *)

module Channel = struct
  type 'a t = {
    mutex : Sync.Mutex.t;
    changed : Sync.Condition.t;
    items : 'a Queue_of_messages.t;
    room : int;
  }

  let create room =
    let mutex = Sync.Mutex.create () and changed = Sync.Condition.create () in
    { mutex; changed; items = Queue_of_messages.create (); room }

  let rec when_ t condition =
    if not (condition ()) then begin
      Sync.Condition.wait t.changed t.mutex;
      when_ t condition
    end

  let put t item =
    Sync.Mutex.protect t.mutex (fun () ->
        when_ t (fun () -> Queue_of_messages.length t.items < t.room);
        Queue_of_messages.push item t.items;
        Sync.Condition.broadcast t.changed)

  let take t =
    Sync.Mutex.protect t.mutex (fun () ->
        when_ t (fun () -> not (Queue_of_messages.is_empty t.items));
        Sync.Condition.broadcast t.changed;
        Queue_of_messages.pop t.items)
end

type message = Data of { number : int; bytes : bytes; sum : string } | Last of int

let sender random channel ~until () =
  let rec send number =
    if on_time until then begin
      let bytes =
        Bytes.init (between random 0 300) (fun i -> Char.unsafe_chr ((number + i) land 255))
      in
      Channel.put channel (Data { number; bytes; sum = Digest.bytes bytes });
      if number mod 16 = 0 then Sched.Time.sleep (between random 0 ms);
      send (number + 1)
    end
    else Channel.put channel (Last number)
  in
  send 0

let receiver counts channel () =
  let rec receive expected =
    match Channel.take channel with
    | Last number -> if number <> expected then corrupted "%d messages came of %d" expected number
    | Data { number; bytes; sum } ->
        if number <> expected then corrupted "message %d came in place of %d" number expected;
        if Digest.bytes bytes <> sum then corrupted "message %d has another checksum" number;
        Atomic.incr counts.messages;
        receive (expected + 1)
  in
  receive 0

(* ---- children: some compute, some sleep, some are canceled ---- *)

let seeds = 4
let wanted = Array.make seeds 0

let prepare () =
  for seed = 0 to seeds - 1 do
    Fiber.yield ();
    wanted.(seed) <- Workload.run ~seed ~rounds:1
  done

let compute counts random () =
  let seed = Random.State.int random seeds in
  if Workload.run ~seed ~rounds:1 <> wanted.(seed) then
    corrupted "a computation has another result";
  Atomic.incr counts.computed

let sleep counts random () =
  Sched.Time.sleep (between random 0 (3 * ms));
  Atomic.incr counts.sleeps

let time_out counts random () =
  let never = Trigger.create () in
  match Sched.Time.within ~ns:(between random 0 (2 * ms)) (fun () -> Trigger.await never) with
  | Error `Time_is_up -> Atomic.incr counts.timeouts
  | Ok (Some (e, backtrace)) when e = Sched.Time.Time_is_up ->
      ignore backtrace;
      Atomic.incr counts.timeouts
  | Ok _ -> corrupted "a trigger that nobody has was signaled"

let wait_for_ever () = ignore (Trigger.await (Trigger.create ()) : _ option)

exception Enough

let cancel counts random () =
  let c = Sched.spawn ~name:"to be canceled" (fun () -> wait_for_ever ()) in
  Sched.Time.sleep (between random 0 ms);
  Computation.cancel c Enough (Printexc.get_callstack 0);
  (match Computation.await c with () -> () | exception Enough -> ());
  Atomic.incr counts.canceled

let use_files counts files random () =
  match Soak_files.step files random with
  | Ok () -> Atomic.incr counts.files
  | Error what -> corrupted "files: %s" what

let child counts files random =
  match Random.State.int random 9 with
  | 0 -> compute counts random
  | 8 -> use_files counts files random
  | 1 | 2 -> time_out counts random
  | 3 | 4 -> cancel counts random
  | _ -> sleep counts random

let spawner random counts files ~until () =
  while on_time until do
    let start _ = Sched.spawn ~kind:Local ~name:"child" (child counts files random) in
    let children = List.init (between random 1 20) start in
    List.iter Computation.await children;
    ignore (Atomic.fetch_and_add counts.spawned (List.length children) : int)
  done

(* ---- collections ---- *)

let collector random counts ~until () =
  while on_time until do
    Sched.Time.sleep (between random 50 400 * ms);
    (match Random.State.int random 4 with
    | 0 -> Gc.compact ()
    | 1 -> Gc.full_major ()
    | _ -> Gc.minor ());
    Atomic.incr counts.collections
  done

(* ---- all of it ---- *)

let start_on ~seed counts files ~until core =
  let cores = Sched.cores () in
  let channel = Channel.create 16 in
  let spawn name index f = Sched.spawn ~kind:Local ~core:((core + index) mod cores) ~name f in
  [
    spawn "sender" 0 (sender (generator seed "sender" core) channel ~until);
    spawn "receiver" 1 (receiver counts channel);
    spawn "spawner" 0 (spawner (generator seed "spawner" core) counts files ~until);
  ]

let show_left () =
  List.iter
    (fun (f : Sched.fiber) ->
      Printf.printf "left: fiber %d %s on core %d, %d turns\n%!" f.id f.name f.core f.turns)
    (Sched.fibers ())

let grace_ns = 60_000 * ms

(* One by one, so that an error names what failed first. *)
let wait_for all ~until =
  match Sched.Time.before ~at_ns:(until + grace_ns) (fun () -> List.iter Computation.wait all) with
  | Ok () -> Ok ()
  | Error `Time_is_up ->
      show_left ();
      Error "a fiber did not end: a wake-up was lost"

let first_failure all =
  List.find_map
    (fun c -> Option.map (fun (e, _) -> Printexc.to_string e) (Computation.canceled c))
    all

let period ~seconds ~seed =
  let counts = new_counts () and files = Soak_files.create () in
  let until = Sched.Time.now_ns () + (seconds * 1000 * ms) in
  ignore (Sched.everywhere (fun _ -> Hal.Probe.tick ~hz:1000) : unit list);
  let on_cores =
    List.concat_map (start_on ~seed counts files ~until) (List.init (Sched.cores ()) Fun.id)
  in
  let all =
    Sched.spawn ~name:"collector" (collector (generator seed "collector" 0) counts ~until)
    :: on_cores
  in
  let ended = wait_for all ~until in
  let ticks = List.fold_left ( + ) 0 (Sched.everywhere (fun _ -> Hal.Probe.stop_ticks ())) in
  let n = Atomic.get in
  Printf.printf
    "%d s on %d cores, seed %d: %d ticks, %d messages, %d children, %d canceled, %d timed out, %d slept, %d computed, \
     %d files, %d collections asked for\n\
     %!"
    seconds (Sched.cores ()) seed ticks (n counts.messages) (n counts.spawned) (n counts.canceled)
      (n counts.timeouts)
    (n counts.sleeps) (n counts.computed) (n counts.files) (n counts.collections);
  match (ended, first_failure all) with
  | Error _, _ -> ended
  | Ok (), Some failure -> Error failure
  | Ok (), None when n counts.messages = 0 || ticks = 0 -> Error "nothing happened"
  | Ok (), None -> Soak_files.check_empty files

(* ---- what is left behind ---- *)

type left = { live_words : int; fibers : int; free : int }

let at_rest () =
  Sched.Time.sleep (20 * ms);
  ignore (Sched.everywhere ignore : unit list);
  Sched.Time.sleep (20 * ms);
  Gc.compact ();
  Fiber.yield ();
  {
    live_words = Hal.Heap.live_words ();
    fibers = List.length (Sched.fibers ());
    free = (Hal.Machine.memory ()).free;
  }

let compare_memory before after =
  let total = (Hal.Machine.memory ()).total in
  Printf.printf "live words %d, then %d; fibers %d, then %d; free %d KiB, then %d KiB\n%!"
    before.live_words
    after.live_words before.fibers after.fibers (before.free / 1024) (after.free / 1024);
  if abs (after.live_words - before.live_words) * 100 > before.live_words then
    Error (Printf.sprintf "live words went from %d to %d" before.live_words after.live_words)
  else if after.fibers <> before.fibers then
    Error (Printf.sprintf "%d fibers became %d" before.fibers after.fibers)
  else if (before.free - after.free) * 20 > total - before.free then
    Error (Printf.sprintf "%d KiB of frames did not come back" ((before.free - after.free) / 1024))
  else Ok ()

(* What lives long: it must survive all collections as it is. *)
let ballast seed =
  Array.init 2000 (fun i -> List.init (i mod 60) (fun j -> Printf.sprintf "%d/%d/%d" seed i j))

let checksum ballast = Digest.string (String.concat "" (List.concat (Array.to_list ballast)))

let keep ~seed run =
  let kept = ballast seed in
  let sum = checksum kept in
  Fiber.yield ();
  match run () with
  | Ok () when checksum (Sys.opaque_identity kept) <> sum ->
      Error "what lives long has another checksum"
  | result -> result

let run ~seconds ~seed =
  prepare ();
  keep ~seed @@ fun () ->
  match period ~seconds:1 ~seed:(seed + 1) with
  | Error _ as e -> e
  | Ok () -> (
      let before = at_rest () in
      match period ~seconds ~seed with
      | Error _ as e -> e
      | Ok () -> compare_memory before (at_rest ()))
