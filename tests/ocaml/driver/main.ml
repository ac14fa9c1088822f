(* The driver of the OCaml distribution's testsuite on bare metal and in processes: see ../README.md
   and ocaml.mk.

   driver all|part|ours|list|list-part|excluded SETTINGS... [NAME...]
     what it does with the suite's tests
   driver host|guest|linux SETTINGS... [NAME...]
     tests as processes, here, on our kernel or on Debian's Linux; guest-part: some of them
   driver boot SETTINGS... KERNEL . ENVIRONMENT... -- ARGUMENTS... *)

let out = Mutex.create ()

let say format =
  Printf.ksprintf (fun line -> Mutex.protect out (fun () -> print_endline line)) format

(* Names choose whole directories as well. *)
let fits (t : Suite.test) name =
  let begins_with prefix = String.starts_with ~prefix t.name in
  t.name = name || begins_with (name ^ "/") || begins_with (name ^ "#")

(* ---- tests that are known to fail: lines `NAME ARCHITECTURE CAUSE` ---- *)

let lines path = String.split_on_char '\n' (File.read path)

(* An architecture may also be `all`, `host`, `linux` or `guest`. *)
let expected_failures ?(also = []) (config : Config.t) =
  let folder = match config.flavour with Kernel -> "" | Process -> "/processes" in
  let path = config.here ^ folder ^ "/expected-failures" in
  let arch =
    match config.architecture with
    | X86_64 -> "x86_64"
    | Aarch64 -> "aarch64"
    | Riscv64 -> "riscv64"
  in
  let applies on = List.mem on (arch :: "all" :: also) in
  let of_line line =
    match String.split_on_char ' ' line with
    | name :: on :: cause when name <> "#" && applies on -> Some (name, String.concat " " cause)
    | _ -> None
  in
  if Sys.file_exists path then List.filter_map of_line (lines path) else []

(* ---- tests that need another machine, or take long: lines `DIRECTORY-OR-NAME WORD REASON` ---- *)

let special (config : Config.t) =
  let of_line line =
    match String.split_on_char ' ' line with
    | name :: word :: _ when name <> "#" -> Some (name, word)
    | _ -> None
  in
  List.filter_map of_line (lines (config.here ^ "/special"))

let special_cores config =
  let cores (name, word) = Option.map (fun n -> (name, n)) (int_of_string_opt word) in
  List.filter_map cores (special config)

let is ~word config test =
  List.exists (fun (name, other) -> other = word && fits test name) (special config)

let machine_for (config : Config.t) special (test : Suite.test) =
  match List.find_opt (fun (name, _) -> fits test name) special with
  | Some (_, cores) -> { config with cores = min cores config.cores }
  | None -> config

(* ---- counting ---- *)

type count = { passed : int; failed : int; skipped : int }

let nothing = { passed = 0; failed = 0; skipped = 0 }

let add a b =
  { passed = a.passed + b.passed; failed = a.failed + b.failed; skipped = a.skipped + b.skipped }

let judge expected (test : Suite.test) verdict count =
  match (verdict, List.assoc_opt test.name expected) with
  | Verdict.Passed, None ->
    say "ok %s" test.name;
    { count with passed = count.passed + 1 }
  | Passed, Some _ ->
    say "FAIL %s: passes, but is listed in expected-failures" test.name;
    { count with failed = count.failed + 1 }
  | Failed _, Some cause ->
    say "skip %s: fails as expected: %s" test.name cause;
    { count with skipped = count.skipped + 1 }
  | Skipped why, _ ->
    say "skip %s: does not apply: %s" test.name why;
    { count with skipped = count.skipped + 1 }
  | Failed why, None ->
    say "FAIL %s: %s (log: %s)" test.name why (Verdict.log_of test);
    { count with failed = count.failed + 1 }

(* Several domains take from a queue. [one] counts what it does with one of the things in it. *)
let in_parallel (config : Config.t) things one =
  let queue = Atomic.make things in
  let rec take () =
    match Atomic.get queue with
    | [] -> None
    | first :: rest as all -> if Atomic.compare_and_set queue all rest then Some first else take ()
  in
  let rec work count =
    match take () with
    | None -> count
    | Some thing -> work (one thing count)
  in
  let workers = List.init config.jobs (fun _ -> Domain.spawn (fun () -> work nothing)) in
  List.fold_left add nothing (List.map Domain.join workers)

let run_all (config : Config.t) tests =
  let expected = expected_failures config and special = special_cores config in
  in_parallel config tests (fun test count ->
      judge expected test (Verdict.of_test (machine_for config special test) test) count)

(* So many share a boot. *)
let together = 40

(* The first one's machine is that of all in its group. *)
let rec groups machine number = function
  | [] -> []
  | first :: _ as tests ->
    let config : Config.t = machine first in
    let alike, others = List.partition (fun t -> (machine t).Config.cores = config.cores) tests in
    let group = List.filteri (fun i _ -> i < together) alike in
    let rest = List.filteri (fun i _ -> i >= together) alike @ others in
    (config, number, group) :: groups machine (number + 1) rest

let no_process = Verdict.Skipped "it is not run as a process: see special"

let run_processes (config : Config.t) where tests =
  let also =
    match where with
    | Processes.Host -> [ "host"; "linux" ]
    | Linux -> [ "linux" ]
    | Guest -> [ "guest" ]
  in
  let expected = expected_failures ~also config in
  let judged count (test, verdict) = judge expected test verdict count in
  let machine = machine_for config (special_cores config) in
  let is_left_out test =
    is ~word:"kernel" config test || (config.cores = 1 && is ~word:"cores" config test)
  in
  let left_out, tests = List.partition is_left_out tests in
  let skip count test = judged count (test, no_process) in
  let skipped = List.fold_left skip nothing left_out in
  add skipped
    (in_parallel config (groups machine 0 tests) (fun (config, number, tests) count ->
         List.fold_left judged count (Processes.run config where ~number tests)))

let report count =
  let skipped = if count.skipped > 0 then Printf.sprintf ", %d skipped" count.skipped else "" in
  Printf.printf "%d passed, %d failed%s\n" count.passed count.failed skipped;
  exit (if count.failed > 0 then 1 else 0)

(* ---- commands ---- *)

let suite (config : Config.t) = Suite.read config ~root:(config.suite ^ "/testsuite/tests")

let chosen names (tests : Suite.test list) =
  if names = [] then tests else List.filter (fun t -> List.exists (fits t) names) tests

let run ?(how = run_all) config tests =
  Build.suite_libraries config;
  report (how config tests)

(* Our own programs, each on small and larger machines. *)
let run_ours (config : Config.t) names =
  let on (cores, memory_mib) =
    let label = Printf.sprintf "%dM-%dcores" memory_mib cores in
    let work = config.work ^ "-" ^ label in
    let config = { config with cores; memory_mib; work } in
    let tests = (Suite.read config ~root:(config.here ^ "/ours")).tests in
    let named (t : Suite.test) = { t with name = "ours/" ^ t.name } in
    let fits_here t = memory_mib <= 128 || not (is ~word:"small" config t) in
    let tests = List.filter fits_here (chosen names (List.map named tests)) in
    Build.suite_libraries config;
    run_all config (List.map (fun (t : Suite.test) -> { t with name = t.name ^ "@" ^ label }) tests)
  in
  report (List.fold_left add nothing (List.map on [ (1, 128); (4, 128); (1, 512); (4, 512) ]))

let part config = Suite.part ~slow:(is ~word:"slow" config) (suite config).tests

let show_names = List.iter (fun (t : Suite.test) -> print_endline t.name)

let processes config where names =
  run config (chosen names (suite config).tests) ~how:(fun config -> run_processes config where)

let show_excluded (s : Suite.t) =
  let reasons = List.sort_uniq compare (List.map snd s.excluded) in
  let count reason = List.length (List.filter (fun (_, r) -> r = reason) s.excluded) in
  List.iter (fun (name, reason) -> Printf.printf "%s: %s\n" name reason) (List.rev s.excluded);
  List.iter (fun reason -> Printf.printf "%4d %s\n" (count reason) reason) reasons;
  Printf.printf
    "%d files have a TEST block; of those %d do not apply, the others make %d tests\n"
    s.nr_blocks (List.length s.excluded) (List.length s.tests)

let before_dot words =
  let rec split seen = function
    | "." :: rest -> (List.rev seen, "." :: rest)
    | first :: rest -> split (first :: seen) rest
    | [] -> (List.rev seen, [])
  in
  split [] words

let () =
  let words, after = before_dot (List.tl (Array.to_list Sys.argv)) in
  match words with
  | [] -> failwith "driver: no command"
  | command :: words -> (
    let config, names = Config.of_words words in
    match command with
    | "all" -> run config (chosen names (suite config).tests)
    | "part" -> run config (part config)
    | "host" -> processes config Host names
    | "guest" -> processes config Guest names
    | "linux" -> processes config Linux names
    | "guest-part" -> run config (part config) ~how:(fun config -> run_processes config Guest)
    | "ours" -> run_ours config names
    | "list" -> show_names (chosen names (suite config).tests)
    | "list-part" -> show_names (part config)
    | "excluded" -> show_excluded (suite config)
    | "boot" -> exit (Verdict.boot config (names @ after))
    | other -> failwith ("driver: unknown command " ^ other))
