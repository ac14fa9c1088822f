(* [locks] are bits, of lights' numbers. *)
type t = { held : Bytes.t; mutable locks : int }

let keys = 256
let num_lock = 1
let caps_lock = 2
let scroll_lock = 4
let create () = { held = Bytes.make keys '\000'; locks = num_lock }
let leds t = t.locks
let is_held t key = Bytes.get t.held key <> '\000'
let any t = List.exists (is_held t)
let shift t = any t [ 42; 54 ]
let control t = any t [ 29; 97 ]
let alt t = any t [ 56; 100 ]
let is_locked t lock = t.locks land lock <> 0

(* ---- characters ---- *)

(* Runs of keys with consecutive numbers. *)
let rows =
  [
    (2, "1234567890-=", "!@#$%^&*()_+");
    (16, "qwertyuiop[]", "QWERTYUIOP{}");
    (30, "asdfghjkl;'`", "ASDFGHJKL:\"~");
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?");
    (57, " ", " ");
    (86, "\\", "|");
  ]

let character t key =
  let holds (first, plain, _) = key >= first && key < first + String.length plain in
  match List.find_opt holds rows with
  | None -> None
  | Some (first, plain, shifted) ->
      let c = plain.[key - first] in
      let is_letter = c >= 'a' && c <= 'z' in
      let other = shift t <> (is_letter && is_locked t caps_lock) in
      Some (if other then shifted.[key - first] else c)

(* ECMA-48's control characters. *)
let with_control = function
  | ('a' .. 'z' | 'A' .. 'Z' | '[' | '\\' | ']' | '^' | '_' | '@') as c ->
      Char.chr (Char.code c land 0x1f)
  | ' ' | '2' -> '\000'
  | '3' -> '\027'
  | '4' -> '\028'
  | '5' -> '\029'
  | '6' -> '\030'
  | '7' | '-' | '/' -> '\031'
  | '8' | '?' -> '\127'
  | c -> c

let prefixed t text = if alt t then "\027" ^ text else text

let typed t c =
  prefixed t (String.make 1 (if control t then with_control c else c))

(* ---- keys that move, and functions ---- *)

type sequence =
  | Letter of char  (** [ESC \[ c], or [ESC \[ 1 ; m c] *)
  | Function of char  (** [ESC O c], or as above *)
  | Number of int  (** [ESC \[ n ~], or [ESC \[ n ; m ~] *)

let sequence_of_key = function
  | 103 -> Some (Letter 'A')
  | 108 -> Some (Letter 'B')
  | 106 -> Some (Letter 'C')
  | 105 -> Some (Letter 'D')
  | 102 -> Some (Letter 'H')
  | 107 -> Some (Letter 'F')
  | 110 -> Some (Number 2)
  | 111 -> Some (Number 3)
  | 104 -> Some (Number 5)
  | 109 -> Some (Number 6)
  | key when key >= 59 && key <= 62 -> Some (Function "PQRS".[key - 59])
  | key when key >= 63 && key <= 68 -> Some (Number [| 15; 17; 18; 19; 20; 21 |].(key - 63))
  | 87 -> Some (Number 23)
  | 88 -> Some (Number 24)
  | _ -> None

let modifiers t =
  1 + Bool.to_int (shift t) + (2 * Bool.to_int (alt t)) + (4 * Bool.to_int (control t))

let send t sequence =
  match (sequence, modifiers t) with
  | Letter c, 1 -> Printf.sprintf "\027[%c" c
  | Function c, 1 -> Printf.sprintf "\027O%c" c
  | (Letter c | Function c), m -> Printf.sprintf "\027[1;%d%c" m c
  | Number n, 1 -> Printf.sprintf "\027[%d~" n
  | Number n, m -> Printf.sprintf "\027[%d;%d~" n m

(* ---- the keypad ---- *)

let pad_first = 71
let pad_digits = "789-456+1230."

(* What each of these keys is without Num Lock; 0: the character all the same. *)
let pad_moves = [| 102; 103; 104; 0; 105; 0; 106; 0; 107; 108; 109; 110; 111 |]

let pad t key =
  let n = key - pad_first in
  let moves = is_locked t num_lock = shift t && pad_moves.(n) <> 0 in
  match if moves then sequence_of_key pad_moves.(n) else None with
  | Some sequence -> send t sequence
  | None -> prefixed t (String.make 1 pad_digits.[n])

(* ---- keys ---- *)

let other t key =
  match sequence_of_key key with Some sequence -> send t sequence | None -> ""

let bytes t key =
  match key with
  | 1 -> prefixed t "\027"
  | 14 -> prefixed t (if control t then "\b" else "\127")
  | 15 -> if shift t then "\027[Z" else prefixed t "\t"
  | 28 | 96 -> prefixed t "\r"
  | 55 -> prefixed t "*"
  | 98 -> prefixed t "/"
  | key when key >= pad_first && key < pad_first + String.length pad_digits -> pad t key
  | key -> ( match character t key with Some c -> typed t c | None -> other t key)

let lock_of = function 58 -> caps_lock | 69 -> num_lock | 70 -> scroll_lock | _ -> 0

let press t key =
  let is_fresh = not (is_held t key) in
  Bytes.set t.held key '\001';
  if is_fresh then t.locks <- t.locks lxor lock_of key;
  if lock_of key <> 0 then "" else bytes t key

let key t key ~pressed =
  if key < 0 || key >= keys then ""
  else if pressed then press t key
  else begin
    Bytes.set t.held key '\000';
    ""
  end
