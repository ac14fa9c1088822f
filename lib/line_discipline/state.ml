open Termios

type t = {
  mutable termios : Termios.t;
  special : Bytes.t;
  input : Input.t;
  echo : Echo.t;
  output : Output.t;
  mutable literal : bool;
  mutable erasing : bool;
}

let is_local t flag = has t.termios.local flag
let is_input t flag = has t.termios.input flag
let is t which c = c <> '\000' && c = character t.termios which

(* ---- which characters may mean something ---- *)

let editing_characters termios =
  let extended =
    if has termios.local iexten then
      [ Word_erase; Literal_next; End_of_line_2 ]
      @ if has termios.local echo then [ Reprint ] else []
    else []
  in
  [ Erase; Kill; End_of_file; End_of_line ] @ extended

let special_characters termios =
  let when_ condition characters = if condition then characters else [] in
  List.map (character termios)
    (when_ (has termios.local icanon) (editing_characters termios)
    @ when_ (has termios.input ixon) [ Start; Stop ]
    @ when_ (has termios.local isig) [ Interrupt; Quit; Suspend ])
  @ when_ (has termios.local icanon || has termios.input inlcr) [ '\n' ]
  @ when_ (has termios.input (igncr lor icrnl)) [ '\r' ]

let note_special t =
  Bytes.fill t.special 0 256 '\000';
  List.iter
    (fun c -> Bytes.set t.special (Char.code c) '\001')
    (special_characters t.termios);
  Bytes.set t.special 0 '\000'

let create termios =
  let t =
    {
      termios;
      special = Bytes.create 256;
      input = Input.create ();
      echo = Echo.create ();
      output = Output.create ();
      literal = false;
      erasing = false;
    }
  in
  note_special t;
  t

let change_mode t =
  if is_local t icanon then Input.become_lines t.input else Input.become_bytes t.input;
  t.erasing <- false;
  t.literal <- false

let set_termios t termios =
  let changed = t.termios.local lxor termios.local in
  t.termios <- termios;
  if has changed icanon then change_mode t;
  note_special t

(* ---- echo and input ---- *)

let end_erasing t =
  if t.erasing then begin
    Echo.raw t.echo '/';
    t.erasing <- false
  end

let echo_shown t c =
  if Input.edited t.input = 0 then Echo.begin_line t.echo;
  Echo.shown t.echo t.termios c

let keep t c =
  if c = '\xff' && is_input t parmrk then Input.push t.input c;
  Input.push t.input c
