open Redoxfs

let usage =
  "redoxfs snapshot list IMAGE                      the snapshots, oldest first\n\
   redoxfs snapshot create IMAGE NAME               one more, of what is there now\n\
   redoxfs snapshot ls IMAGE NAME [PATH]            what is in one of its folders\n\
   redoxfs snapshot get IMAGE NAME PATH DESTINATION\n\
  \                                                 a file or folder, out of it\n\
   redoxfs snapshot rollback [--newer] IMAGE NAME   the image is what it was then; newer ones go\n\
   redoxfs snapshot detach IMAGE NAME PATH          a copy, as a new folder: no snapshot any more\n\
   redoxfs snapshot delete IMAGE NAME               frees what nobody else needs\n"

let time { Node.seconds; _ } =
  let t = Unix.gmtime (float_of_int seconds) in
  Printf.sprintf "%04d-%02d-%02dT%02d:%02d:%02dZ" (t.tm_year + 1900) (t.tm_mon + 1) t.tm_mday
    t.tm_hour t.tm_min t.tm_sec

let list fs =
  let show { Fs.name; time = made; generation; damaged } =
    let note = if damaged then " (damaged: somebody wrote over some of it)" else "" in
    Printf.printf "%s %8d %s%s\n" (time made) generation name note
  in
  List.iter show (Copy.ok "snapshots" (Fs.snapshots fs))

let refuse_damaged fs name =
  let is_it (s : Fs.snapshot) = s.name = name && s.damaged in
  if List.exists is_it (Copy.ok name (Fs.snapshots fs)) then
    raise (Copy.Refused (name ^ ": the snapshot is damaged; `get` reads what is left of it"))

let roll_back fs ~newer name =
  refuse_damaged fs name;
  match Fs.roll_back fs ~newer name with
  | Error Reason.Newer_snapshots ->
      let text = Reason.to_string Newer_snapshots in
      raise (Copy.Refused (Printf.sprintf "%s: %s: say --newer if they should" name text))
  | result -> Copy.ok name result

let detach fs snapshot path =
  let directory = Copy.find fs (Filename.dirname path) and name = Filename.basename path in
  Copy.ok (snapshot ^ " to " ^ path) (Detach.run fs ~snapshot { directory; name })

let viewed fs name body =
  let view = Copy.ok name (Fs.open_snapshot fs name) in
  Fun.protect ~finally:(fun () -> Fs.close_snapshot fs name) (fun () -> body view)
