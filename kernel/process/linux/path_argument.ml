open Fs
open Call

let at_symlink_nofollow = 0x100
let at_empty_path = 0x1000
let cwd = -100
let follows flags = flags land at_symlink_nofollow = 0
let start thread fd path = Opened.start (files thread) fd path

let path_from thread ~fd i =
  let* path = path thread i in
  let* start = start thread fd path in
  Ok (start, path)

let node_at thread ~fd i ~flags ~follow =
  let* path = path thread i in
  if path = "" && flags land at_empty_path <> 0 then
    if fd = cwd then Ok (view thread).here.node
    else Descriptors.using (files thread) fd (fun file -> Ok file.file.node)
  else
    let* start = start thread fd path in
    let* place = Walk.resolve (view thread) ?start ~follow path in
    Ok place.node
