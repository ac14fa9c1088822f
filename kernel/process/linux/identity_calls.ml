open Fs
open Call

let set_identity (p : Process.t) (identity : Process.identity) =
  p.identity <- identity;
  let view = Atomic.get p.view in
  let credentials =
    { view.credentials with uid = identity.effective_uid; gid = identity.effective_gid }
  in
  Atomic.set p.view { view with credentials }

let is_root (p : Process.t) = p.identity.effective_uid = 0

(* -1 keeps a number; one that is neither of these wants privilege. *)
let chosen p wanted ~keep ~among =
  if wanted = -1 then Ok keep
  else if wanted < -1 then Error Errno.EINVAL
  else if is_root p || List.mem wanted among then Ok wanted
  else Error Errno.EPERM

let setuid (thread : Process.thread) =
  let p = thread.process and uid = int thread 0 in
  let i = p.identity in
  let* () = check (uid >= 0) Errno.EINVAL in
  if is_root p then begin
    set_identity p { i with uid; effective_uid = uid; saved_uid = uid };
    Ok 0
  end
  else
    let* effective_uid = chosen p uid ~keep:i.effective_uid ~among:[ i.uid; i.saved_uid ] in
    set_identity p { i with effective_uid };
    Ok 0

let setgid (thread : Process.thread) =
  let p = thread.process and gid = int thread 0 in
  let i = p.identity in
  let* () = check (gid >= 0) Errno.EINVAL in
  if is_root p then begin
    set_identity p { i with gid; effective_gid = gid; saved_gid = gid };
    Ok 0
  end
  else
    let* effective_gid = chosen p gid ~keep:i.effective_gid ~among:[ i.gid; i.saved_gid ] in
    set_identity p { i with effective_gid };
    Ok 0

let setresuid (thread : Process.thread) =
  let p = thread.process in
  let i = p.identity in
  let among = [ i.uid; i.effective_uid; i.saved_uid ] in
  let* uid = chosen p (int thread 0) ~keep:i.uid ~among in
  let* effective_uid = chosen p (int thread 1) ~keep:i.effective_uid ~among in
  let* saved_uid = chosen p (int thread 2) ~keep:i.saved_uid ~among in
  set_identity p { i with uid; effective_uid; saved_uid };
  Ok 0

let setresgid (thread : Process.thread) =
  let p = thread.process in
  let i = p.identity in
  let among = [ i.gid; i.effective_gid; i.saved_gid ] in
  let* gid = chosen p (int thread 0) ~keep:i.gid ~among in
  let* effective_gid = chosen p (int thread 1) ~keep:i.effective_gid ~among in
  let* saved_gid = chosen p (int thread 2) ~keep:i.saved_gid ~among in
  set_identity p { i with gid; effective_gid; saved_gid };
  Ok 0

let setreuid (thread : Process.thread) =
  let p = thread.process in
  let i = p.identity in
  let* uid = chosen p (int thread 0) ~keep:i.uid ~among:[ i.uid; i.effective_uid ] in
  let* effective_uid =
    chosen p (int thread 1) ~keep:i.effective_uid ~among:[ i.uid; i.effective_uid; i.saved_uid ]
  in
  let changes = int thread 0 <> -1 || (int thread 1 <> -1 && effective_uid <> i.uid) in
  let saved_uid = if changes then effective_uid else i.saved_uid in
  set_identity p { i with uid; effective_uid; saved_uid };
  Ok 0

let setregid (thread : Process.thread) =
  let p = thread.process in
  let i = p.identity in
  let* gid = chosen p (int thread 0) ~keep:i.gid ~among:[ i.gid; i.effective_gid ] in
  let* effective_gid =
    chosen p (int thread 1) ~keep:i.effective_gid ~among:[ i.gid; i.effective_gid; i.saved_gid ]
  in
  let changes = int thread 0 <> -1 || (int thread 1 <> -1 && effective_gid <> i.gid) in
  let saved_gid = if changes then effective_gid else i.saved_gid in
  set_identity p { i with gid; effective_gid; saved_gid };
  Ok 0

let put_three thread (a, b, c) =
  let* () = User_memory.set32 (memory thread) (arg thread 0) a in
  let* () = User_memory.set32 (memory thread) (arg thread 1) b in
  done_ (User_memory.set32 (memory thread) (arg thread 2) c)

let getresuid (thread : Process.thread) =
  let i = thread.process.identity in
  put_three thread (i.uid, i.effective_uid, i.saved_uid)

let getresgid (thread : Process.thread) =
  let i = thread.process.identity in
  put_three thread (i.gid, i.effective_gid, i.saved_gid)

let getgroups thread =
  let groups = (view thread).credentials.groups and room = int thread 0 in
  let* () = check (room >= 0) Errno.EINVAL in
  let n = List.length groups in
  if room = 0 then Ok n
  else
    let* () = check (room >= n) Errno.EINVAL in
    let bytes = Bytes.create (4 * n) in
    List.iteri (fun i gid -> Bytes.set_int32_le bytes (4 * i) (Int32.of_int gid)) groups;
    let* () = User_memory.write (memory thread) ~at:(arg thread 1) bytes in
    Ok n

let groups_most = 65536

let setgroups (thread : Process.thread) =
  let n = int thread 0 in
  let* () = check (is_root thread.process) Errno.EPERM in
  let* () = check (n >= 0 && n <= groups_most) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 1) (4 * n) in
  let groups = List.init n (fun i -> Int32.to_int (Bytes.get_int32_le bytes (4 * i))) in
  let view = view thread in
  Atomic.set thread.process.view { view with credentials = { view.credentials with groups } };
  Ok 0

let identity get (thread : Process.thread) = Ok (get thread.process.identity)

let all : Call.t list =
  [
    make "getuid" (identity (fun i -> i.uid));
    make "geteuid" (identity (fun i -> i.effective_uid));
    make "getgid" (identity (fun i -> i.gid));
    make "getegid" (identity (fun i -> i.effective_gid));
    make "setuid" setuid;
    make "setgid" setgid;
    make "setreuid" setreuid;
    make "setregid" setregid;
    make "setresuid" setresuid;
    make "setresgid" setresgid;
    make "getresuid" getresuid;
    make "getresgid" getresgid;
    make "getgroups" getgroups;
    make "setgroups" setgroups;
  ]
