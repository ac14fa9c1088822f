open Termios
open State

type signal = Interrupt | Quit | Suspend

(* [held] goes with [stopped]; [emitted]: echoes that were let go before output stopped again;
   [sender_stopped]: the last of [flow] was STOP. [signals], last first, and [flushed] are of one
   call of [receive]. *)
type t = {
  state : State.t;
  mutable stopped : bool;
  mutable held : bool;
  mutable emitted : string;
  mutable sender_stopped : bool;
  mutable signals : signal list;
  mutable flushed : bool;
}

let create termios =
  {
    state = State.create termios;
    stopped = false;
    held = false;
    emitted = "";
    sender_stopped = false;
    signals = [];
    flushed = false;
  }

let termios t = t.state.termios
let is_stopped t = t.stopped

(* Even without room the column may be noted in which a line begins. *)
let process_echoes t ~room =
  let s = t.state and sink = Output.sink ~room:(if t.stopped then 0 else room) in
  Echo.take s.echo s.termios s.output sink;
  Output.contents sink

(* What was held back goes out, even if the next character stops output again. *)
let let_echoes_go t = t.emitted <- t.emitted ^ process_echoes t ~room:max_int

let start_silently t = if not t.held then t.stopped <- false

let start t =
  start_silently t;
  let_echoes_go t

let hold t held =
  if held <> t.held then begin
    t.held <- held;
    t.stopped <- held
  end

let set_termios t termios =
  let was_ixon = is_input t.state ixon in
  State.set_termios t.state termios;
  if was_ixon && not (is_input t.state ixon) then start t

let flush_input t =
  Input.clear t.state.input;
  t.state.erasing <- false

(* ---- signals and flow control ---- *)

let send_signal (t : t) signal c =
  t.signals <- signal :: t.signals;
  if not (is_local t.state noflsh) then begin
    Echo.clear t.state.echo;
    t.emitted <- "";
    flush_input t;
    t.flushed <- true
  end;
  if is_input t.state ixon then start_silently t;
  if is_local t.state echo then Echo.shown t.state.echo t.state.termios c else let_echoes_go t

let flow_control t c =
  is_input t.state ixon
  &&
  if is t.state Start c then begin
    start t;
    true
  end
  else if is t.state Stop c then begin
    t.stopped <- true;
    true
  end
  else false

let signal_of t c =
  if not (is_local t.state isig) then None
  else if is t.state Termios.Interrupt c then Some Interrupt
  else if is t.state Termios.Quit c then Some Quit
  else if is t.state Termios.Suspend c then Some Suspend
  else None

let start_with_any t =
  if t.stopped && (not t.held) && is_input t.state ixon && is_input t.state ixany then start t

(* ---- lines ---- *)

let literal_next s =
  s.literal <- true;
  if is_local s echo then begin
    end_erasing s;
    if is_local s echoctl then String.iter (Echo.raw s.echo) "^\b"
  end

let new_line s =
  if is_local s echo || is_local s echonl then Echo.raw s.echo '\n';
  Input.push_end s.input '\n'

let other_end s c =
  if is_local s echo then echo_shown s c;
  if c = '\xff' && is_input s parmrk then Input.push s.input c;
  Input.push_end s.input c

(* Whether it was one of those that edit or end the line. *)
let edits s c =
  let extended = is_local s iexten in
  let does action =
    action s;
    true
  in
  if is s Erase c then does Editing.erase
  else if is s Word_erase c && (extended || is s Kill c) then does Editing.erase_word
  else if is s Kill c then does Editing.kill
  else if extended && is s Literal_next c then does literal_next
  else if extended && is_local s echo && is s Reprint c then does Editing.reprint
  else if c = '\n' then does new_line
  else if is s End_of_file c then does (fun s -> Input.push_end s.input '\000')
  else if is s End_of_line c || (extended && is s End_of_line_2 c) then
    does (fun s -> other_end s c)
  else false

(* ---- characters ---- *)

let ordinary s c =
  if is_local s echo then begin
    end_erasing s;
    echo_shown s c
  end;
  keep s c

(* A carriage return that became a new line is echoed as one. *)
let ordinary_new_line s =
  if is_local s echo then begin
    end_erasing s;
    Echo.raw s.echo '\n'
  end;
  keep s '\n'

let mapped s = function
  | '\r' when is_input s igncr -> None
  | '\r' when is_input s icrnl -> Some '\n'
  | '\n' when is_input s inlcr -> Some '\r'
  | c -> Some c

let text s c =
  match mapped s c with
  | None -> ()
  | Some c when is_local s icanon && edits s c -> ()
  | Some '\n' -> ordinary_new_line s
  | Some c -> ordinary s c

let special t c =
  if not (flow_control t c) then
    match signal_of t c with
    | Some signal -> send_signal t signal c
    | None ->
        start_with_any t;
        text t.state c

let stripped s c =
  let c = if is_input s istrip then Char.chr (Char.code c land 0x7f) else c in
  if is_input s iuclc && is_local s iexten then Character.lower c else c

let one t c =
  let s = t.state in
  let c = stripped s c in
  if (not s.literal) && Bytes.get s.special (Char.code c) <> '\000' then special t c
  else begin
    s.literal <- false;
    start_with_any t;
    ordinary s c
  end

(* ---- receiving ---- *)

type received = { consumed : int; signals : signal list; flushed : bool }

(* One cell is kept for the end of a line; a line that is too long loses its last byte each time. *)
let make_room s =
  let room = Input.capacity - 1 - Input.length s.input in
  room > 0
  || is_local s icanon
     && (not (Input.has_line s.input))
     && begin
          if room < 0 then Input.drop s.input 1;
          true
        end

let receive (t : t) bytes ~from ~length =
  t.signals <- [];
  t.flushed <- false;
  let rec go n =
    if n < length && make_room t.state then begin
      one t bytes.[from + n];
      go (n + 1)
    end
    else n
  in
  let consumed = go 0 in
  { consumed; signals = List.rev t.signals; flushed = t.flushed }

let room t =
  let s = t.state in
  let free = Input.capacity - 1 - Input.length s.input in
  if free > 0 then if is_input s parmrk then (free + 1) / 2 else free
  else if is_local s icanon && not (Input.has_line s.input) then 1
  else 0

let echoes t ~room =
  let first = min room (String.length t.emitted) in
  let emitted = String.sub t.emitted 0 first in
  t.emitted <- String.sub t.emitted first (String.length t.emitted - first);
  emitted ^ process_echoes t ~room:(room - first)

let write t ~room bytes ~from ~length =
  let sink = Output.sink ~room in
  let s = t.state in
  let rec go n =
    if n < length && Output.put s.output s.termios sink bytes.[from + n] then go (n + 1) else n
  in
  let taken = if t.stopped then 0 else go 0 in
  (taken, Output.contents sink)

(* ---- reading ---- *)

let canonical t = is_local t.state icanon

let readable t =
  if canonical t then Input.has_line t.state.input else Input.length t.state.input > 0

let minimum t = Char.code (character t.state.termios Minimum)
let time t = Char.code (character t.state.termios Time)

let worth_polling t =
  if canonical t || minimum t = 0 || time t > 0 then readable t
  else Input.length t.state.input >= minimum t

let read t ~most =
  if canonical t then Input.read_line t.state.input ~most
  else Input.read_bytes t.state.input ~most

type waiting = { minimum : int; first : int option; between : int option }

let waiting t =
  let some n = if n = 0 then None else Some n in
  if canonical t then { minimum = 1; first = None; between = None }
  else if minimum t > 0 then { minimum = minimum t; first = None; between = some (time t) }
  else { minimum = 1; first = Some (time t); between = None }

let available t =
  if canonical t then Input.line_bytes t.state.input else Input.length t.state.input

(* ---- telling the other side ---- *)

let threshold = 128
let nearly_full t = Input.capacity - Input.length t.state.input < threshold && readable t
let nearly_empty t = Input.length t.state.input <= threshold

let flow t =
  let say which stopped =
    t.sender_stopped <- stopped;
    let c = character t.state.termios which in
    if c = '\000' then None else Some c
  in
  if (not t.sender_stopped) && is_input t.state ixoff && nearly_full t then say Stop true
  else if t.sender_stopped && nearly_empty t then say Start false
  else None
