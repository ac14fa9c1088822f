module Env = Environment

type architecture = X86_64 | Aarch64 | Riscv64
type flavour = Kernel | Process
type compiler = Byte | Native

type compile = {
  compiler : compiler;
  what : what;
  flags : string;
  last_flags : string;
  libraries : string list;
  binary_modules : string list;
  directories : string list;
  generator_flags : string * string;
  expected_status : int;
}

and what =
  | Program of { output : string; modules : string list; compile_only : bool; filetype : string }
  | Module of string
  | Command of string

type step =
  | Populate of { files : string list; directories : string list }
  | Directory of string
  | Change_directory of string
  | Compile of compile
  | Copy of { sources : string list; target : string }
  | Script of { command : string; variables : (string * string) list }

type run = {
  steps : step list;
  program : string;
  arguments : string;
  environment : (string * string) list;
  variables : (string * string) list;
  stdin : string option;
  files : string list;
  output : string;
  expected_status : int;
  hook : string option;
  reference : string option;
  directory : string;
}

type place = { source : string; build : string; file : string; suite : string; cc : string }

(* What is known at a point of the block. *)
type state = {
  env : Env.t;
  done_ : step list;  (* the last first *)
  native : string list;  (* programs that the native compiler built *)
  pending : run option;  (* run, its output not yet checked *)
}

(* This branch of the block does not apply. *)
exception Stop of string

(* ---- what this system is ---- *)

let architecture_name = function X86_64 -> "amd64" | Aarch64 -> "arm64" | Riscv64 -> "riscv64"

(* Conditions that hold for both flavours; those that don't, with what the test would need. *)
let holding =
  [ "pass"; "dumpenv"; "arch64"; "not-windows"; "not-bsd"; "not-msvc"; "not_macos_amd64_tsan";
    "no-tsan";
    "no-flambda"; "no-afl-instrument"; "no-shared-libraries"; "native-compiler"; "flat-float-array";
    "function_sections"; "hasstr" ]

let failing =
  [ ("skip", "skipped by its own block"); ("hasunix", "unix"); ("libunix", "unix");
    ("hassysthreads", "systhreads"); ("shared-libraries", "dynlink"); ("native-dynlink", "dynlink");
    ("libwin32unix", "Windows"); ("windows", "Windows"); ("windows-unicode", "Windows");
    ("csharp-compiler", "Windows"); ("macos", "another system"); ("bsd", "another system");
    ("tsan", "tsan");
    ("flambda", "flambda"); ("no-flat-float-array", "another configuration");
    ("afl-instrument", "another configuration"); ("frame_pointers", "another configuration");
    ("instrumented-runtime", "another configuration"); ("debugger", "the debugger");
    ("arch32", "another architecture"); ("has_symlink", "symbolic links"); ("script", "a script");
    ("bytecode", "bytecode only"); ("toplevel", "the toplevel"); ("toplevel.opt", "the toplevel");
    ("ocaml", "the toplevel"); ("ocamlnat", "the toplevel");
    ("setup-ocaml-build-env", "the toplevel");
    ("expect", "expect"); ("ocamldoc", "ocamldoc"); ("asmgen", "asmgen"); ("codegen", "asmgen");
    ("ocamlmklib", "dynlink"); ("ocamldebug", "the debugger") ]

(* Checks of what a compiler printed, which is nothing of ours. *)
let ignored =
  [ "check-ocamlc.byte-output"; "check-ocamlopt.byte-output"; "check-ocamlc.opt-output";
    "check-ocamlopt.opt-output"; "compare-bytecode-programs"; "compare-binary-files"; "file-exists";
    "ocamlobjinfo" ]

(* What a process has and a kernel has not. *)
let holding_for_processes = [ "hasunix"; "libunix"; "hassysthreads"; "has_symlink"; "script" ]

let our_libraries = function
  | Kernel -> [ "str"; "runtime_events"; "testing" ]
  | Process -> [ "str"; "runtime_events"; "testing"; "unix"; "threads" ]

(* ---- modifiers: `include x` ---- *)

let compiler_libraries =
  [ "ocamlcommon"; "ocamlbytecomp"; "ocamlmiddleend"; "ocamloptcomp"; "ocamltoplevel" ]

let include_modifier name env =
  let library l = Env.append "libraries" (" " ^ l ^ " ") in
  match name with
  | "systhreads" -> env |> library "unix" |> library "threads"
  | "principal" -> Env.append "flags" " -principal " env
  | "tool-ocaml-lib" -> Env.append "binary_modules" " lib " env
  | "config" | "debugger" -> Env.add "compiler_directories" "true" env
  | "latex" | "html" | "man" -> env
  | "unix" | "dynlink" -> library name env
  | _ when List.mem name (our_libraries Process) || List.mem name compiler_libraries ->
      library name env
  | _ -> raise (Stop ("unknown modifier " ^ name))

(* ---- compiling ---- *)

let check_libraries flavour libraries =
  let missing l = not (List.mem l (our_libraries flavour)) in
  match List.find_opt missing libraries with
  | None -> ()
  | Some "threads" -> raise (Stop "systhreads")
  | Some l when List.mem l compiler_libraries -> raise (Stop "the compiler's own modules")
  | Some l -> raise (Stop l)

let status env name = Option.value (int_of_string_opt (Env.get env name)) ~default:0

let what_to_compile env program =
  match (Env.get env "commandline", Env.get env "module") with
  | "", "" ->
    Program
      { output = Env.get env program; modules = Env.words env "all_modules";
        compile_only = Env.get env "compile_only" = "true";
        filetype = Env.get env "ocaml_filetype_flag" }
  | "", name -> Module name
  | command, _ -> Command command

let compile_of flavour env compiler ~program ~status_variable =
  let own = match compiler with Byte -> "ocamlc_flags" | Native -> "ocamlopt_flags" in
  let libraries = Env.words env "libraries" and binary_modules = Env.words env "binary_modules" in
  if compiler = Native then check_libraries flavour libraries;
  if compiler = Native && Env.get env "compiler_directories" = "true" then
    raise (Stop "the compiler's own modules");
  { compiler; what = what_to_compile env program; flags = Env.get env "flags" ^ " " ^ Env.get env
    own;
    last_flags = Env.get env "last_flags"; libraries; binary_modules;
    directories = Env.words env "directories";
    generator_flags = (Env.get env "ocamllex_flags", Env.get env "ocamlyacc_flags");
    expected_status = status env status_variable }

let compile flavour state compiler ~program ~status_variable =
  let c = compile_of flavour state.env compiler ~program ~status_variable in
  let native =
    match c.what with
    | Program { output; compile_only = false; _ } when compiler = Native -> output :: state.native
    | _ -> state.native
  in
  { state with native; done_ = Compile c :: state.done_ }

(* ---- build directories ---- *)

let populate env files =
  Populate { files = files @ Env.words env "readonly_files"; directories = Env.words env
    "subdirectories" }

let set_up_compiler place state ~tool ~program =
  let suffix = match tool with "ocamlc.byte" | "ocamlc.opt" -> "byte" | _ -> "opt" in
  let directory = place.build ^ "/" ^ tool ^ Env.get state.env "compiler_directory_suffix" in
  let default = Printf.sprintf "%s/%s.%s" directory (Filename.remove_extension place.file) suffix in
  let env =
    state.env |> Env.add "test_build_directory" directory |> Env.add_if_undefined program default
  in
  let env =
    if program = "program" then Env.add_if_undefined "output" (Env.get env program ^ ".output") env
    else env
  in
  let step = populate env (Env.words env "all_modules") in
  { state with env; done_ = step :: Directory directory :: state.done_ }

let set_up_simple place state =
  let env = Env.add "test_build_directory" place.build state.env in
  { state with env; done_ = populate env [ place.file ] :: Directory place.build :: state.done_ }

(* ---- running ---- *)

let hook place name =
  let script = Printf.sprintf "%s/%s.%s" place.source (Filename.remove_extension place.file) name in
  if Sys.file_exists script then Some script else None

let variables_for_hook env =
  List.map
    (fun name -> (name, Env.get env name))
    [ "program"; "output"; "test_source_directory"; "test_build_directory"; "arguments"; "os_type" ]

let run place state =
  let env = state.env in
  let program = Env.get env "program" in
  if not (List.mem program state.native) then raise (Stop "bytecode only");
  { steps = List.rev state.done_; program; arguments = Env.get env "arguments";
    environment = Env.exported env; variables = variables_for_hook env;
    stdin = Env.find env "stdin";
    files = Env.words env "readonly_files" @ Env.words env "all_modules";
    output = Env.get env "output";
    expected_status = status env "exit_status"; hook = hook place "run"; reference = None;
    directory = Env.get env "test_build_directory" }

let check_output place state =
  if hook place "check-program-output" <> None then raise (Stop "a script");
  let checked r =
    { r with reference = Some (Env.get state.env "reference"); output = Env.get state.env "output" }
  in
  { state with pending = Option.map checked state.pending }

(* ---- actions ---- *)

let native_test =
  [ "setup-ocamlopt.byte-build-env"; "ocamlopt.byte"; "run"; "check-program-output" ]

let copy state =
  let step = Copy { sources = Env.words state.env "src"; target = Env.get state.env "dst" } in
  { state with done_ = step :: state.done_ }

let script state =
  let variables = ("TEST_PASS", "0") :: ("TEST_SKIP", "125") :: variables_for_hook state.env in
  let step = Script { command = Env.get state.env "script"; variables } in
  { state with done_ = step :: state.done_ }

let change_directory state =
  { state with done_ = Change_directory (Env.get state.env "cwd") :: state.done_ }

let test_condition flavour architecture name =
  let holds = flavour = Process && List.mem name holding_for_processes in
  match if holds then None else List.assoc_opt name failing with
  | Some reason -> raise (Stop reason)
  | None when holds || List.mem name holding -> ()
  | None when String.starts_with ~prefix:"arch_" name ->
    if name <> "arch_" ^ architecture_name architecture then raise (Stop "another architecture")
  | None -> raise (Stop ("unknown action " ^ name))

let act flavour architecture place state name =
  let compile = compile flavour in
  match name with
  | "setup-ocamlc.byte-build-env" ->
      set_up_compiler place state ~tool:"ocamlc.byte" ~program:"program"
  | "setup-ocamlopt.byte-build-env" ->
      set_up_compiler place state ~tool:"ocamlopt.byte" ~program:"program"
  | "setup-ocamlc.opt-build-env" ->
      set_up_compiler place state ~tool:"ocamlc.opt" ~program:"program2"
  | "setup-ocamlopt.opt-build-env" ->
      set_up_compiler place state ~tool:"ocamlopt.opt" ~program:"program2"
  | "setup-simple-build-env" -> set_up_simple place state
  | "ocamlc.byte" ->
      compile state Byte ~program:"program" ~status_variable:"ocamlc_byte_exit_status"
  | "ocamlopt.byte" ->
      compile state Native ~program:"program" ~status_variable:"ocamlopt_byte_exit_status"
  | "ocamlc.opt" -> compile state Byte ~program:"program2" ~status_variable:"ocamlc_opt_exit_status"
  | "ocamlopt.opt" ->
      compile state Native ~program:"program2" ~status_variable:"ocamlopt_opt_exit_status"
  | "run" -> { state with pending = Some (run place state) }
  | "check-program-output" -> check_output place state
  | "copy" -> copy state
  | "cd" -> change_directory state
  | "script" when flavour = Process -> script state
  | _ when List.mem name ignored -> state
  | _ ->
    test_condition flavour architecture name;
    state

(* ---- the tree ---- *)

(* What a walk found: runs, and reasons of branches that ended early; the last first. *)
type found = { runs : run list; reasons : string list }

let flush found state =
  match state.pending with
  | None -> (found, state)
  | Some run -> ({ found with runs = run :: found.runs }, { state with pending = None })

let act_in_turn flavour architecture place (found, state) name =
  let found, state = if name = "check-program-output" then (found, state) else flush found state in
  (found, act flavour architecture place state name)

let statement flavour architecture place (found, state) = function
  | Tsl.Assign (name, value) -> (found, { state with env = Env.add name value state.env })
  | Append (name, value) -> (found, { state with env = Env.append name value state.env })
  | Unset name -> (found, { state with env = Env.unset name state.env })
  | Include name -> (found, { state with env = include_modifier name state.env })
  | Do (name, modifiers) ->
    let env = List.fold_left (Fun.flip include_modifier) state.env modifiers in
    let actions = if name = "native" then native_test else [ name ] in
    List.fold_left (act_in_turn flavour architecture place) (found, { state with env }) actions

(* [statement] may stop in the middle of its work, when the runs found so far must be kept. *)
let rec statements flavour architecture place found state = function
  | [] ->
    let found, state = flush found state in
    (found, Some state)
  | first :: rest -> (
    match statement flavour architecture place (found, state) first with
    | found, state -> statements flavour architecture place found state rest
    | exception Stop reason ->
      let found, _ = flush found state in
      ({ found with reasons = reason :: found.reasons }, None))

let rec walk flavour architecture place found state (node : Tsl.node) =
  match statements flavour architecture place found state node.statements with
  | found, None -> found
  | found, Some state ->
    List.fold_left (fun found block -> walk flavour architecture place found state block) found
      node.blocks

(* ---- the first environment ---- *)

let first_environment architecture place =
  Env.of_list
    [ ("test_file", place.file); ("test_source_directory", place.source);
      ("test_build_directory_prefix", place.build); ("ocamlsrcdir", place.suite);
      ("reference", Printf.sprintf "%s/%s.reference" place.source
        (Filename.remove_extension place.file));
      ("arch", architecture_name architecture); ("os_type", "Unix"); ("objext", "o");
      ("libext", "a");
      ("asmext", "s"); ("cc", place.cc); ("cpp", "gcc -E -P"); ("ocamlrunparam", "v=0");
      ("test_pass", "0");
      ("test_fail", "1"); ("test_skip", "125") ]

(* Sources of the program: the modules named at the head of the block, each with its interface. *)
let add_all_modules place env =
  let with_interface file =
    let interface = Filename.remove_extension file ^ ".mli" in
    let has =
      Filename.check_suffix file ".ml" && Sys.file_exists (place.source ^ "/" ^ interface)
    in
    if has then [ interface; file ] else [ file ]
  in
  let named = Env.words env "plugins" @ Env.words env "modules" @ [ place.file ] in
  Env.add "all_modules" (String.concat " " (List.concat_map with_interface named)) env

let is_action = function Tsl.Do _ -> true | _ -> false

let rec split_head = function
  | first :: rest when not (is_action first) ->
    let head, rest = split_head rest in
    (first :: head, rest)
  | rest -> ([], rest)

let runs flavour architecture place (node : Tsl.node) =
  let head, rest = split_head node.statements in
  let nothing = { runs = []; reasons = [] } in
  let start =
    { env = first_environment architecture place; done_ = []; native = []; pending = None }
  in
  let default = rest = [] && node.blocks = [] in
  let rest = if default then [ Tsl.Do ("native", []) ] else rest in
  let found =
    match statements flavour architecture place nothing start head with
    | found, None -> found
    | found, Some state ->
      let state = { state with env = add_all_modules place state.env } in
      walk flavour architecture place found state { node with statements = rest }
  in
  match (List.rev found.runs, List.rev found.reasons) with
  | [], [] -> Error "compiles only"
  | [], reason :: _ -> Error reason
  | runs, _ -> Ok runs
