open Fs
module Subject = Proc_subject

let page = 4096
let tick_ns = 10_000_000
let sprintf = Printf.sprintf

let letter : Subject.state -> string = function
  | Running -> "R"
  | Waiting -> "S"
  | Stopped -> "T"
  | Ended -> "Z"

(* ---- memory, in bytes ---- *)

type sizes = { mapped : int; resident : int; file : int; data : int; stack : int; code : int }

let no_sizes = { mapped = 0; resident = 0; file = 0; data = 0; stack = 0; code = 0 }

let add ~stack_at sizes (r : Hal.Space.region) =
  let n = r.stop - r.start in
  if r.access.execute then { sizes with code = sizes.code + n }
  else if r.start <= stack_at && stack_at < r.stop then { sizes with stack = sizes.stack + n }
  else if r.access.write && not r.shared then { sizes with data = sizes.data + n }
  else if r.shows then { sizes with file = sizes.file + n }
  else sizes

let sizes (t : Subject.t) =
  let stack_at = fst t.process.image.argument_range in
  let measured memory =
    let figures = Hal.Space.figures (Memory.space memory) in
    let first = { no_sizes with mapped = figures.mapped; resident = figures.frames * page } in
    List.fold_left (add ~stack_at) first (Memory.regions memory)
  in
  Option.value (Subject.with_memory t measured) ~default:no_sizes

(* ---- others ---- *)

let nice p = Setting.(get p nice)
let nr_threads (t : Subject.t) = Process.locked (fun () -> List.length t.process.threads)

let handled (p : Process.t) is =
  let add signal set = if is p.actions.(signal) then Signal.Set.add set signal else set in
  List.fold_right add (List.init Signal.last succ) Signal.Set.empty

let ignored (action : Process.action) = match action.does with Ignore -> true | _ -> false
let caught (action : Process.action) = match action.does with Handler _ -> true | _ -> false
let of_main t choose = Option.fold (Subject.main t) ~none:Signal.Set.empty ~some:choose
let own_pending t = of_main t (fun thread -> thread.own.set)
let mask t = of_main t (fun thread -> thread.mask)

let core t =
  match Subject.main t with Some thread -> max 0 (Atomic.get thread.runs_on) | None -> 0

let exit_code (p : Process.t) =
  match p.state with Ended status -> Process.encode status | Running | Stopped _ -> 0

(* Signals beyond the first 31 are not told here. *)
let bits set = Int64.to_int (Int64.logand (Signal.Set.to_bits set) 0x7fffffffL)

(* ---- one line ---- *)

let times (t : Subject.t) =
  [ Subject.run_ns t / tick_ns; 0; t.process.children_ns / tick_ns; 0 ]

let terminal p =
  let foreground = Option.fold (Terminals.controlling p) ~none:(-1) ~some:Terminal.foreground in
  [ Terminals.controlling_number p; foreground ]

let places (p : Process.t) ~break =
  let first (start, _) = start and last (_, stop) = stop in
  let arguments = p.image.argument_range and environment = p.image.environment_range in
  [ 0; 0; break; first arguments; last arguments; first environment; last environment ]

let stat (t : Subject.t) =
  let p = t.process in
  let sizes = sizes t and nice = nice p in
  let break = Option.value (Subject.with_memory t Memory.break_start) ~default:0 in
  let fields =
    List.concat
      [
        [ Process.parent_number p; p.group; p.session ];
        terminal p;
        [ 0; 0; 0; 0; 0 ];
        times t;
        [ 20 + nice; nice; nr_threads t; 0; p.started_ns / tick_ns ];
        [ sizes.mapped; sizes.resident / page; max_int; 0; 0 ];
        [ fst p.image.argument_range; 0; 0 ];
        List.map bits [ own_pending t; mask t; handled p ignored; handled p caught ];
        [ 0; 0; 0; p.exit_signal; core t; 0; 0; 0; 0; 0 ];
        places p ~break;
        [ exit_code p ];
      ]
  in
  let numbers = String.concat " " (List.map string_of_int fields) in
  sprintf "%d (%s) %s %s\n" (Subject.id t) (Subject.name t) (letter (Subject.state t)) numbers

let statm t =
  let s = sizes t in
  let pages = List.map (fun n -> n / page) [ s.mapped; s.resident; s.file; s.code ] in
  let numbers = pages @ [ 0; (s.data + s.stack) / page; 0 ] in
  String.concat " " (List.map string_of_int numbers) ^ "\n"

(* ---- many lines ---- *)

let state_words : Subject.state -> string = function
  | Running -> "R (running)"
  | Waiting -> "S (sleeping)"
  | Stopped -> "T (stopped)"
  | Ended -> "Z (zombie)"

let escaped name =
  let letter = function '\n' -> "\\n" | '\\' -> "\\\\" | c -> String.make 1 c in
  String.concat "" (List.map letter (List.of_seq (String.to_seq name)))

let who (t : Subject.t) =
  let p = t.process in
  let i = p.identity and view = Atomic.get p.view in
  let groups = List.map (fun gid -> string_of_int gid ^ " ") view.credentials.groups in
  let four ({ real; effective; saved } : Identity.ids) =
    sprintf "%d\t%d\t%d\t%d" real effective saved effective
  in
  let numbers files = List.length (Descriptors.numbers files) in
  let size = Option.fold (Subject.files t) ~none:0 ~some:numbers in
  [
    ("Name", escaped (Subject.name t));
    ("Umask", sprintf "%04o" view.umask);
    ("State", state_words (Subject.state t));
    ("Tgid", string_of_int p.pid);
    ("Ngid", "0");
    ("Pid", string_of_int (Subject.id t));
    ("PPid", string_of_int (Process.parent_number p));
    ("TracerPid", "0");
    ("Uid", four i.user);
    ("Gid", four i.group);
    ("FDSize", string_of_int (max 64 size));
    ("Groups", String.concat "" groups);
  ]

let kilobytes n = sprintf "%8d kB" (n / 1024)

let memory t =
  if Subject.state t = Ended then []
  else
    let s = sizes t in
    [
      ("VmPeak", kilobytes s.mapped);
      ("VmSize", kilobytes s.mapped);
      ("VmLck", kilobytes 0);
      ("VmHWM", kilobytes s.resident);
      ("VmRSS", kilobytes s.resident);
      ("VmData", kilobytes s.data);
      ("VmStk", kilobytes s.stack);
      ("VmExe", kilobytes s.code);
      ("VmLib", kilobytes 0);
      ("VmSwap", kilobytes 0);
    ]

let signals t =
  let p = t.Subject.process in
  let set s = sprintf "%016Lx" (Signal.Set.to_bits s) in
  [
    ("Threads", string_of_int (nr_threads t));
    ("SigPnd", set (own_pending t));
    ("ShdPnd", set p.pending.set);
    ("SigBlk", set (mask t));
    ("SigIgn", set (handled p ignored));
    ("SigCgt", set (handled p caught));
  ]

(* Whoever is user 0 may do all that there is. *)
let all_capabilities = (1 lsl 41) - 1

let rights (t : Subject.t) =
  let has = if Process.is_privileged t.process then all_capabilities else 0 in
  let set n = sprintf "%016x" n in
  let no_more = Setting.(get t.process no_new_privileges) in
  [
    ("CapInh", set 0);
    ("CapPrm", set has);
    ("CapEff", set has);
    ("CapBnd", set all_capabilities);
    ("CapAmb", set 0);
    ("NoNewPrivs", string_of_int no_more);
    ("Seccomp", "0");
  ]

(* Words of 32, the highest first. *)
let rec mask_of cores =
  let low, high = List.partition (fun core -> core < 32) cores in
  let word = List.fold_left (fun mask core -> mask lor (1 lsl core)) 0 low in
  if high = [] then sprintf "%x" word
  else
    let above = mask_of (List.map (fun core -> core - 32) high) in
    sprintf "%s,%08x" above word

let cores t =
  let of_thread = Option.map Process.cores (Subject.main t) in
  let cores = Option.value of_thread ~default:(Sched.cores_serving Local) in
  [
    ("Cpus_allowed", mask_of cores);
    ("Cpus_allowed_list", String.concat "," (List.map string_of_int cores));
    ("Mems_allowed", "1");
    ("Mems_allowed_list", "0");
    ("voluntary_ctxt_switches", "0");
    ("nonvoluntary_ctxt_switches", "0");
  ]

let status t =
  let lines = List.concat [ who t; memory t; signals t; rights t; cores t ] in
  String.concat "" (List.map (fun (name, value) -> sprintf "%s:\t%s\n" name value) lines)
