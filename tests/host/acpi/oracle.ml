let lines_of command =
  let channel = Unix.open_process_in command in
  let lines = In_channel.input_all channel in
  ignore (Unix.close_process_in channel : Unix.process_status);
  String.split_on_char '\n' lines

let starts prefix line = String.starts_with ~prefix line

let after prefix line =
  let size = String.length prefix in
  String.trim (String.sub line size (String.length line - size))

(* Text between the first and the last quote. *)
let quoted line =
  let first = String.index line '"' and last = String.rindex line '"' in
  Scanf.unescaped (String.sub line (first + 1) (last - first - 1))

(* A line of a dump: its offset, then up to 16 bytes, then what they are as text. *)
let dumped line =
  let line = String.trim line in
  match String.index_opt line ':' with
  | Some colon when colon = 4 ->
      let bytes = String.sub line 5 (min 49 (String.length line - 5)) in
      let is_byte text = String.length text = 2 && text <> "//" in
      Some (List.filter is_byte (String.split_on_char ' ' bytes))
  | _ -> None

let rec dump lines found =
  match lines with
  | line :: rest -> (
      match dumped line with
      | Some bytes -> dump rest (found @ bytes)
      | None -> (found, lines))
  | [] -> (found, [])

let lower = String.lowercase_ascii

(* "Name DEV0 Device": the segment, without padding. *)
let reference line =
  let words = List.filter (fun word -> word <> "") (String.split_on_char ' ' line) in
  let rec name = function
    | "Name" :: segment :: _ -> segment
    | _ :: rest -> name rest
    | [] -> "?"
  in
  Option.fold (Aml.Path.of_string (name words)) ~none:"?" ~some:Aml.Path.to_string

(* A value begins at the first line; the lines behind it come with it. *)
let rec value lines =
  match lines with
  | [] -> ("error", [])
  | line :: rest ->
      let text = String.trim line in
      if starts "[Integer] = " text then
        (Printf.sprintf "0x%Lx" (Int64.of_string ("0x" ^ after "[Integer] = " text)), rest)
      else if starts "[String]" text then
        (Format.asprintf "%a" Aml.Value.pp (String (quoted text)), rest)
      else if starts "[Buffer]" text then
        let bytes, rest = dump (buffer_lines text rest) [] in
        (Printf.sprintf "{%s}" (lower (String.concat " " bytes)), rest)
      else if starts "[Package]" text then package text rest
      else if starts "[Object Reference]" text then (reference text, rest)
      else if starts "[Null Object]" text then ("-", rest)
      else (text, rest)

(* The first line of a short dump stands behind the length. *)
and buffer_lines text rest =
  let parts = String.index text '=' in
  let tail = String.trim (String.sub text (parts + 1) (String.length text - parts - 1)) in
  if tail = "" then rest else tail :: rest

and package text rest =
  let nr = Scanf.sscanf text "[Package] Contains %d Elements:" Fun.id in
  let rec go n rest found =
    if n = 0 then (Printf.sprintf "[%s]" (String.concat ", " (List.rev found)), rest)
    else
      let element, rest = value rest in
      go (n - 1) rest (element :: found)
  in
  go nr rest []

let rec answer name = function
  | [] -> "error"
  | line :: _ when starts (Printf.sprintf
    "No object was returned from evaluation of \\%s" name) line -> "-"
  | line :: rest when starts (Printf.sprintf "Evaluation of \\%s returned" name) line ->
      fst (value rest)
  | line :: rest ->
      if starts "Evaluating \\" line && line <> "Evaluating \\" ^ name then "error"
      else answer name rest

(* From where a method is called. *)
let rec from name = function
  | [] -> []
  | line :: rest when line = "Evaluating \\" ^ name -> rest
  | _ :: rest -> from name rest

let evaluate table names =
  let commands = Filename.temp_file "acpiexec-" ".commands" in
  let execute channel = List.iter (Printf.fprintf channel "execute \\%s\n") names in
  Out_channel.with_open_bin commands execute;
  let command =
    Printf.sprintf "timeout 60 acpiexec -es %s 2>&1 <%s" (Filename.quote table)
      (Filename.quote commands)
  in
  let lines = lines_of command in
  Sys.remove commands;
  List.map (fun name -> answer name (from name lines)) names
