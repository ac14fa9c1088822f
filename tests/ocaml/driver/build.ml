exception Failed of string
exception Does_not_apply of string

let fail format = Printf.ksprintf (fun message -> raise (Failed message)) format
let words list = String.concat " " (List.filter (( <> ) "") list)

(* What the steps have made so far. *)
type state = {
  config : Config.t;
  source : string;
  log : string;
  directory : string;
  objects : string list;  (* of C files, for the link *)
}

let run_or_fail s what command =
  let status = File.shell ~directory:s.directory ~log:s.log command in
  if status <> 0 then fail "%s failed with status %d" what status

let in_directory s path = if Filename.is_relative path then s.directory ^ "/" ^ path else path

(* ---- libraries ---- *)

let library_directory (config : Config.t) = config.work ^ "/lib"
let ocaml_lib (config : Config.t) = config.target ^ "/lib/ocaml"

let suite_libraries (config : Config.t) =
  let directory = library_directory config in
  let log = directory ^ "/log" in
  File.remove directory;
  File.make_directory directory;
  List.iter
    (fun name -> File.copy (config.suite ^ "/testsuite/lib/" ^ name) (directory ^ "/" ^ name))
    [ "testing.mli"; "testing.ml"; "lib.mli"; "lib.ml" ];
  let command =
    Printf.sprintf "O=%s/bin/ocamlopt; $O -a -linkall -o testing.cmxa testing.mli testing.ml && $O -c lib.mli lib.ml"
      config.target
  in
  if File.shell ~directory ~log command <> 0 then failwith ("the suite's own libraries: see " ^ log)

let directory_flags s (c : Plan.compile) =
  let libraries = match s.config.flavour with Kernel -> [] | Process -> [ "unix"; "threads" ] in
  let of_ocaml l = ocaml_lib s.config ^ "/" ^ l in
  let own =
    library_directory s.config :: List.map of_ocaml ("str" :: "runtime_events" :: libraries)
  in
  words (List.map (fun d -> "-I " ^ d) (own @ c.directories))

let extension (c : Plan.compile) ~native ~byte =
  match c.compiler with Native -> native | Byte -> byte

let library_files (c : Plan.compile) =
  let file l = l ^ extension c ~native:".cmxa" ~byte:".cma" in
  words (List.map file c.libraries)

let binary_modules (c : Plan.compile) =
  let file m = m ^ extension c ~native:".cmx" ~byte:".cmo" in
  words (List.map file c.binary_modules)

(* The C parts of the libraries, for the kernel's link. *)
let stub_archives (config : Config.t) =
  words
    (List.map
       (fun name -> Printf.sprintf "%s/lib%snat.a" (ocaml_lib config) name)
       [ "camlstr"; "camlruntime_events" ])

(* ---- modules ---- *)

let compile_c s file =
  let object_file = Filename.basename (Filename.remove_extension file) ^ ".o" in
  run_or_fail s ("compiling " ^ file)
    (words
       [ s.config.cc; "-O2 -fno-strict-aliasing -fwrapv -pthread"; "-I"; ocaml_lib s.config; "-c";
         file; "-o";
         object_file ]);
  object_file

let generate s (c : Plan.compile) file =
  let lex, yacc = c.generator_flags in
  let base = Filename.remove_extension file in
  let bin name = s.config.target ^ "/bin/" ^ name in
  match Filename.extension file with
  | ".mll" ->
    run_or_fail s "ocamllex" (words [ bin "ocamllex"; lex; file ]);
    [ base ^ ".ml" ]
  | ".mly" ->
    run_or_fail s "ocamlyacc" (words [ bin "ocamlyacc"; yacc; file ]);
    [ base ^ ".mli"; base ^ ".ml" ]
  | _ -> [ file ]

(* With a -impl or -intf the name does not say what a file is. *)
let is_for_link ~filetype file = filetype = "" && List.mem (Filename.extension file) [ ".c"; ".o" ]

(* ---- compilers ---- *)

let compiler s (c : Plan.compile) =
  s.config.target ^ "/bin/" ^ extension c ~native:"ocamlopt" ~byte:"ocamlc"

(* Bytecode that a native test starts would want an interpreter. *)
let as_native s (c : Plan.compile) =
  match c.what with
  | Program { output; compile_only = false; _ } when s.config.flavour = Process
  && Filename.check_suffix output ".exe" ->
    { c with compiler = Native }
  | _ -> c

(* Flags by which the compiler makes something else than a program. *)
let makes_no_program (c : Plan.compile) =
  let rec search = function
    | ("-w" | "-warn-error") :: _ :: rest -> search rest
    | ("-a" | "-c" | "-i" | "-pack" | "-shared") :: _ -> true
    | _ :: rest -> search rest
    | [] -> false
  in
  search (List.filter (( <> ) "") (String.split_on_char ' ' c.flags))

let check_status (c : Plan.compile) status =
  if status <> c.expected_status then
    fail "compiling ended with status %d, expected %d" status c.expected_status

let call s (c : Plan.compile) parts =
  check_status c (File.shell ~directory:s.directory ~log:s.log (words (compiler s c :: parts)))

(* For a kernel a program becomes one object with an entry that our link calls; std_exit is what the
   compiler would have added to a program. *)
let compile_program s (c : Plan.compile) ~output ~modules ~compile_only ~filetype =
  let modules = List.concat_map (generate s c) modules in
  let for_link, for_ocaml = List.partition (is_for_link ~filetype) modules in
  let is_source file = Filename.extension file = ".c" in
  let objects = List.map (fun f -> if is_source f then compile_c s f else f) for_link in
  let objects = List.map (in_directory s) objects in
  let program = c.compiler = Native && (not compile_only) && not (makes_no_program c) in
  let for_kernel = program && s.config.flavour = Kernel in
  let variant = if program && not for_kernel then s.config.variant else "" in
  let target =
    if for_kernel then "-nodynlink -output-obj -o " ^ output ^ ".o"
    else if compile_only then "-c"
    else
      words ([ "-o"; output; (if variant = "" then "" else "-runtime-variant " ^ variant) ] @
        objects)
  in
  let last = if for_kernel then ocaml_lib s.config ^ "/std_exit.cmx" else "" in
  call s c
    [ directory_flags s c; c.flags; library_files c; target; filetype; binary_modules c; words
      for_ocaml;
      c.last_flags; last ];
  { s with objects = s.objects @ objects }

let compile s (c : Plan.compile) =
  let c = as_native s c in
  match c.what with
  | Program { output; modules; compile_only; filetype } ->
    compile_program s c ~output ~modules ~compile_only ~filetype
  | Module file when Filename.extension file = ".c" ->
    ignore (compile_c s file);
    s
  | Module file ->
    call s c [ directory_flags s c; c.flags; library_files c; "-c"; file ];
    s
  | Command line ->
    call s c [ line ];
    s

(* ---- steps ---- *)

let script s command variables =
  let exports =
    List.map (fun (n, v) -> n ^ "=" ^ Filename.quote v)
      (("ocamltest_response", "script.response") :: variables)
  in
  match File.shell ~directory:s.directory ~log:s.log
    (words [ "export"; words exports; "&&"; command ]) with
  | 0 -> ()
  | 125 -> raise (Does_not_apply command)
  | status -> fail "the script %s ended with status %d" command status

let populate s files directories =
  let copy name =
    let source = s.source ^ "/" ^ name and target = s.directory ^ "/" ^ name in
    if Sys.file_exists source then (
      File.make_directory (Filename.dirname target);
      File.copy source target)
  in
  List.iter copy (files @ directories)

let copy_files s sources target =
  let target = in_directory s target in
  let copy source =
    let into = String.ends_with ~suffix:"/" target || List.length sources > 1 in
    let target = if into then target ^ "/" ^ Filename.basename source else target in
    File.copy (in_directory s source) target
  in
  List.iter copy sources

let step s : Plan.step -> state = function
  | Populate { files; directories } ->
    populate s files directories;
    s
  | Directory directory ->
    File.make_directory directory;
    { s with directory }
  | Change_directory directory -> { s with directory = in_directory s directory }
  | Compile c -> compile s c
  | Copy { sources; target } ->
    copy_files s sources target;
    s
  | Script { command; variables } ->
    script s command variables;
    s

(* ---- the link ---- *)

let link s program =
  let kernel = in_directory s program ^ ".elf" in
  let c = s.config in
  let settings =
    Printf.sprintf "CROSS=%s OBJECTS=%s SYSROOT=%s OCAML_LIB=%s VARIANT=%s" c.cross c.objects
      c.sysroot
      (ocaml_lib c) c.variant
  in
  let root = Filename.dirname (Filename.dirname c.link) in
  let object_file = in_directory s program ^ ".o" in
  run_or_fail { s with directory = root } "the kernel's link"
    (words ([ settings; "sh"; c.link; kernel; object_file ] @ List.sort_uniq compare s.objects @
      [ stub_archives c ]));
  kernel

let executable config ~source ~log (run : Plan.run) =
  let start = { config; source; log; directory = config.Config.work; objects = [] } in
  let s = List.fold_left step start run.steps in
  match config.flavour with Kernel -> link s run.program | Process -> in_directory s run.program
