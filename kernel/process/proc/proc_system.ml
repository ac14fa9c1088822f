let sprintf = Printf.sprintf
let lines = List.fold_left ( ^ ) ""

(* ---- memory ---- *)

let memory () =
  let m = Hal.Machine.memory () in
  let line (name, bytes) = sprintf "%-16s%8d kB\n" (name ^ ":") (bytes / 1024) in
  lines
    (List.map line
       [
         ("MemTotal", m.total);
         ("MemFree", m.free);
         ("MemAvailable", m.free);
         ("Buffers", 0);
         ("Cached", 0);
         ("SwapCached", 0);
         ("Active", m.total - m.free);
         ("Inactive", 0);
         ("SwapTotal", 0);
         ("SwapFree", 0);
         ("Dirty", 0);
         ("Writeback", 0);
         ("Mapped", 0);
         ("Shmem", 0);
         ("Slab", m.committed);
         ("SReclaimable", 0);
         ("SUnreclaim", m.committed);
         ("CommitLimit", m.total);
         ("Committed_AS", m.total - m.free);
       ])

(* ---- time and load ---- *)

let second_ns = 1_000_000_000
let hundredths ns = sprintf "%d.%02d" (ns / second_ns) (ns mod second_ns / 10_000_000)

let uptime () =
  let add sum (core : Hal.Machine.core) = sum + core.idle_ns in
  let idle = Array.fold_left add 0 (Hal.Machine.cores ()) in
  sprintf "%s %s\n" (hundredths (Hal.Machine.uptime_ns ())) (hundredths idle)

let subjects () =
  let all = Process.locked Process.all in
  List.map (fun process -> { Proc_subject.process; thread = None }) all

let nr_running () =
  List.length (List.filter (fun t -> Proc_subject.state t = Running) (subjects ()))

(* How many run now stands for all three averages, for nobody looks while nobody asks. *)
let load () =
  let running = nr_running () in
  sprintf "%d.00 %d.00 %d.00 %d/%d %d\n" running running running running (Process.count ())
    (Process.latest_id ())

(* ---- cores ---- *)

let tick_ns = 10_000_000

(* Time that is not idle counts as user time. *)
let core_line name ~busy ~idle =
  sprintf "%s %d 0 0 %d 0 0 0 0 0 0\n" name (busy / tick_ns) (idle / tick_ns)

let cores () =
  let cores = Array.to_list (Hal.Machine.cores ()) and now = Hal.Machine.uptime_ns () in
  let of_core (core : Hal.Machine.core) = (core.index, max 0 (now - core.idle_ns), core.idle_ns) in
  let all = List.map of_core cores in
  let sum choose = List.fold_left (fun sum core -> sum + choose core) 0 all in
  let line (index, busy, idle) = core_line (sprintf "cpu%d" index) ~busy ~idle in
  core_line "cpu " ~busy:(sum (fun (_, busy, _) -> busy)) ~idle:(sum (fun (_, _, idle) -> idle))
  ^ lines (List.map line all)

let statistics () =
  let cores_now = Hal.Machine.cores () in
  let sum choose = Array.fold_left (fun sum core -> sum + choose core) 0 cores_now in
  let interrupts (c : Hal.Machine.core) = c.interrupts + c.ipis + c.timer in
  let booted = (Hal.Machine.wall_ns () - Hal.Machine.uptime_ns ()) / second_ns in
  cores ()
  ^ sprintf "intr %d\nctxt %d\nbtime %d\nprocesses %d\nprocs_running %d\nprocs_blocked 0\n"
      (sum interrupts)
      (sum (fun c -> c.switches))
      booted (Process.latest_id ()) (nr_running ())

(* ---- names ---- *)

let version () =
  let open System_name in
  sprintf "%s version %s (%s) (OCaml %s) %s\n" system release (Hal.Machine.facts ()).version
    Sys.ocaml_version version

let command_line () = Hal.Machine.command_line () ^ "\n"
let systems = [ "tmpfs"; "proc"; "devpts"; "pipefs"; "sockfs"; "anon_inodefs" ]
let file_systems () = lines (List.map (sprintf "nodev\t%s\n") systems)
let devices () = "Character devices:\n  1 mem\n  5 /dev/tty\n136 pts\n\nBlock devices:\n"

let files =
  [
    ("meminfo", memory);
    ("uptime", uptime);
    ("loadavg", load);
    ("stat", statistics);
    ("version", version);
    ("cmdline", command_line);
    ("filesystems", file_systems);
    ("devices", devices);
    ("cpuinfo", Proc_cores.text);
    ("swaps", fun () -> "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
    ("partitions", fun () -> "major minor  #blocks  name\n\n");
  ]
