let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format

let pinned () =
  check
    (Sched.everywhere (fun _ -> Hal.Machine.this_core ()) = List.init (Sched.cores ()) Fun.id)
    "a domain is not on its own core"

(* ---- rule 1: an interrupt never touches what it interrupts ---- *)

let rounds = 60

(* A thousand interrupts a second on every core, each of which makes the thread leave the core. *)
let under_ticks () =
  let work core =
    Hal.Probe.tick ~hz:1000;
    let sum = Workload.run ~seed:(core + 1) ~rounds in
    let digest = Workload.digest ~seed:core in
    (Hal.Probe.stop_ticks (), sum, digest)
  in
  let quiet =
    List.init (Sched.cores ()) (fun core -> Picos.Fiber.yield ();
      (Workload.run ~seed:(core + 1) ~rounds, Workload.digest ~seed:core))
  in
  let loud = Sched.everywhere work in
  let wrong =
    List.filter (fun ((sum, digest), (_, sum', digest')) -> sum <> sum' || digest <> digest')
      (List.combine quiet loud)
  in
  let ticks = List.fold_left (fun n (t, _, _) -> n + t) 0 loud in
  match wrong with
  | [] -> check (ticks > 0) "not one interrupt came"
  | _ ->
      Error (Printf.sprintf "%d cores computed something else under %d interrupts"
        (List.length wrong) ticks)

(* ---- rules 4 and 5: idle cores ---- *)

(* Lets the last test's domains come to rest. *)
let settle () = Hal.Probe.block_core ~ns:50_000_000

let snapshot () = Hal.Machine.cores ()

(* Idle cores join each collection by a few interrupts of other cores (one for each wake-up in it:
   the debug runtime has more), and by no timer: nothing waits for a time slice. *)
let idle_cores_join () =
  settle ();
  let collections = 50 in
  let before = snapshot () in
  for _ = 1 to collections do
    Gc.minor ();
    Picos.Fiber.yield ()
  done;
  let after = snapshot () in
  let others =
    List.tl (Array.to_list (Array.map2
      (fun (a : Hal.Machine.core) (b : Hal.Machine.core) -> (b.ipis - a.ipis, b.timer - a.timer))
        before after))
  in
  let ipis = List.fold_left (fun n (i, _) -> max n i) 0 others in
  let timers = List.fold_left (fun n (_, t) -> n + t) 0 others in
  if timers > 0 then Error (Printf.sprintf "idle cores took %d timer interrupts" timers)
  else
    check (ipis <= 10 * collections) "an idle core took %d interrupts for %d collections" ipis
      collections

(* With nothing to do, nothing happens: no switch, no interrupt, on any core but this one. What an
   earlier test left may still come to rest the first time. *)
let rec idle_is_idle tries =
  settle ();
  let before = snapshot () in
  Hal.Probe.block_core ~ns:100_000_000;
  let after = snapshot () in
  let busy = ref [] in
  Array.iteri
    (fun i (a : Hal.Machine.core) ->
      let b = after.(i) in
      if i > 0 && (b.switches <> a.switches || b.timer <> a.timer || b.ipis <> a.ipis) then
        busy := i :: !busy)
    before;
  if !busy <> [] && tries > 1 then idle_is_idle (tries - 1)
  else check (!busy = []) "cores %s did something while there was nothing to do"
    (String.concat ", " (List.map string_of_int !busy))

(* ---- memory ---- *)

let stack_overflow () =
  let rec deep n = 1 + deep (n + 1) in
  match deep 0 with
  | _ -> Error "infinite recursion ended"
  | exception Stack_overflow -> Ok ()

let huge_allocation () =
  match Bytes.create (1 lsl 45) with
  | _ -> Error "32 TiB were allocated"
  | exception Out_of_memory -> Ok ()

let lives_on () =
  let lists = Sched.everywhere (fun core -> List.init 100_000 (fun i -> i * core)) in
  let sums = List.map (List.fold_left ( + ) 0) lists in
  check (sums = List.init (Sched.cores ()) (fun core -> core * 4_999_950_000)) "sums differ"

let compacts () =
  Gc.compact ();
  let before = (Hal.Machine.memory ()).free in
  let keep = ref (List.init 1_000_000 Fun.id) in
  let used = before - (Hal.Machine.memory ()).free in
  Picos.Fiber.yield ();
  keep := [];
  Gc.compact ();
  let lost = before - (Hal.Machine.memory ()).free in
  check (used > 8_000_000 && lost < used / 10) "of %d bytes used %d did not come back" used lost

let all =
  [
    test "cores-pinned" "the n-th domain runs on core n" pinned;
    test "under-ticks" "1 kHz interrupts on every core change no result" under_ticks;
    test "idle-cores-join" "an idle core joins a collection by an interrupt, not a time slice"
      idle_cores_join;
    test "idle-is-idle" "a core with nothing to do executes nothing" (fun () -> idle_is_idle 3);
    test "stack-overflow" "endless recursion raises Stack_overflow" stack_overflow;
    test "huge-allocation" "more than there is raises Out_of_memory" huge_allocation;
    test "lives-on" "after these, all cores still allocate and collect" lives_on;
    test "compaction" "memory that OCaml frees goes back to the nucleus" compacts;
  ]
