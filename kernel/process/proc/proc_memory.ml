open Fs
module Subject = Proc_subject

let path (t : Subject.t) (place : Mounts.place) =
  let view = Atomic.get t.process.view in
  match (Walk.path view place, place.name) with
  | Ok path, _ -> path
  | Error _, None -> "/ (deleted)"
  | Error _, Some (directory, name) -> (
      match Walk.path view directory with
      | Ok "/" -> Printf.sprintf "/%s (deleted)" name
      | Ok path -> Printf.sprintf "%s/%s (deleted)" path name
      | Error _ -> Printf.sprintf "/%s (deleted)" name)

(* ---- strings ---- *)

let string_most = 1 lsl 20

(* What can't be read any more is left out. *)
let range (t : Subject.t) choose =
  let start, stop = choose t.process.image in
  let read memory =
    match User_memory.read memory ~at:start (min string_most (stop - start)) with
    | Ok bytes -> Bytes.to_string bytes
    | Error _ -> ""
  in
  if stop <= start then "" else Option.value (Subject.with_memory t read) ~default:""

let command_line t = Ok (range t (fun image -> image.argument_range))
let looked t f = Result.map f (Subject.may_look t)
let environment t = looked t (fun () -> range t (fun image -> image.environment_range))
let auxiliary t = looked t (fun () -> range t (fun image -> image.auxiliary_range))

(* ---- maps ---- *)

let permissions (r : Hal.Space.region) =
  let bit is letter = if is then letter else "-" in
  bit r.access.read "r" ^ bit r.access.write "w" ^ bit r.access.execute "x"
  ^ if r.shared then "s" else "p"

let holds (r : Hal.Space.region) at = r.start <= at && at < r.stop

let is_heap memory (r : Hal.Space.region) =
  let start = Memory.break_start memory and stop = Memory.break memory in
  start < stop && r.start < stop && start < r.stop && r.access.write

let special (t : Subject.t) memory (r : Hal.Space.region) =
  if r.shows then ""
  else if holds r (fst t.process.image.argument_range) then "[stack]"
  else if is_heap memory r then "[heap]"
  else ""

let device n = Printf.sprintf "%02x:%02x" (Devices.major n) (Devices.minor n)

let source t memory (r : Hal.Space.region) =
  match Memory.file_of memory r with
  | None -> ("00:00", 0, special t memory r)
  | Some place -> (
      let path = path t place in
      match place.node.stat () with
      | Ok stat -> (device stat.device, stat.inode, path)
      | Error _ -> ("00:00", 0, path))

let line t memory (r : Hal.Space.region) =
  let device, inode, name = source t memory r in
  let head =
    Printf.sprintf "%08x-%08x %s %08x %s %d " r.start r.stop (permissions r)
      (if r.shows then r.offset else 0)
      device inode
  in
  if name = "" then head ^ "\n" else Printf.sprintf "%-73s%s\n" head name

let maps t =
  looked t @@ fun () ->
  let lines memory = String.concat "" (List.map (line t memory) (Memory.regions memory)) in
  Option.value (Subject.with_memory t lines) ~default:""
