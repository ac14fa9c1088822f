type statement =
  | Assign of string * string
  | Append of string * string
  | Include of string
  | Unset of string
  | Do of string * string list

type node = { statements : statement list; blocks : node list }

exception Malformed of string

type token = Word of string | Text of string | Sign of string | End

(* ---- characters ---- *)

type cursor = { text : string; mutable at : int }

let looking_at c word =
  let n = String.length word in
  c.at + n <= String.length c.text && String.sub c.text c.at n = word

let peek c = if c.at < String.length c.text then c.text.[c.at] else raise (Malformed "unfinished")

let next c =
  let char = peek c in
  c.at <- c.at + 1;
  char

let is_blank char = char = ' ' || char = '\t' || char = '\012'
let is_space char = is_blank char || char = '\n' || char = '\r'

let is_word = function
  | 'A' .. 'Z' | 'a' .. 'z' | '0' .. '9' | '_' | '.' | '-' | '\'' -> true
  | _ -> false

let skip_while c test =
  while c.at < String.length c.text && test c.text.[c.at] do
    c.at <- c.at + 1
  done

(* ---- tokens ---- *)

(* A backslash at the end of a line joins the lines: blanks that follow are dropped, unless one is
   kept by a further backslash. Other backslashes mean nothing. *)
let rec string_body c out =
  match next c with
  | '"' -> Buffer.contents out
  | '\\' when looking_at c "\n" || looking_at c "\r\n" ->
    skip_while c (fun char -> char = '\r');
    c.at <- c.at + 1;
    skip_while c is_blank;
    if looking_at c "\\ " then c.at <- c.at + 1;
    string_body c out
  | char ->
    Buffer.add_char out char;
    string_body c out

let rec skip_comment c depth =
  if looking_at c "*)" then (
    c.at <- c.at + 2;
    if depth > 1 then skip_comment c (depth - 1))
  else if looking_at c "(*" then (
    c.at <- c.at + 2;
    skip_comment c (depth + 1))
  else (
    ignore (next c);
    skip_comment c depth)

let word c =
  let start = c.at in
  skip_while c is_word;
  if c.at = start then raise (Malformed (Printf.sprintf "unexpected %C" (peek c)));
  String.sub c.text start (c.at - start)

let sign c s =
  c.at <- c.at + String.length s;
  Sign s

let rec token c =
  skip_while c is_space;
  if looking_at c "*)" || looking_at c "*/" then End
  else if looking_at c "(*" then (
    c.at <- c.at + 2;
    skip_comment c 1;
    token c)
  else
    match peek c with
    | '"' ->
      c.at <- c.at + 1;
      Text (string_body c (Buffer.create 64))
    | ('{' | '}' | ';' | ',' | '=') as char -> sign c (String.make 1 char)
    | '+' when looking_at c "+=" -> sign c "+="
    | _ -> Word (word c)

(* ---- statements ---- *)

let expect c wanted =
  if token c <> wanted then raise (Malformed (Printf.sprintf "near character %d" c.at))

let name c = match token c with Word w -> w | _ -> raise (Malformed "a name is missing")
let text c = match token c with Text t -> t | _ -> raise (Malformed "a string is missing")

let rec modifiers c =
  let first = name c in
  let back = c.at in
  if token c = Sign "," then first :: modifiers c
  else (
    c.at <- back;
    [ first ])

let after_name c name =
  let back = c.at in
  match token c with
  | Sign "=" -> Assign (name, text c)
  | Sign "+=" -> Append (name, text c)
  | Word "with" -> Do (name, modifiers c)
  | _ ->
    c.at <- back;
    Do (name, [])

let statement c = function
  | "include" -> Include (name c)
  | "unset" -> Unset (name c)
  | "set" ->
    let variable = name c in
    expect c (Sign "=");
    Assign (variable, text c)
  | first -> after_name c first

let rec statements c =
  let back = c.at in
  match token c with
  | Word first ->
    let s = statement c first in
    expect c (Sign ";");
    s :: statements c
  | _ ->
    c.at <- back;
    []

let rec node c =
  let statements = statements c in
  { statements; blocks = blocks c }

and blocks c =
  let back = c.at in
  if token c = Sign "{" then (
    let first = node c in
    expect c (Sign "}");
    first :: blocks c)
  else (
    c.at <- back;
    [])

(* ---- finding the block ---- *)

(* Moves past "(*", blanks and a word that begins with TEST; the word, or [None] and not moved. *)
let opening c =
  let back = c.at in
  if not (looking_at c "(*" || looking_at c "/*") then None
  else (
    c.at <- c.at + 2;
    skip_while c is_blank;
    let start = c.at in
    skip_while c is_word;
    match String.sub c.text start (c.at - start) with
    | ("TEST" | "TEST_BELOW") as w -> Some w
    | _ ->
      c.at <- back;
      None)

let rec last_opening c found =
  if c.at >= String.length c.text then found
  else
    match opening c with
    | Some "TEST" -> last_opening c (Some c.at)
    | _ ->
      c.at <- c.at + 1;
      last_opening c found

let of_text text =
  let c = { text; at = 0 } in
  skip_while c is_space;
  let parse at =
    c.at <- at;
    let tree = node c in
    expect c End;
    Some tree
  in
  match opening c with
  | None -> None
  | Some "TEST" -> parse c.at
  | Some _ -> (
    match last_opening c None with
    | Some at -> parse at
    | None -> raise (Malformed "TEST_BELOW, and nothing below"))
