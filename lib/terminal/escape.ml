type item =
  | Character of int
  | Control of char
  | Sequence of { prefix : char; numbers : int list; final : char }
  | Escape of char

type state =
  | Ground
  | After_escape
  | In_sequence of { prefix : char; text : Buffer.t }
  | In_string  (** of an operating system's command and the like, up to its end *)
  | In_string_after_escape

(* [left] bytes of a character are still to come. *)
type t = { mutable state : state; mutable code : int; mutable left : int }

let create () = { state = Ground; code = 0; left = 0 }
let replacement = 0xfffd

(* ---- text ---- *)

let start_character t byte =
  let begin_ ~left bits =
    t.left <- left;
    t.code <- bits;
    None
  in
  if byte < 0x80 then Some (Character byte)
  else if byte >= 0xc2 && byte < 0xe0 then begin_ ~left:1 (byte land 0x1f)
  else if byte >= 0xe0 && byte < 0xf0 then begin_ ~left:2 (byte land 0x0f)
  else if byte >= 0xf0 && byte < 0xf5 then begin_ ~left:3 (byte land 0x07)
  else Some (Character replacement)

let character t byte =
  if t.left = 0 then start_character t byte
  else if byte land 0xc0 = 0x80 then begin
    t.code <- (t.code lsl 6) lor (byte land 0x3f);
    t.left <- t.left - 1;
    if t.left > 0 then None
    else Some (Character (if Uchar.is_valid t.code then t.code else replacement))
  end
  else begin
    t.left <- 0;
    start_character t byte
  end

(* ---- sequences ---- *)

let longest = 64
let largest = 9999

let number text =
  match int_of_string_opt ("0u" ^ text) with
  | Some n -> min n largest
  | None -> if text = "" then -1 else largest

let numbers text = if text = "" then [] else List.map number (String.split_on_char ';' text)

let is_final c = c >= '@' && c <= '~'

let in_sequence t ~prefix text c =
  match c with
  | '0' .. '9' | ';' when Buffer.length text < longest ->
      Buffer.add_char text c;
      None
  | '?' | '>' | '<' | '=' when Buffer.length text = 0 ->
      t.state <- In_sequence { prefix = c; text };
      None
  | c when is_final c ->
      t.state <- Ground;
      Some (Sequence { prefix; numbers = numbers (Buffer.contents text); final = c })
  | _ -> None

let after_escape t c =
  t.state <- Ground;
  match c with
  | '[' ->
      t.state <- In_sequence { prefix = ' '; text = Buffer.create 8 };
      None
  | ']' | 'P' | 'X' | '^' | '_' ->
      t.state <- In_string;
      None
  | ' ' .. '/' ->
      t.state <- After_escape;
      None
  | c -> Some (Escape c)

(* ---- *)

let escape = '\027'
let cancel = '\024'
let substitute = '\026'
let bell = '\007'

let control t c =
  if c = escape then begin
    t.state <- (if t.state = In_string then In_string_after_escape else After_escape);
    None
  end
  else if c = cancel || c = substitute then begin
    t.state <- Ground;
    None
  end
  else
    match t.state with
    | In_string | In_string_after_escape ->
        if c = bell then t.state <- Ground;
        None
    | Ground | After_escape | In_sequence _ -> Some (Control c)

let feed t c =
  if c < ' ' || c = '\127' then begin
    t.left <- 0;
    control t c
  end
  else
    match t.state with
    | Ground -> character t (Char.code c)
    | After_escape -> after_escape t c
    | In_sequence { prefix; text } -> in_sequence t ~prefix text c
    | In_string -> None
    | In_string_after_escape ->
        t.state <- (if c = '\\' then Ground else In_string);
        None
