type item =
  | Raw of char
  | Control of char
  | Move_back
  | Begin_line
  | Erase_tab of { columns : int; after_tab : bool }

type t = item Queue.t

let most = 4096
let create = Queue.create
let clear = Queue.clear

let add t item =
  if Queue.length t >= most then ignore (Queue.pop t);
  Queue.push item t

let raw t c = add t (Raw c)

let shown t (termios : Termios.t) c =
  let marked = Termios.has termios.local Termios.echoctl && Character.is_control c in
  add t (if marked && c <> '\t' then Control c else Raw c)

let move_back t = add t Move_back
let begin_line t = add t Begin_line
let erase_tab t ~columns ~after_tab = add t (Erase_tab { columns; after_tab })

let done_ change =
  change ();
  true

let perform termios output sink = function
  | Raw '\xff' -> Output.put_bytes output sink "\xff" ~columns:1
  | Raw c -> Output.put output termios sink c
  | Control c ->
      let letter = Char.chr (Char.code c lxor 0o100) in
      Output.put_bytes output sink (Printf.sprintf "^%c" letter) ~columns:2
  | Move_back -> done_ (fun () -> Output.move_back output)
  | Begin_line -> done_ (fun () -> Output.begin_line output)
  | Erase_tab { columns; after_tab } -> Output.erase_tab output sink ~columns ~after_tab

let rec take t termios output sink =
  match Queue.peek_opt t with
  | Some item when perform termios output sink item ->
      ignore (Queue.pop t);
      take t termios output sink
  | Some _ | None -> ()
