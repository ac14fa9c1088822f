type case = { name : string; expected : string; differs : string option }

let read path = In_channel.with_open_bin path In_channel.input_all

(* The part of a line behind a mark. *)
let after line mark =
  let size = String.length mark in
  let rec go at =
    if at + size > String.length line then None
    else if String.sub line at size = mark then
      Some (String.sub line 0 at, String.trim (String.sub line (at + size)
        (String.length line - at - size)))
    else go (at + 1)
  in
  go 0

let method_of line =
  Option.map (fun (_, rest) -> String.sub rest 0 4) (after line "Method (")

let case_of name text =
  match after text "//!" with
  | Some (expected, reason) -> { name; expected = String.trim expected; differs = Some reason }
  | None -> { name; expected = text; differs = None }

let cases path =
  let add (name, found) line =
    let name = Option.value (method_of line) ~default:name in
    match after line "//=" with
    | Some (_, text) when name <> "" -> (name, case_of name text :: found)
    | _ -> (name, found)
  in
  let lines = String.split_on_char '\n' (read path) in
  List.rev (snd (List.fold_left add ("", []) lines))

let stem path = Filename.remove_extension (Filename.basename path)
let compiled path = Filename.concat (Filename.get_temp_dir_name ()) (stem path ^ ".aml")

let compile path =
  let out = compiled path in
  let log = out ^ ".log" in
  let quoted = Filename.quote in
  (* Its status says nothing: some of what is tested it takes for mistakes. *)
  let command =
    Printf.sprintf "iasl -f -oa -of -p %s %s >%s 2>&1"
      (quoted (Filename.remove_extension out)) (quoted path) (quoted log)
  in
  if Sys.file_exists out then Sys.remove out;
  ignore (Sys.command command : int);
  if not (Sys.file_exists out) then Check.that (read log) false;
  match Acpi.Table.of_bytes ~address:0 (read out) with
  | Ok table -> table
  | Error error -> failwith (Format.asprintf "%s: %a" out Acpi.Error.pp error)
