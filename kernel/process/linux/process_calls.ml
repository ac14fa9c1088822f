open Fs
open Call

let about thread f = Result.map f (Process_argument.process thread (int thread 0))
let getpgid thread = about thread (fun p -> p.group)
let getsid thread = about thread (fun p -> p.session)

let is_group_of session group =
  List.exists (fun (p : Process.t) -> p.group = group && p.session = session) (Process.all ())

let is_child (p : Process.t) (parent : Process.t) =
  match p.parent with Some other -> other == parent | None -> false

let setpgid (thread : Process.thread) =
  let me = thread.process and group = int thread 1 in
  let* () = check (group >= 0) Errno.EINVAL in
  Process.locked @@ fun () ->
  let* p = Process_argument.process_locked thread (int thread 0) in
  let group = if group = 0 then p.pid else group in
  let* () = check (p == me || is_child p me) Errno.ESRCH in
  let* () = check (p == me || p.session = me.session) Errno.EPERM in
  let* () = check (p == me || not p.has_execed) Errno.EACCES in
  let* () = check (p.session <> p.pid) Errno.EPERM in
  let* () = check (group = p.pid || is_group_of p.session group) Errno.EPERM in
  p.group <- group;
  Ok 0

let setsid (thread : Process.thread) =
  let p = thread.process in
  Process.locked @@ fun () ->
  let leads = List.exists (fun (other : Process.t) -> other.group = p.pid) (Process.all ()) in
  let* () = check (not leads) Errno.EPERM in
  p.group <- p.pid;
  p.session <- p.pid;
  Ok p.pid

let all : Call.t list =
  [
    make "getpid" (fun thread -> Ok thread.process.pid);
    make "gettid" (fun thread -> Ok thread.tid);
    make "getppid" (fun thread -> Ok (Process.parent_number thread.process));
    make "getpgid" getpgid;
    make "getpgrp" (fun thread -> Ok thread.process.group);
    make "setpgid" setpgid;
    make "getsid" getsid;
    make "setsid" setsid;
  ]
