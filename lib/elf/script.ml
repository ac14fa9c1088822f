type t = { interpreter : string; argument : string option }
type error = Not_a_script | No_interpreter | Too_long

let pp_error ppf error =
  Format.pp_print_string ppf
    (match error with
    | Not_a_script -> "offset 0x0: this is no script"
    | No_interpreter -> "offset 0x2: the script names no interpreter"
    | Too_long -> "offset 0x2: the interpreter's path has no end within the first 255 bytes")

let looked_at = 256
let is_blank c = c = ' ' || c = '\t'


let rec skip test text i =
  if i < String.length text && test text.[i] then skip test text (i + 1) else i

let rec cut_blanks text stop =
  if stop > 0 && is_blank text.[stop - 1] then cut_blanks text (stop - 1)
  else String.sub text 0 stop

let from text i = String.sub text i (String.length text - i)

(* Where the first word begins and ends. *)
let first_word line =
  let start = skip is_blank line 0 in
  (start, skip (fun c -> not (is_blank c)) line start)

(* What stands behind the mark, to the line's end. Where that is not in sight an argument may be
   cut, a path may not. *)
let line_of bytes =
  let rest = from (String.sub bytes 0 (min looked_at (String.length bytes))) 2 in
  let stop = skip (fun c -> c <> '\n' && c <> '\000') rest 0 in
  let start, word_end = first_word rest in
  if stop < looked_at - 2 then Ok (String.sub rest 0 stop)
  else if start = stop then Error No_interpreter
  else if word_end = stop then Error Too_long
  else Ok (String.sub rest 0 (stop - 1))

let parse line =
  let line = cut_blanks line (String.length line) in
  let start, stop = first_word line in
  if start = stop then Error No_interpreter
  else
    let interpreter = String.sub line start (stop - start) in
    let argument = from line (skip is_blank line stop) in
    Ok { interpreter; argument = (if argument = "" then None else Some argument) }

let read bytes =
  if String.starts_with ~prefix:"#!" bytes then Result.bind (line_of bytes) parse
  else Error Not_a_script

let arguments { interpreter; argument } ~path given =
  let own = match given with [] -> [] | _ :: own -> own in
  (interpreter :: Option.to_list argument) @ (path :: own)
