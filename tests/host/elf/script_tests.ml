(* The first line of scripts, as Linux reads it. *)
open Elf

let show = function
  | Ok { Script.interpreter; argument = None } -> interpreter
  | Ok { interpreter; argument = Some argument } -> Printf.sprintf "%s [%s]" interpreter argument
  | Error e -> Format.asprintf "%a" Script.pp_error e

let is name text expected =
  Check.test ("script: " ^ name) (fun () ->
      Expect.text "the line" (show (Script.read text)) (show expected))

let plain interpreter = Ok { Script.interpreter; argument = None }
let with_one interpreter argument = Ok { Script.interpreter; argument = Some argument }

let lines () =
  is "a program" "#!/bin/sh\necho\n" (plain "/bin/sh");
  is "an argument" "#!/bin/sh -e\n" (with_one "/bin/sh" "-e");
  is "one argument, whatever is in it" "#!/usr/bin/env  a b\tc \t\n"
    (with_one "/usr/bin/env" "a b\tc");
  is "blanks before the program" "#! \t/bin/sh\n" (plain "/bin/sh");
  is "no end of line" "#!/bin/sh -e" (with_one "/bin/sh" "-e");
  is "a NUL ends the line" "#!/bin/sh -e\000f\n" (with_one "/bin/sh" "-e");
  is "a NUL in the program" "#!/bin/s\000h\n" (plain "/bin/s");
  is "a relative program" "#!sh\n" (plain "sh");
  is "nothing" "#!\n/bin/sh" (Error No_interpreter);
  is "blanks alone" "#! \t \n" (Error No_interpreter);
  is "no line at all" "#!" (Error No_interpreter);
  is "no script" "# !/bin/sh\n" (Error Not_a_script);
  is "an empty file" "" (Error Not_a_script)

let long () =
  let path n = String.make n 'p' in
  is "a path of 253 bytes and its line's end" ("#!" ^ path 253 ^ "\n") (plain (path 253));
  is "a path of 253 bytes and a blank" ("#!" ^ path 253 ^ " -e\n") (plain (path 253));
  is "a path of 254 bytes" ("#!" ^ path 254 ^ "\n") (Error Too_long);
  is "a path that has no end" ("#!" ^ path 4000) (Error Too_long);
  is "blanks without end" ("#!" ^ String.make 4000 ' ') (Error No_interpreter);
  is "an argument is cut" ("#!/p " ^ path 4000 ^ "\n") (with_one "/p" (path 250))

let arguments () =
  let check name script given expected =
    Check.test ("script: arguments, " ^ name) (fun () ->
        let script = Result.get_ok (Script.read script) in
        Expect.text "they" (String.concat "|" (Script.arguments script ~path:"./s" given)) expected)
  in
  check "none" "#!/bin/sh\n" [ "s" ] "/bin/sh|./s";
  check "all" "#!/bin/sh -e\n" [ "s"; "a"; "" ] "/bin/sh|-e|./s|a|";
  check "not even a first" "#!/bin/sh\n" [] "/bin/sh|./s"

let () =
  lines ();
  long ();
  arguments ();
  Check.finish ()
