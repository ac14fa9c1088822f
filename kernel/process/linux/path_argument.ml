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

type found = { node : Node.t; place : Mounts.place option }

let at (place : Mounts.place) = { node = place.node; place = Some place }
let of_file (file : File.t) = { node = file.file.node; place = file.place }

let find thread ~fd i ~flags ~follow =
  let* path = path thread i in
  if path = "" && flags land at_empty_path <> 0 then
    if fd = cwd then Ok (at (view thread).here)
    else Descriptors.using (files thread) fd (fun file -> Ok (of_file file))
  else
    let* start = start thread fd path in
    Result.map at (Walk.resolve (view thread) ?start ~follow path)

let node_at thread ~fd i ~flags ~follow =
  Result.map (fun found -> found.node) (find thread ~fd i ~flags ~follow)

let tell { node; place } bits =
  match place with
  | Some place -> Notices.tell_place place bits
  | None -> Notices.tell node bits
