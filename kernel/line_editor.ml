let history_size = 200
let longest_line = 4096

(* The line is [before] the cursor, reversed, and [after] it. *)
type line = { before : char list; after : char list }

type t = {
  complete : string -> string list;
  mutable history : string list;  (** latest first *)
  input : bytes;
  mutable pending : string;  (** bytes read and not yet used *)
}

let create ?(complete = fun _ -> []) () =
  { complete; history = []; input = Bytes.create 256; pending = "" }

(* ---- keys ---- *)

type key =
  | Char of char
  | Control of char
  | Enter
  | Backspace
  | Delete
  | Left
  | Right
  | Home
  | End
  | Up
  | Down
  | Tab
  | Unknown

let escape_wait_ns = 50_000_000

let refill ?timeout_ns t =
  let n = Console.read ?timeout_ns t.input ~pos:0 ~len:(Bytes.length t.input) in
  t.pending <- Bytes.sub_string t.input 0 n

let next_byte ?timeout_ns t =
  if t.pending = "" then refill ?timeout_ns t;
  if t.pending = "" then None
  else begin
    let c = t.pending.[0] in
    t.pending <- String.sub t.pending 1 (String.length t.pending - 1);
    Some c
  end

(* After ESC: a control sequence's parameters and final byte. A lone ESC is nothing. *)
let escape t =
  let next () = next_byte ~timeout_ns:escape_wait_ns t in
  let rec parameters text =
    match next () with
    | Some (('0' .. '9' | ';') as c) -> parameters (text ^ String.make 1 c)
    | Some final -> (text, final)
    | None -> (text, ' ')
  in
  match next () with
  | Some ('[' | 'O') -> (
      match parameters "" with
      | _, 'A' -> Up
      | _, 'B' -> Down
      | _, 'C' -> Right
      | _, 'D' -> Left
      | _, 'H' | ("1" | "7"), '~' -> Home
      | _, 'F' | ("4" | "8"), '~' -> End
      | "3", '~' -> Delete
      | _ -> Unknown)
  | _ -> Unknown

let rec key t =
  match next_byte t with
  | None -> key t
  | Some ('\r' | '\n') -> Enter
  | Some ('\b' | '\127') -> Backspace
  | Some '\t' -> Tab
  | Some '\027' -> escape t
  | Some c when c < ' ' -> Control (Char.chr (Char.code c + 64))
  | Some c -> Char c

(* ---- the line ---- *)

let empty = { before = []; after = [] }
let of_string s = { before = List.rev (List.of_seq (String.to_seq s)); after = [] }
let text line = String.of_seq (List.to_seq (List.rev_append line.before line.after))
let length line = List.length line.before + List.length line.after

let rec drop_word = function
  | ' ' :: rest -> drop_word rest
  | before ->
      let rec letters = function c :: rest when c <> ' ' -> letters rest | rest -> rest in
      letters before

let current_word line =
  let rec take word = function c :: rest when c <> ' ' -> take (c :: word) rest | _ -> word in
  String.of_seq (List.to_seq (take [] line.before))

let draw prompt line =
  let back = List.length line.after in
  Printf.printf "\r%s%s\027[K%s%!" prompt (text line)
    (if back = 0 then "" else Printf.sprintf "\027[%dD" back)

let bell () = print_string "\007"

let common_prefix = function
  | [] -> ""
  | first :: rest ->
      let shared a b =
        let rec go i =
          if i < String.length a && i < String.length b && a.[i] = b.[i] then go (i + 1) else i
        in
        String.sub a 0 (go 0)
      in
      List.fold_left shared first rest

let insert line s =
  { line with before = List.rev_append (List.of_seq (String.to_seq s)) line.before }

let complete t line =
  let word = current_word line in
  let rest candidate =
    String.sub candidate (String.length word) (String.length candidate - String.length word)
  in
  match List.filter (String.starts_with ~prefix:word) (t.complete word) with
  | [] -> bell (); line
  | [ one ] -> insert line (rest one ^ " ")
  | several when String.length (common_prefix several) > String.length word ->
      insert line (rest (common_prefix several))
  | several ->
      Printf.printf "\r\n%s\r\n" (String.concat "  " several);
      line

(* ---- editing ---- *)

let edit line = function
  | Char c when length line < longest_line -> { line with before = c :: line.before }
  | Char _ -> bell (); line
  | Backspace -> ( match line.before with _ :: before -> { line with before } | [] -> line)
  | Delete -> ( match line.after with _ :: after -> { line with after } | [] -> line)
  | Left | Control 'B' -> (
      match line.before with c :: before -> { before; after = c :: line.after } | [] -> line)
  | Right | Control 'F' -> (
      match line.after with c :: after -> { before = c :: line.before; after } | [] -> line)
  | Home | Control 'A' -> { before = []; after = List.rev_append line.before line.after }
  | End | Control 'E' -> { before = List.rev_append line.after line.before; after = [] }
  | Control 'K' -> { line with after = [] }
  | Control 'U' -> { line with before = [] }
  | Control 'W' -> { line with before = drop_word line.before }
  | _ -> line

let remember t s =
  if String.trim s <> "" && not (List.mem s (List.filteri (fun i _ -> i = 0) t.history)) then
    t.history <- List.filteri (fun i _ -> i < history_size) (s :: t.history)

(* [older] and [newer] are the history around the line shown, nearest first. *)
let rec loop t prompt line ~older ~newer =
  draw prompt line;
  match key t with
  | Enter -> print_string "\r\n"; flush stdout; remember t (text line); Some (text line)
  | Control 'D' when length line = 0 -> print_string "\r\n"; None
  | Control 'D' -> loop t prompt (edit line Delete) ~older ~newer
  | Control 'C' -> print_string "^C\r\n"; loop t prompt empty ~older:t.history ~newer:[]
  | Control 'L' -> print_string "\027[H\027[2J"; loop t prompt line ~older ~newer
  | Tab -> loop t prompt (complete t line) ~older ~newer
  | Up | Control 'P' -> (
      match older with
      | previous :: older -> loop t prompt (of_string previous) ~older ~newer:(text line :: newer)
      | [] -> bell (); loop t prompt line ~older ~newer)
  | Down | Control 'N' -> (
      match newer with
      | next :: newer -> loop t prompt (of_string next) ~older:(text line :: older) ~newer
      | [] -> bell (); loop t prompt line ~older ~newer)
  | k -> loop t prompt (edit line k) ~older ~newer

let read_line t ~prompt = loop t prompt empty ~older:t.history ~newer:[]
