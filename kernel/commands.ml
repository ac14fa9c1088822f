open Command

type test = { name : string; about : string; run : unit -> (unit, string) result }

exception Skipped of string

let say = Command.say

let pp_bytes n =
  let rec scale x = function
    | [ last ] -> Printf.sprintf "%.1f %s" x last
    | _ :: larger when x >= 1024. -> scale (x /. 1024.) larger
    | unit :: _ -> Printf.sprintf "%.1f %s" x unit
    | [] -> assert false
  in
  if n < 1024 then Printf.sprintf "%d B" n
  else scale (float n /. 1024.) [ "KiB"; "MiB"; "GiB"; "TiB" ]

(* A command without arguments. *)
let plain name summary action =
  { name; arguments = ""; summary; run = (function [] -> action (); 0 | _ -> misused name "") }

let sleep = function
  | [ seconds ] -> (
      match float_of_string_opt seconds with
      | Some s when s >= 0. ->
          Sched.Time.sleep (int_of_float (s *. 1e9));
          0
      | Some _ | None -> complain "sleep" "%s: not a number of seconds" seconds)
  | _ -> misused "sleep" "SECONDS"

let row name value = say "%-12s %s" name value

let machine () =
  let f = Hal.Machine.facts () and memory = Hal.Machine.memory () in
  row "bactrian" (Printf.sprintf "%s, OCaml %s" f.version Sys.ocaml_version);
  row "architecture" f.architecture;
  row "model" (if f.model = "" then "unnamed" else f.model);
  row "cpu" f.cpu;
  row "cores" (string_of_int (Array.length (Hal.Machine.cores ())));
  row "memory" (pp_bytes memory.total);
  row "loader" (Printf.sprintf "%s, base revision %d" f.loader f.base_revision);
  row "tables" f.tables;
  row "interrupts" (Printf.sprintf "%s, between cores by %s" f.interrupts f.between_cores);
  row "clock" (Printf.sprintf "%d Hz, %s" f.clock_hz f.timer);
  row "paging" (Printf.sprintf "%d levels" f.paging_levels);
  row "console" f.console;
  row "framebuffer"
    (match f.framebuffer with
    | None -> "none"
    | Some (width, height, bpp) -> Printf.sprintf "%dx%d, %d bits per pixel" width height bpp);
  if f.hypervisor_stub then row "el2" "our loader's stub";
  row "command line" (Hal.Machine.command_line ())

let mem () =
  let m = Hal.Machine.memory () in
  row "total" (pp_bytes m.total);
  row "free" (pp_bytes m.free);
  row "least free" (pp_bytes m.lowest);
  row "committed" (pp_bytes m.committed ^ " for heaps and stacks");
  row "reserve" (pp_bytes m.reserve ^ " for the garbage collector")

let cores () =
  say "core  hardware id  interrupts      ipis    timer  switches   idle";
  let up = max 1 (Hal.Machine.uptime_ns ()) in
  Array.iter
    (fun (c : Hal.Machine.core) ->
      say "%4d  %11x  %10d  %8d %8d  %8d  %3d %%" c.index c.hardware_id c.interrupts c.ipis c.timer
        c.switches
        (min 100 (c.idle_ns * 100 / up)))
    (Hal.Machine.cores ())

let gc () =
  let s = Gc.stat () in
  let live = Hal.Heap.live_words () and control = Gc.get () in
  let words n = pp_bytes (n * (Sys.word_size / 8)) in
  row "minor heap" (words control.minor_heap_size ^ " per domain");
  row "minor" (Printf.sprintf "%d collections" s.minor_collections);
  row "major" (Printf.sprintf "%d cycles, %d compactions" s.major_collections s.compactions);
  row "major heap"
    (Printf.sprintf "%s, %s live, %s at most" (words s.heap_words) (words live)
       (words s.top_heap_words));
  row "promoted" (words (int_of_float s.promoted_words));
  row "allocated" (words (int_of_float (s.minor_words +. s.major_words -. s.promoted_words)))

(* ---- the schedulers ---- *)

let show_state : Sched.state -> string = function
  | Ready -> "ready"
  | Running -> "running"
  | Waiting "" -> "waits"
  | Waiting reason -> "waits for " ^ reason
  | Throttled -> "throttled"

let milliseconds ns = Printf.sprintf "%.3f" (float ns /. 1e6)

let ps () =
  say "   id  scheduler  core     time ms     turns  name                  state";
  List.iter
    (fun (f : Sched.fiber) ->
      say "%5d  %-9s  %4d  %10s  %8d  %-20s  %s" f.id (Sched.Kind.to_string f.kind) f.core
        (milliseconds f.run_ns) f.turns f.name (show_state f.state))
    (Sched.fibers ())

let show_core (c : Sched.core_report) =
  let kinds = String.concat "," (List.map Sched.Kind.to_string c.serves) in
  let ready = List.fold_left (fun n (_, ready) -> n + ready) 0 c.ready in
  say "%4d  %9d  %8d  %8d  %8d  %8d  %8d  %5d  %s" c.index c.turns c.spawned c.ended c.sent
    c.received
    c.waits ready kinds

let sched () =
  say "core      turns   spawned     ended      sent  received     waits  ready  schedulers";
  List.iter show_core (Sched.report ());
  say "%d fibers raised what nobody caught" (Sched.crashes ())

let irq () =
  say "number       count    served  mean us  longest us  name";
  List.iter
    (fun (s : Sched.Interrupt.statistics) ->
      say "%6d  %10d  %8d  %7.1f  %10.1f  %s" s.number s.count s.served
        (float s.mean_ns /. 1e3)
        (float s.longest_ns /. 1e3)
        s.name)
    (Sched.Interrupt.statistics ())

(* ---- files ---- *)

let failed name e = complain name "%a" Initfs.pp_error e

let show_entry (name, node) =
  match node with
  | Initfs.Directory _ -> say "%10s  %s/" "" name
  | File file -> say "%10d  %s" (Initfs.size file) name

let list_path files path =
  match Initfs.find files path with
  | Error e -> failed "ls" e
  | Ok (Directory entries) -> List.iter show_entry entries; 0
  | Ok (File _ as node) -> show_entry (path, node); 0

let worst = List.fold_left max 0

let ls files =
  let run = function
    | [] -> list_path files "/"
    | [ path ] -> list_path files path
    | paths -> worst (List.map (fun path -> say "%s:" path; list_path files path) paths)
  in
  { name = "ls"; arguments = "[PATH...]"; summary = "list files of the boot module"; run }

let cat files =
  let show path =
    match Initfs.read_file files path with
    | Error e -> failed "cat" e
    | Ok text -> print_string text; flush stdout; 0
  in
  let arguments = "FILE..." in
  let run = function [] -> misused "cat" arguments | paths -> worst (List.map show paths) in
  { name = "cat"; arguments; summary = "print files of the boot module"; run }

(* ---- trace ---- *)

let trace_shown = 30

let describe_event (e : Hal.Trace.event) =
  match e.kind with
  | Switch -> Printf.sprintf "run thread %d" e.subject
  | Wake -> Printf.sprintf "wake thread %d on core %d" e.subject e.argument
  | Interrupt -> Printf.sprintf "interrupt %d, %d ns" e.subject e.argument
  | Ipi -> Printf.sprintf "ipi, reasons %d, %d ns" e.subject e.argument
  | Timer -> Printf.sprintf "timer, %d ns" e.argument
  | Gc_begin -> Printf.sprintf "gc phase %d begins" e.subject
  | Gc_end -> Printf.sprintf "gc phase %d ends" e.subject
  | Gc_counter -> Printf.sprintf "gc counter %d is %d" e.subject e.argument
  | Fiber_start -> Printf.sprintf "start fiber %d" e.subject
  | Fiber_run -> Printf.sprintf "run fiber %d" e.subject
  | Fiber_suspend -> Printf.sprintf "fiber %d waits, reason %d" e.subject e.argument
  | Fiber_end -> Printf.sprintf "end of fiber %d" e.subject
  | Fiber_wake -> Printf.sprintf "wake fiber %d on core %d" e.subject e.argument
  | Fiber_steal -> Printf.sprintf "take fiber %d from core %d" e.subject e.argument

let show_event (e : Hal.Trace.event) =
  say "%12.6f  core %d  %s" (float e.time_ns /. 1e9) e.core (describe_event e)

let show_trace () =
  let shown = Hal.Trace.latest trace_shown in
  List.iter show_event shown;
  say "%d events recorded, the last %d shown, %d overwritten" (Hal.Trace.recorded ())
    (List.length shown) (Hal.Trace.lost ())

let start_trace events =
  match Hal.Trace.start ?events () with
  | Ok () -> 0
  | Error e -> complain "trace" "%a" Hal.Trace.pp_error e

(* Nothing was ever recorded when there are no buffers. *)
let end_trace action =
  if Hal.Trace.capacity () = 0 then complain "trace" "nothing is recorded; `trace on` begins"
  else begin
    action ();
    0
  end

let trace =
  let arguments = "on [EVENTS]|off|save" in
  let run = function
    | [ "on" ] -> start_trace None
    | [ "on"; events ] when Option.is_some (int_of_string_opt events) ->
        start_trace (int_of_string_opt events)
    | [ "off" ] -> end_trace (fun () -> Hal.Trace.stop (); show_trace ())
    | [ "save" ] -> end_trace Hal.Trace.save
    | _ -> misused "trace" arguments
  in
  let summary = "record what the cores do; show the end of it, or save it" in
  { name = "trace"; arguments; summary; run }

(* ---- tests ---- *)

(* Each in a turn of its own. *)
let run_test t =
  Picos.Fiber.yield ();
  match t.run () with
  | Ok () -> say "ok %s" t.name; `Passed
  | Error why -> say "FAIL %s: %s" t.name why; `Failed
  | exception Skipped why -> say "skip %s: %s" t.name why; `Skipped
  | exception e -> say "FAIL %s: raised %s" t.name (Printexc.to_string e); `Failed

let run_tests chosen =
  let results = List.map run_test chosen in
  let count verdict = List.length (List.filter (( = ) verdict) results) in
  let skipped = match count `Skipped with 0 -> "" | n -> Printf.sprintf ", %d skipped" n in
  say "%d passed, %d failed%s" (count `Passed) (count `Failed) skipped;
  if count `Failed = 0 then 0 else 1

let test tests =
  let find name = List.find_opt (fun (t : test) -> t.name = name) tests in
  let run = function
    | [] -> List.iter (fun (t : test) -> say "%-20s %s" t.name t.about) tests; 0
    | [ "all" ] -> run_tests tests
    | names -> (
        match List.find_opt (fun name -> Option.is_none (find name)) names with
        | Some unknown -> complain "test" "there is no test %s; `test` lists them" unknown
        | None -> run_tests (List.filter_map find names))
  in
  let summary = "run the kernel's own tests, or list them" in
  { name = "test"; arguments = "[NAME...|all]"; summary; run }

let soak soak =
  let arguments = "SECONDS [SEED]" in
  let start seconds seed =
    match soak ~seconds ~seed with
    | Ok () -> say "ok soak"; 0
    | Error why -> say "FAIL soak: %s" why; 1
  in
  let run words =
    match List.map int_of_string_opt words with
    | [ Some seconds ] when seconds > 0 -> start seconds (Hal.Machine.wall_ns () land 0xffff)
    | [ Some seconds; Some seed ] when seconds > 0 -> start seconds seed
    | _ -> misused "soak" arguments
  in
  let summary = "everything at once, for a while: does memory come back?" in
  { name = "soak"; arguments; summary; run }

(* ---- benchmarks ---- *)

(* The marked ones alone say nothing: they are run by name. *)
let bench ~benchmarks ~marked =
  let find name = List.assoc_opt name (benchmarks @ marked) in
  let run = function
    | [] -> List.iter (fun (_, measure) -> say "%s" (measure ())) benchmarks; 0
    | names -> (
        match List.find_opt (fun name -> Option.is_none (find name)) names with
        | Some unknown ->
            complain "bench" "there is no benchmark %s; there are %s" unknown
              (String.concat ", " (List.map fst benchmarks))
        | None -> List.iter (fun name -> say "%s" (Option.get (find name) ())) names; 0)
  in
  let summary = "measure the kernel's operations: JSON lines" in
  { name = "bench"; arguments = "[NAME...]"; summary; run }

(* ---- leaving ---- *)

let panic =
  let run = function
    | [ "fault" ] -> Hal.Power.fault ()
    | [] -> Hal.Power.panic "asked for in the monitor"
    | words -> Hal.Power.panic (String.concat " " words)
  in
  { name = "panic"; arguments = "[fault|MESSAGE]"; summary = "show the panic screen and stop"; run }

let poweroff =
  let arguments = "[STATUS]" in
  let run words =
    match List.map int_of_string_opt words with
    | [] -> Hal.Power.off ~status:0
    | [ Some status ] when status >= 0 && status <= 127 -> Hal.Power.off ~status
    | _ -> misused "poweroff" arguments
  in
  { name = "poweroff"; arguments; summary = "switch the machine off; the host sees STATUS"; run }

let help commands () =
  List.iter
    (fun (c : Command.t) -> say "%-24s %s" (c.name ^ " " ^ c.arguments) c.summary)
    commands

let all ~files ~tests ~soak:run_soak ~benchmarks ~marked ~more =
  let rec commands =
    lazy
      ([
        plain "help" "list the commands" (fun () -> help (Lazy.force commands) ());
        plain "machine" "what this machine is" machine;
        plain "mem" "memory in use" mem;
        plain "cores" "what each core has done" cores;
        plain "ps" "the kernel's fibers" ps;
        plain "sched" "what the schedulers have done" sched;
        plain "irq" "interrupts, and how soon a fiber ran for them" irq;
        plain "gc" "the OCaml heap" gc;
        ls files;
        cat files;
        trace;
        test tests;
        soak run_soak;
        bench ~benchmarks ~marked;
      ]
      @ more
      @ [
        panic;
        { name = "sleep"; arguments = "SECONDS"; summary = "wait so long"; run = sleep };
        plain "reboot" "start the machine anew" (fun () -> Hal.Power.reboot ());
        poweroff;
      ])
  in
  Lazy.force commands
