(* Every operator of AML: ASL compiled by iasl, what its methods give here, what they should, and
   what they give in ACPICA. The arguments are the files. *)
open Aml

let problem_of error =
  let text = Format.asprintf "%a" Error.pp error in
  match String.index_opt text ':' with
  | Some colon -> String.sub text (colon + 2) (String.length text - colon - 2)
  | None -> text

let show = function
  | Ok value -> Format.asprintf "%a" Value.pp value
  | Error error -> "error: " ^ problem_of error

let agrees ~expected found =
  if String.starts_with ~prefix:"error" expected then String.starts_with ~prefix:expected found
  else expected = found

(* The oracle's errors have other texts. *)
let oracle_agrees ~oracle found =
  oracle = found || (oracle = "error" && String.starts_with ~prefix:"error" found)

(* References in the oracle's form. *)
let rec with_last_segments : Value.t -> Value.t = function
  | Reference path -> Reference [ List.nth path (List.length path - 1) ]
  | Package elements -> Package (List.map with_last_segments elements)
  | other -> other

let check_case machine (case : Asl_file.case) oracle =
  let result = Machine.evaluate machine [ case.name ] in
  let found = show result in
  Check.that (Printf.sprintf "gives %s, not %s" found case.expected)
    (agrees ~expected:case.expected found);
  if case.differs = None then
    let short = show (Result.map with_last_segments result) in
    Check.that (Printf.sprintf "ACPICA gives %s, not %s" oracle short) (oracle_agrees ~oracle short)

let check_file path =
  let table = Asl_file.compile path and cases = Asl_file.cases path in
  let machine, errors = Machine.load (Memory.handlers (Memory.create ())) [ table ] in
  let stem = Filename.remove_extension (Filename.basename path) in
  Check.test (stem ^ ": loads") (fun () ->
      Check.that (String.concat "; " (List.map problem_of errors)) (errors = []));
  let asked = List.filter (fun (case : Asl_file.case) -> case.differs = None) cases in
  let names = List.map (fun (case : Asl_file.case) -> case.name) asked in
  let answers = List.combine names (Oracle.evaluate (Asl_file.compiled path) names) in
  let check (case : Asl_file.case) =
    let oracle = Option.value (List.assoc_opt case.name answers) ~default:"" in
    Check.test (Printf.sprintf "%s: %s" stem case.name) (fun () -> check_case machine case oracle)
  in
  List.iter check cases

let () =
  List.iter check_file (List.tl (Array.to_list Sys.argv));
  Check.finish ()
