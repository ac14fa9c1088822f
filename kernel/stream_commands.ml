open Command
open Drivers

let say = Command.say

let show stream =
  let counts = Stream.counts stream in
  say "%-9s %-12s on %s; %d bytes received, %d sent%s" (Stream.name stream)
    (if Stream.title stream = "" then "unnamed" else Stream.title stream)
    (Stream.device stream) counts.received counts.sent
    (if Stream.is_connected stream then "" else "; nobody is there")

let gone stream = complain "stream" "%s: it has no driver any more" (Stream.name stream)

let send stream text =
  if Stream.write_all stream (text ^ "\n") then 0 else gone stream

(* So many bytes, each piece given to the function. *)
let receive stream count use =
  let bytes = Bytes.create 4096 in
  let rec next left =
    if left = 0 then 0
    else
      match Stream.read stream bytes ~pos:0 ~len:(min left (Bytes.length bytes)) with
      | 0 -> gone stream
      | n ->
          use (Bytes.sub_string bytes 0 n);
          next (left - n)
  in
  next count

let print text =
  print_string text;
  flush stdout

let echo stream text = ignore (Stream.write_all stream text : bool)

let with_stream name action =
  match Stream.find name with
  | None -> complain "stream" "%s: there is no such stream" name
  | Some stream -> action stream

let arguments = "[send STREAM WORDS...|receive STREAM BYTES|echo STREAM BYTES]"

let stream = function
  | [] ->
      List.iter show (Stream.all ());
      0
  | "send" :: name :: words -> with_stream name (fun s -> send s (String.concat " " words))
  | [ ("receive" | "echo") as what; name; count ] when Option.is_some (int_of_string_opt count) ->
      with_stream name (fun s ->
          receive s (max 0 (int_of_string count)) (if what = "echo" then echo s else print))
  | _ -> misused "stream" arguments

let all =
  [ { name = "stream"; arguments; summary = "consoles and channels to the host"; run = stream } ]
