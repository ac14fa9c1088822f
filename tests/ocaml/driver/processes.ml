type where = Host | Guest | Linux

(* One that is built. [folder] is where it is in the tree. *)
type item = { test : Suite.test; program : string; folder : string }

(* ---- text ---- *)

let rec replace ~from ~by text =
  let n = String.length from in
  let rec find i =
    if i + n > String.length text then None
    else if String.sub text i n = from then Some i
    else find (i + 1)
  in
  match find 0 with
  | None -> text
  | Some i ->
    let rest = String.sub text (i + n) (String.length text - i - n) in
    String.sub text 0 i ^ by ^ replace ~from ~by rest

let in_directory (run : Plan.run) path =
  if Filename.is_relative path then run.directory ^ "/" ^ path else path

(* ---- the tree ---- *)

let folder_of (config : Config.t) (test : Suite.test) =
  let prefix = String.length config.work in
  "/tests" ^ String.sub test.place.build prefix (String.length test.place.build - prefix)

let source_of item = item.folder ^ ".source"

(* Paths of ours as the tree has them; [root] is the tree's own place. *)
let moved item ~root text =
  let run = item.test.run in
  text
  |> replace ~from:run.directory ~by:(root ^ item.folder)
  |> replace ~from:item.test.place.source ~by:(root ^ source_of item)

(* Everything beside the program is there for it but what only compilers read. *)
let copy (config : Config.t) item ~tree =
  let target = tree ^ item.folder and source = item.test.place.source in
  let quoted = Filename.quote in
  let no_use = [ "*.cm*"; "*.o"; "*.a"; "*.byte" ] in
  let names = String.concat " -o " (List.map (fun n -> "-name " ^ quoted n) no_use) in
  let with_source =
    if item.test.run.hook = None then "true"
    else Printf.sprintf "cp -r %s %s" (quoted source) (quoted (tree ^ source_of item))
  in
  Printf.sprintf
    "mkdir -p %s && cp -r %s/. %s && find %s -type f \\( %s \\) -delete && { find %s -type f -perm -100 -exec \
     %sstrip {} + 2>/dev/null || true; } && %s"
    (quoted target) (quoted item.test.run.directory) (quoted target) (quoted target) names
      (quoted target)
    config.cross with_source

let stage config item ~tree =
  let log = Verdict.log_of item.test in
  match File.shell ~directory:config.Config.work ~log (copy config item ~tree) with
  | 0 -> Ok ()
  | _ -> Error "its files could not be copied"

(* ---- the list ---- *)

let setting (name, value) = "set " ^ name ^ "=" ^ value

let of_program item =
  let run = item.test.run in
  let arguments = List.filter (( <> ) "") (String.split_on_char ' ' run.arguments) in
  List.map (fun word -> "argument " ^ word) (item.program :: arguments)

let of_hook run hook =
  let exported = [ ("ocamltest_response", run.Plan.program ^ ".response"); ("SORT", "sort") ] in
  ("output " ^ in_directory run run.output) :: List.map setting (exported @ run.variables)
  @ [ "argument /bin/sh"; "argument " ^ hook ]

let entry (config : Config.t) item ~root =
  let run = item.test.run in
  let input = Option.map (fun path -> "stdin " ^ in_directory run path) run.stdin in
  let what = match run.hook with Some hook -> of_hook run hook | None -> of_program item in
  let lines =
    [ "directory " ^ run.directory; "seconds " ^ string_of_int config.timeout_s ]
    @ Option.to_list input @ List.map setting run.environment @ what
  in
  String.concat "\n" ((("test " ^ item.test.name) :: List.map (moved item ~root) lines) @
    [ "run"; "" ])

(* ---- what comes back ---- *)

type answer = { name : string; output : Buffer.t; ending : Machine.ending option }

let unescape text =
  let out = Buffer.create (String.length text) in
  let rec from i =
    if i < String.length text then
      if text.[i] = '\\' && i + 3 < String.length text then (
        Buffer.add_char out (Char.chr (int_of_string ("0x" ^ String.sub text (i + 2) 2)));
        from (i + 4))
      else (
        Buffer.add_char out text.[i];
        from (i + 1))
  in
  from 0;
  Buffer.contents out

let number text = Option.value (int_of_string_opt text) ~default:(-1)

let line answers text =
  let text =
    if String.ends_with ~suffix:"\r" text then String.sub text 0 (String.length text - 1) else text
  in
  let rest n = String.sub text n (String.length text - n) in
  let ended ending = function
    | last :: others -> { last with ending = Some ending } :: others
    | [] -> []
  in
  match (String.split_on_char ' ' text, answers) with
  | "test" :: _, _ -> { name = rest 5; output = Buffer.create 1000; ending = None } :: answers
  | [ "status"; n ], _ -> ended (Exit (number n)) answers
  | [ "signal"; n ], _ -> ended (Signal (number n)) answers
  | [ "timeout" ], _ -> ended Silence answers
  | [ ">" ], last :: _ ->
    Buffer.truncate last.output (max 0 (Buffer.length last.output - 1));
    answers
  | _, last :: _ when String.starts_with ~prefix:"|" text ->
    Buffer.add_string last.output (unescape (rest 1) ^ "\n");
    answers
  | _ -> answers

let answers text = List.fold_left line [] (String.split_on_char '\n' text)

(* ---- running ---- *)

let shell command = if Sys.command command <> 0 then failwith ("this failed: " ^ command)

(* Shells and commands for those tests that want them. *)
let add_commands (config : Config.t) ~tree =
  let tree = Filename.quote tree and busybox = Filename.quote config.shell in
  List.iter shell
    [ Printf.sprintf "mkdir -p %s/bin && cp %s %s/bin/run-tests" tree (Filename.quote config.runner)
      tree;
      Printf.sprintf "cp %s %s/bin/busybox" busybox tree;
      Printf.sprintf "for name in $(cat %s.links); do ln -sf busybox %s/bin/$name; done" busybox
        tree ]

let name_of = function Host -> "host" | Guest -> "guest" | Linux -> "linux"

let run_list (config : Config.t) where ~tree ~said ~seconds =
  add_commands config ~tree;
  let settings = Printf.sprintf "SMP=%d MEM=%d TIMEOUT=%d" config.cores config.memory_mib seconds in
  ignore
    (Sys.command
       (Printf.sprintf "%s tests/process/run_tree.sh %s %s >%s 2>&1" settings (name_of where)
         (Filename.quote tree)
          (Filename.quote said)))

(* A script of the suite's ends well when it did its work; how its program ended is nobody's
   business. *)
let of_hook_or_program (run : Plan.run) = function
  | Machine.Exit 0 when run.hook <> None -> Machine.Exit run.expected_status
  | ending -> ending

let verdict item answer =
  let run = item.test.run in
  match answer with
  | { ending = None; _ } -> Error "the system ended before the test did"
  | { ending = Some ending; output; _ } ->
    let ending = of_hook_or_program run ending in
    let text = Buffer.contents output in
    File.write (in_directory run run.output) text;
    let checked = Verdict.check item.test ending in
    if Result.is_error checked then File.append (Verdict.log_of item.test) ("output:\n" ^ text);
    checked

(* Those that were not begun are begun anew: a test that ends the system ends no other. *)
let rec run_staged config where ~tree items =
  let root = match where with Host -> tree | Guest | Linux -> "" in
  let said = tree ^ ".said" in
  File.write (tree ^ "/tests/list") (String.concat "" (List.map (entry config ~root) items));
  run_list config where ~tree ~said ~seconds:(120 + (config.timeout_s * List.length items));
  let answers = answers (File.read said) in
  if answers <> [] then File.remove said;
  let answer item = List.find_opt (fun a -> a.name = item.test.name) answers in
  let begun, others = List.partition (fun item -> answer item <> None) items in
  let conclude item =
    (item.test, Verdict.conclude item.test (verdict item (Option.get (answer item))))
  in
  let concluded = List.map conclude begun in
  if begun = [] then
    List.map (fun item -> (item.test, Verdict.conclude item.test
      (Error ("nothing ran: see " ^ said)))) others
  else concluded @ if others = [] then [] else run_staged config where ~tree others

let prepare config ~tree (test : Suite.test) =
  match Verdict.build config test with
  | Error verdict -> Either.Left (test, verdict)
  | Ok program -> (
    let item = { test; program; folder = folder_of config test } in
    match stage config item ~tree with
    | Ok () -> Right item
    | Error why -> Left (test, Verdict.conclude test (Error why)))

let run (config : Config.t) where ~number tests =
  let tree = Printf.sprintf "%s/tree-%d" config.work number in
  File.remove tree;
  File.make_directory (tree ^ "/tests");
  let decided, items = List.partition_map (prepare config ~tree) tests in
  let verdicts = if items = [] then [] else run_staged config where ~tree items in
  File.remove tree;
  decided @ verdicts
