open Fs
open Call
open Path_argument

let opening flags : Opening.flags =
  let has bit = flags land bit <> 0 in
  let access = flags land 3 in
  {
    read = access <> 1;
    write = access = 1 || access = 2;
    create = has Open_flag.creat;
    exclusive = has Open_flag.excl;
    truncate = has Open_flag.trunc;
    directory = has Architecture.o_directory;
    no_follow = has Architecture.o_nofollow;
    unnamed = has Open_flag.tmpfile;
    no_access_time = has Open_flag.noatime;
  }

let status flags : File.status =
  { append = Open_flag.(has flags append); nonblocking = Open_flag.(has flags nonblock) }

let add thread ?place flags file =
  Option.iter (File.set_place file) place;
  Descriptors.add (files thread) ~close_on_exec:Open_flag.(has flags cloexec) file

let no_access : Node.flags = { read = false; write = false }

let open_path thread ?start path flags =
  let* place = Opening.open_path (view thread) ?start path (opening flags) in
  let file = Nameless.file place.node ~watch:(Watch.create ()) in
  add thread ~place flags (File.make ~what:(Opened.Path_only place) no_access file)

let access_of (o : Opening.flags) : Node.flags = { read = o.read; write = o.write }

(* A terminal's device gives an end of the terminal. *)
let made thread (place : Mounts.place) (o : Opening.flags) flags (file : Node.file) =
  let* stat = place.node.stat () in
  let controls = not Open_flag.(has flags noctty) in
  match Terminals.opened thread place stat ~controls with
  | Some make -> make (access_of o) (status flags)
  | None -> Ok (File.make ~what:(Opened.Placed place) ~status:(status flags) (access_of o) file)

let opened thread place flags file =
  let* fd = add thread ~place flags file in
  Notices.(tell_place place open_);
  Ok fd

(* A pipe with a name is entered, which may wait; all else is there at once. *)
let open_plain thread ?start path flags ~mode =
  let o = opening flags in
  let* { place; kind; open_ } = Opening.locate (view thread) ?start path o ~mode in
  if kind = Fifo then
    let* file = Fifo.open_ place.node (access_of o) (status flags) (Signals.patience thread) in
    opened thread place flags file
  else
    let* () = if o.write || o.truncate then Running.may_write place.node else Ok () in
    let* file = open_ () in
    match made thread place o flags file with
    | Ok file -> opened thread place flags file
    | Error error ->
        file.close ();
        Error error

let random_name () =
  let bytes = Bytes.create 16 in
  Hal.Entropy.fill bytes ~pos:0 ~len:16;
  let hex byte = Printf.sprintf "%02x" (Char.code byte) in
  ".#" ^ String.concat "" (List.map hex (List.of_seq (Bytes.to_seq bytes)))

(* A new name that nobody can guess, gone at once. *)
let open_temporary thread ?start path flags ~mode =
  let* () = check (flags land 3 <> 0) Errno.EINVAL in
  let* directory = Walk.resolve (view thread) ?start path in
  let* names =
    match directory.node.body with Names names -> Ok names | _ -> Error Errno.ENOTDIR
  in
  let name = random_name () in
  let plain = flags land lnot Architecture.o_directory in
  let flags = plain lor Open_flag.creat lor Open_flag.excl in
  let* place, file = Opening.open_ (view thread) ~start:directory name (opening flags) ~mode in
  let* () = names.unlink name in
  let what = Opened.Placed place in
  add thread ~place flags
    (File.make ~what ~status:(status flags) (access_of (opening flags)) file)

let open_with thread ~fd ~path:i ~flags ~mode =
  let* start, path = path_from thread ~fd i in
  let mode = mode land 0o7777 in
  if Open_flag.(has flags path) then open_path thread ?start path flags
  else if Open_flag.(has flags tmpfile) then open_temporary thread ?start path flags ~mode
  else open_plain thread ?start path flags ~mode

let open_ thread = open_with thread ~fd:cwd ~path:0 ~flags:(int thread 1) ~mode:(int thread 2)

let openat thread =
  open_with thread ~fd:(int thread 0) ~path:1 ~flags:(int thread 2) ~mode:(int thread 3)

let creat thread =
  let flags = Open_flag.(creat lor trunc) lor 1 in
  open_with thread ~fd:cwd ~path:0 ~flags ~mode:(int thread 1)

let all =
  [
    make "open" ~restart:With_flag open_;
    make "openat" ~restart:With_flag openat;
    make "creat" ~restart:With_flag creat;
  ]
