let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format

let write_xor_execute () =
  let pages = Hal.Probe.writable_code () in
  check (pages = 0) "%d pages are writable and executable" pages

let guards () =
  let mapped = Hal.Probe.mapped_guards () in
  check (mapped = []) "no guard page below %s" (String.concat ", " mapped)

let fix_up () =
  check (Hal.Probe.page_fault_survives ()) "a read that may fault did not come back false"

let memory_returns () =
  let sizes = [ 4096; 65536; 2 * 1024 * 1024; (5 * 1024 * 1024) + 4096 ] in
  let bad = List.filter (fun bytes -> not (Hal.Probe.frames_round_trip ~bytes)) sizes in
  check (bad = []) "frames were lost, or memory was not zero, for %s bytes"
    (String.concat ", " (List.map string_of_int bad))

(* All cores read the clock in turn: it never goes back from one to the next. *)
let clock_is_one () =
  let latest = Atomic.make 0 and backwards = Atomic.make 0 in
  let rec raise_to now =
    let seen = Atomic.get latest in
    if now > seen && not (Atomic.compare_and_set latest seen now) then raise_to now
  in
  let read _ =
    for _ = 1 to 2000 do
      let before = Atomic.get latest in
      let now = Hal.Machine.uptime_ns () in
      if now < before then Atomic.incr backwards;
      raise_to now
    done
  in
  ignore (Sched.everywhere read : unit list);
  let n = Atomic.get backwards in
  check (n = 0) "the clock went back %d times between cores" n

let sleeps () =
  let start = Hal.Machine.uptime_ns () in
  Hal.Probe.block_core ~ns:20_000_000;
  let slept = Hal.Machine.uptime_ns () - start in
  check (slept >= 20_000_000) "a sleep of 20 ms took %d ns" slept

let wall_clock () =
  let now = Hal.Machine.wall_ns () / 1_000_000_000 in
  check (now > 1_600_000_000) "the wall clock says %d s after 1970" now

let all =
  [
    test "write-xor-execute" "no page of the kernel is writable and executable" write_xor_execute;
    test "guard-pages" "below each stack there is a page that nothing may touch" guards;
    test "fix-up" "a fault that was expected resumes at its fix-up" fix_up;
    test "memory-returns" "mapped memory is zero, and goes back to the last frame" memory_returns;
    test "one-clock" "the clock of no core is behind another's" clock_is_one;
    test "sleep" "a sleep lasts at least as long as asked" sleeps;
    test "wall-clock" "the time of day is the machine's" wall_clock;
  ]
