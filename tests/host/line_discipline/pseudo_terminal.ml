type t = { master : int; slave : int }

external open_pair : unit -> int * int = "pseudo_terminal_open"
external get_termios : int -> bytes = "pseudo_terminal_get_termios"
external put_termios : int -> bytes -> unit = "pseudo_terminal_set_termios"
external write_to : int -> string -> int = "pseudo_terminal_write"
external read_from : int -> int -> string option = "pseudo_terminal_read"
external fionread : int -> int = "pseudo_terminal_available"
external pollin : int -> bool = "pseudo_terminal_readable"
external take_signals : unit -> int = "pseudo_terminal_signals"
external flow : int -> bool -> unit = "pseudo_terminal_hold"
external flush : int -> unit = "pseudo_terminal_flush_input"

let open_ () =
  let master, slave = open_pair () in
  { master; slave }

let termios t = get_termios t.slave
let set_termios t bytes = put_termios t.slave bytes
let type_ t text = write_to t.master text

(* Polling an input with nothing to read waits for the work on what was typed; when there is
   something to read the work has at least begun, and setting the termios waits for its end. *)
let settle t =
  ignore (pollin t.slave);
  set_termios t (termios t)

let shown t =
  let rec go parts =
    match read_from t.master 4096 with
    | Some "" | None -> String.concat "" (List.rev parts)
    | Some part -> go (part :: parts)
  in
  go []

let write t text = write_to t.slave text
let read t ~most = read_from t.slave most
let available t = fionread t.slave
let readable t = pollin t.slave
let signals _ = take_signals ()
let hold t held = flow t.slave held
let flush_input t = flush t.slave
