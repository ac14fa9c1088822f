type t = Passed | Failed of string | Skipped of string

let fail format = Printf.ksprintf (fun message -> Error message) format
let ( let* ) = Result.bind
let log_of (test : Suite.test) = test.place.build ^ ".log"

(* ---- running ---- *)

let in_directory (run : Plan.run) path =
  if Filename.is_relative path then run.directory ^ "/" ^ path else path

(* The build directory is the kernel's root directory. *)
let argument (run : Plan.run) word =
  let prefix = run.directory ^ "/" in
  if String.starts_with ~prefix word then
    let n = String.length prefix in
    "/" ^ String.sub word n (String.length word - n)
  else word

(* The loader takes so many files beside the kernel. *)
let files_max = 15

let program (run : Plan.run) kernel : Machine.program =
  let files =
    List.map (fun name -> (name, in_directory run name)) (List.sort_uniq compare run.files)
  in
  let files =
    List.filter (fun (_, path) -> Sys.file_exists path && not (Sys.is_directory path)) files
  in
  { kernel; environment = run.environment; stdin = run.stdin;
    arguments = List.map (argument run)
      (List.filter (( <> ) "") (String.split_on_char ' ' run.arguments));
    files = List.filteri (fun i _ -> i < files_max) files }

let check_ending (run : Plan.run) = function
  | Machine.Exit status when status = run.expected_status -> Ok ()
  | Exit status -> fail "exit status %d, expected %d" status run.expected_status
  | Panic -> fail "the kernel panicked"
  | Silence -> fail "no end within the time limit"
  | Signal number -> fail "signal %d ended it" number
  | Broken status -> fail "QEMU ended with status %d" status

let last_lines text =
  let lines = String.split_on_char '\n' text in
  let surplus = List.length lines - 200 in
  String.concat "\n" (List.filteri (fun i _ -> i >= surplus) lines)

let run_kernel config (run : Plan.run) ~log kernel =
  let output, ending =
    Machine.run config ~scratch:(in_directory run run.program ^ ".boot") (program run kernel)
  in
  File.write (in_directory run run.output) output;
  let checked = check_ending run ending in
  if Result.is_error checked then File.append log ("output:\n" ^ last_lines output ^ "\n");
  checked

(* ---- hooks: the suite's own scripts around a program ---- *)

let wrapper config (run : Plan.run) kernel =
  let c : Config.t = config in
  let arch =
    match c.architecture with X86_64 -> "x86_64" | Aarch64 -> "aarch64" | Riscv64 -> "riscv64"
  in
  let settings =
    [ ("ARCH", arch); ("TARGET", c.target); ("SUITE", c.suite); ("CC", c.cc); ("CROSS", c.cross);
      ("VARIANT", c.variant); ("SYSROOT", c.sysroot); ("OBJECTS", c.objects); ("LOADER", c.loader);
      ("LINK", c.link); ("WORK", c.work); ("HERE", c.here); ("SMP", string_of_int c.cores);
      ("MEM", string_of_int c.memory_mib); ("TIMEOUT", string_of_int c.timeout_s); ("JOBS", "1");
      ("FLAVOUR", "kernel"); ("RUNNER", c.runner); ("SHELLS", c.shell) ]
  in
  let setting (name, value) = Filename.quote (name ^ "=" ^ value) in
  let list settings = String.concat " " (List.map setting settings) in
  Printf.sprintf "#!/bin/sh\nexec %s boot %s %s . %s -- \"$@\"\n"
    (Filename.quote Sys.executable_name)
    (list settings) (Filename.quote kernel) (list run.environment)

let run_hook config (run : Plan.run) ~log ~hook kernel =
  File.write run.program (wrapper config run kernel);
  let exports =
    List.map (fun (n, v) -> Printf.sprintf "%s=%s" n (Filename.quote v))
      (("ocamltest_response", run.program ^ ".response") :: run.variables)
  in
  let command =
    Printf.sprintf "chmod +x %s && export %s && sh %s" run.program (String.concat " " exports) hook
  in
  match File.shell ~directory:run.directory ~log command with
  | 0 -> Ok ()
  | status -> fail "the suite's own script %s ended with status %d" (Filename.basename hook) status

(* The words after `boot`: settings, then KERNEL . NAME=value... -- ARGUMENT... Config takes all
   words with an equals sign before the dot; so the caller cuts first. *)
let boot config words =
  let rec split_at word = function
    | [] -> ([], [])
    | first :: rest when first = word -> ([], rest)
    | first :: rest ->
      let before, after = split_at word rest in
      (first :: before, after)
  in
  let head, rest = split_at "." words in
  let settings, arguments = split_at "--" rest in
  let setting word =
    match String.index_opt word '=' with
    | Some i -> (String.sub word 0 i, String.sub word (i + 1) (String.length word - i - 1))
    | None -> (word, "")
  in
  let kernel = List.hd head in
  let p : Machine.program =
    { kernel; arguments; environment = List.map setting settings; files = []; stdin = None }
  in
  let output, ending = Machine.run config ~scratch:(kernel ^ ".hook") p in
  print_string output;
  match ending with
  | Exit status -> status
  | Panic -> 101
  | Silence -> 124
  | Broken status -> status
  | Signal n -> 128 + n

(* ---- comparing ---- *)

let lines text = String.split_on_char '\n' text

let ends_with_return line = String.ends_with ~suffix:"\r" line

(* All lines of the output may end in "\r\n" where those of the reference end in "\n". *)
let same_text reference output =
  match List.rev (lines output) with
  | last :: (_ :: _ as ended) when List.for_all ends_with_return ended ->
    let cut line = String.sub line 0 (String.length line - 1) in
    let plain = String.concat "\n" (List.rev (last :: List.map cut ended)) in
    reference = output || reference = plain
  | _ -> reference = output

(* A missing reference stands for an empty one. *)
let compare_output (run : Plan.run) ~log =
  match run.reference with
  | None -> Ok ()
  | Some reference ->
    let output = in_directory run run.output in
    let reference = if Sys.file_exists reference then in_directory run reference else "/dev/null" in
    if same_text (File.read reference) (File.read output) then Ok ()
    else (
      let command =
        Printf.sprintf "diff -au %s %s | head -200" (Filename.quote reference)
          (Filename.quote output)
      in
      ignore (File.shell ~directory:run.directory ~log command);
      fail "the output differs")

(* How long each step took can be read from the log: the driver's own library has no clock. *)
let note_time ~log what =
  ignore (Sys.command (Printf.sprintf "date '+%s %%s' >>%s" what (Filename.quote log)))

let check (test : Suite.test) ending =
  let* () = check_ending test.run ending in
  compare_output test.run ~log:(log_of test)

let conclude (test : Suite.test) result =
  let log = log_of test in
  note_time ~log "end";
  match result with
  | Ok () ->
    File.remove test.place.build;
    Passed
  | Error why ->
    File.append log ("verdict: " ^ why ^ "\n");
    Failed why

let build config (test : Suite.test) =
  let log = log_of test in
  File.remove test.place.build;
  File.make_directory test.place.build;
  File.write log "";
  note_time ~log "begin";
  match Build.executable config ~source:test.place.source ~log test.run with
  | path -> Ok path
  | exception Build.Does_not_apply why -> Error (Skipped why)
  | exception (Build.Failed why | Sys_error why) -> Error (conclude test (Error why))

let of_test config (test : Suite.test) =
  let log = log_of test in
  match build config test with
  | Error verdict -> verdict
  | Ok kernel ->
    conclude test
      (let* () =
         match test.run.hook with
         | Some hook -> run_hook config test.run ~log ~hook kernel
         | None -> run_kernel config test.run ~log kernel
       in
       compare_output test.run ~log)
