open Redoxfs

type source = Terminal | Descriptor of int

let source = ref Terminal
let set_source s = source := s
let refuse text = raise (Copy.Refused text)

(* ---- from the terminal ---- *)

let with_terminal body =
  match Unix.openfile "/dev/tty" [ O_RDWR; O_CLOEXEC ] 0 with
  | exception Unix.Unix_error _ ->
      refuse "there is no terminal to ask for the password: --password-fd N reads it"
  | terminal -> Fun.protect ~finally:(fun () -> Unix.close terminal) (fun () -> body terminal)

let say terminal text = ignore (Unix.write_substring terminal text 0 (String.length text))

(* What was typed before is forgotten: it was shown. An interruption comes as an exception. *)
let without_echo terminal body =
  let before = Unix.tcgetattr terminal in
  let restore () =
    Unix.tcsetattr terminal TCSAFLUSH before;
    say terminal "\n";
    Sys.catch_break false
  in
  Fun.protect ~finally:restore (fun () ->
      Sys.catch_break true;
      Unix.tcsetattr terminal TCSAFLUSH { before with c_echo = false; c_icanon = true };
      body ())

let read_line terminal =
  let byte = Bytes.create 1 and line = Stdlib.Buffer.create 32 in
  let rec go () =
    match Unix.read terminal byte 0 1 with
    | 0 -> if Stdlib.Buffer.length line = 0 then refuse "no password was given"
    | _ when Bytes.get byte 0 = '\n' -> ()
    | _ -> Stdlib.Buffer.add_bytes line byte; go ()
  in
  go ();
  Stdlib.Buffer.contents line

let at_terminal prompt =
  with_terminal (fun terminal ->
      without_echo terminal (fun () ->
          say terminal (prompt ^ ": ");
          read_line terminal))

(* ---- from a descriptor ---- *)

let channel = ref None

let lines_of n =
  match !channel with
  | Some lines -> lines
  | None ->
      let lines =
        try open_in_bin (Printf.sprintf "/dev/fd/%d" n)
        with Sys_error _ -> refuse (Printf.sprintf "there is no file descriptor %d" n)
      in
      channel := Some lines;
      lines

let from_descriptor n prompt =
  try input_line (lines_of n)
  with End_of_file -> refuse (Printf.sprintf "descriptor %d has no line for: %s" n prompt)

(* ---- both ---- *)

let ask prompt =
  match !source with
  | Terminal -> ( try at_terminal prompt with Sys.Break -> exit 130)
  | Descriptor n -> from_descriptor n prompt

let ask_new prompt =
  let password = ask prompt in
  if password = "" then refuse "the password is empty";
  if !source = Terminal && ask (prompt ^ ", again") <> password then
    refuse "these are two different passwords";
  password

let opened = ref ""
let given () = !opened
let tries () = match !source with Terminal -> 3 | Descriptor _ -> 1

let unlock image headers =
  let rec go left =
    let password = ask ("Password of " ^ image) in
    match Unlock.with_password password headers with
    | Error Reason.Wrong_password when left > 1 ->
        prerr_endline ("redoxfs: " ^ Reason.to_string Wrong_password);
        go (left - 1)
    | result ->
        opened := password;
        result
  in
  go (tries ())

let random count =
  In_channel.with_open_bin "/dev/urandom" (fun from -> really_input_string from count)
