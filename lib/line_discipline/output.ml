open Termios

(* [start]: the column in which the line that is being edited begins. *)
type t = { mutable column : int; mutable start : int }
type sink = { bytes : Buffer.t; room : int }

let create () = { column = 0; start = 0 }
let sink ~room = { bytes = Buffer.create 64; room }
let contents sink = Buffer.contents sink.bytes
let fits sink n = Buffer.length sink.bytes + n <= sink.room
let back t = if t.column > 0 then t.column <- t.column - 1
let move_back = back
let begin_line t = t.start <- t.column

let add sink text change =
  fits sink (String.length text)
  && begin
       Buffer.add_string sink.bytes text;
       change ();
       true
     end

let both t column =
  t.column <- column;
  t.start <- column

let new_line t flags sink =
  if has flags onlcr then add sink "\r\n" (fun () -> both t 0)
  else add sink "\n" (fun () -> both t (if has flags onlret then 0 else t.column))

let carriage_return t flags sink =
  if has flags onocr && t.column = 0 then true
  else if has flags ocrnl then add sink "\n" (fun () -> if has flags onlret then both t 0)
  else add sink "\r" (fun () -> both t 0)

let tab t flags sink =
  let spaces = 8 - (t.column land 7) in
  let text = if flags land tab_delay = tab_delay then String.make spaces ' ' else "\t" in
  add sink text (fun () -> t.column <- t.column + spaces)

let other t termios sink c =
  let printed = if has termios.output olcuc then Character.upper c else c in
  let utf8 = has termios.input iutf8 in
  add sink (String.make 1 printed) (fun () ->
      if not (Character.continues ~utf8 printed) then t.column <- t.column + 1)

let processed t termios sink c =
  match c with
  | '\n' -> new_line t termios.output sink
  | '\r' -> carriage_return t termios.output sink
  | '\t' -> tab t termios.output sink
  | '\b' -> add sink "\b" (fun () -> back t)
  | c when Character.is_control c -> add sink (String.make 1 c) ignore
  | c -> other t termios sink c

let put t termios sink c =
  fits sink 1
  &&
  if has termios.output opost then processed t termios sink c
  else add sink (String.make 1 c) ignore

let put_bytes t sink text ~columns = add sink text (fun () -> t.column <- t.column + columns)

let erase_tab t sink ~columns ~after_tab =
  let used = if after_tab then columns else columns + t.start in
  let n = 8 - (used land 7) in
  add sink (String.make n '\b') (fun () -> t.column <- max 0 (t.column - n))
