open Fs
open Call
open Path_argument

let at_removedir = 0x200
let at_symlink_follow = 0x400

let mkdir_with thread ~fd ~path ~mode =
  let* start, path = path_from thread ~fd path in
  done_ (Naming.mkdir (view thread) ?start path ~mode:(mode land 0o7777))

let mkdir thread = mkdir_with thread ~fd:cwd ~path:0 ~mode:(int thread 1)
let mkdirat thread = mkdir_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2)

let kind_of mode : (Node.kind, Errno.t) result =
  match mode land 0o170000 with
  | 0 | 0o100000 -> Ok Regular
  | 0o020000 -> Ok Character
  | 0o060000 -> Ok Block
  | 0o010000 -> Ok Fifo
  | 0o140000 -> Ok Socket
  | 0o040000 -> Ok Directory
  | _ -> Error Errno.EINVAL

let mknod_with thread ~fd ~path ~mode ~special =
  let* start, path = path_from thread ~fd path in
  let* kind = kind_of mode in
  let* _ = Naming.mknod (view thread) ?start path kind ~mode:(mode land 0o7777) ~special in
  Ok 0

let mknod thread = mknod_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~special:(int thread 2)

let mknodat thread =
  mknod_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~special:(int thread 3)

let symlink_with thread ~target ~fd ~path:i =
  let* target = path thread target in
  let* start, name = path_from thread ~fd i in
  done_ (Naming.symlink (view thread) ?start ~target name)

let symlink thread = symlink_with thread ~target:0 ~fd:cwd ~path:1
let symlinkat thread = symlink_with thread ~target:0 ~fd:(int thread 1) ~path:2

let linked thread ~fd i ~flags =
  let* path = path thread i in
  if path = "" && flags land at_empty_path <> 0 then
    Descriptors.using (files thread) fd (fun file ->
        Option.to_result (Opened.place file) ~none:Errno.ENOENT)
  else
    let* start = start thread fd path in
    Walk.resolve (view thread) ?start ~follow:(flags land at_symlink_follow <> 0) path

let link_with thread ~fd ~path ~to_fd ~to_path ~flags =
  let* () = check (flags land lnot (at_symlink_follow lor at_empty_path) = 0) Errno.EINVAL in
  let* place = linked thread ~fd path ~flags in
  let* start, name = path_from thread ~fd:to_fd to_path in
  done_ (Naming.link (view thread) place ?start name)

let link thread = link_with thread ~fd:cwd ~path:0 ~to_fd:cwd ~to_path:1 ~flags:0

let linkat thread =
  link_with thread ~fd:(int thread 0) ~path:1 ~to_fd:(int thread 2) ~to_path:3
    ~flags:(int thread 4)

let remove remove thread ~fd ~path =
  let* start, path = path_from thread ~fd path in
  done_ (remove (view thread) ?start path)

let unlink_file view ?start path = Naming.unlink view ?start path
let rmdir_path view ?start path = Naming.rmdir view ?start path
let unlink thread = remove unlink_file thread ~fd:cwd ~path:0
let rmdir thread = remove rmdir_path thread ~fd:cwd ~path:0

let unlinkat thread =
  let flags = int thread 2 in
  let* () = check (flags land lnot at_removedir = 0) Errno.EINVAL in
  remove (if flags <> 0 then rmdir_path else unlink_file) thread ~fd:(int thread 0) ~path:1

let how : int -> (Node.how, Errno.t) result = function
  | 0 -> Ok Replace
  | 1 -> Ok Keep
  | 2 -> Ok Exchange
  | _ -> Error Errno.EINVAL

let rename_with thread ~fd ~path ~to_fd ~to_path ~flags =
  let* how = how flags in
  let* start, name = path_from thread ~fd path in
  let* start', name' = path_from thread ~fd:to_fd to_path in
  done_ (Naming.rename (view thread) ?start name ?start' name' how)

let rename thread = rename_with thread ~fd:cwd ~path:0 ~to_fd:cwd ~to_path:1 ~flags:0

let renameat ~flags thread =
  rename_with thread ~fd:(int thread 0) ~path:1 ~to_fd:(int thread 2) ~to_path:3
    ~flags:(flags thread)

let all =
  [
    make "mkdir" mkdir;
    make "mkdirat" mkdirat;
    make "mknod" mknod;
    make "mknodat" mknodat;
    make "symlink" symlink;
    make "symlinkat" symlinkat;
    make "link" link;
    make "linkat" linkat;
    make "unlink" unlink;
    make "unlinkat" unlinkat;
    make "rmdir" rmdir;
    make "rename" rename;
    make "renameat" (renameat ~flags:(fun _ -> 0));
    make "renameat2" (renameat ~flags:(fun thread -> int thread 4));
  ]
