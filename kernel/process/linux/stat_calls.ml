open Fs
open Call
open Path_argument

let at_eaccess = 0x200

(* Also of what is but a place (O_PATH). *)
let of_descriptor thread f =
  Descriptors.using (files thread) (int thread 0) (fun file -> f file.file.node)

let put_stat thread at (node : Node.t) =
  let* stat = node.stat () in
  done_ (User_memory.write (memory thread) ~at (Stat_layout.stat stat))

let stat ~follow thread =
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow in
  put_stat thread (arg thread 1) node

let fstat thread = of_descriptor thread (put_stat thread (arg thread 1))

let fstatat thread =
  let flags = int thread 3 in
  let* () = check (flags land lnot 0x1900 = 0) Errno.EINVAL in
  let* node = node_at thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  put_stat thread (arg thread 2) node

let statx thread =
  let flags = int thread 2 in
  let* () = check (flags land lnot 0x7900 = 0 && flags land 0x6000 <> 0x6000) Errno.EINVAL in
  let* () = check (int thread 3 >= 0) Errno.EINVAL in
  let* node = node_at thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  let* stat = node.stat () in
  done_ (User_memory.write (memory thread) ~at:(arg thread 4) (Stat_layout.statx stat))

let put_figures thread at (node : Node.t) =
  let* figures = node.figures () in
  done_ (User_memory.write (memory thread) ~at (Stat_layout.statfs figures))

let statfs thread =
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow:true in
  put_figures thread (arg thread 1) node

let fstatfs thread = of_descriptor thread (put_figures thread (arg thread 1))

let access_with thread ~fd ~path ~mode ~flags =
  let* () = check (mode land lnot 7 = 0) Errno.EINVAL in
  let { Identity.user; group } = thread.Process.process.identity in
  let view = view thread in
  (* By the real identity, unless the effective one is asked about. *)
  let credentials =
    if flags land at_eaccess <> 0 then view.credentials
    else { view.credentials with uid = user.real; gid = group.real }
  in
  let* start, name = path_from thread ~fd path in
  let* place = Walk.resolve { view with credentials } ?start ~follow:(follows flags) name in
  done_ (Attributes.access credentials place.node mode)

let access thread = access_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~flags:0

let faccessat thread =
  access_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:0

let faccessat2 thread =
  access_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:(int thread 3)

let readlink_with thread ~fd ~path ~at ~room =
  let* () = check (room > 0) Errno.EINVAL in
  let* node = node_at thread ~fd path ~flags:at_empty_path ~follow:false in
  let* target = Attributes.readlink node in
  let n = min room (String.length target) in
  let* () = User_memory.write (memory thread) ~at (Bytes.sub (Bytes.of_string target) 0 n) in
  Ok n

let readlink thread =
  readlink_with thread ~fd:cwd ~path:0 ~at:(arg thread 1) ~room:(int thread 2)

let readlinkat thread =
  readlink_with thread ~fd:(int thread 0) ~path:1 ~at:(arg thread 2) ~room:(int thread 3)

let all =
  [
    make "stat" (stat ~follow:true);
    make "lstat" (stat ~follow:false);
    make "fstat" fstat;
    make "newfstatat" fstatat;
    make "statx" statx;
    make "statfs" statfs;
    make "fstatfs" fstatfs;
    make "access" access;
    make "faccessat" faccessat;
    make "faccessat2" faccessat2;
    make "readlink" readlink;
    make "readlinkat" readlinkat;
  ]
