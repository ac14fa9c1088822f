open Fs
open Call

(* ---- users and groups, alike ---- *)

type part = { get : Identity.t -> Identity.ids; put : Identity.t -> Identity.ids -> Identity.t }

let user = { get = (fun i -> i.user); put = (fun i user -> { i with user }) }
let group = { get = (fun i -> i.group); put = (fun i group -> { i with group }) }

let set_identity (p : Process.t) (identity : Identity.t) =
  p.identity <- identity;
  let view = Atomic.get p.view in
  let uid = identity.user.effective and gid = identity.group.effective in
  Atomic.set p.view { view with credentials = { view.credentials with uid; gid } }

let change part (thread : Process.thread) f =
  let p = thread.process in
  let privileged = Process.is_privileged p in
  let* ids = f (part.get p.identity) ~privileged in
  set_identity p (part.put p.identity ids);
  Ok 0

let set part thread =
  change part thread (fun ids ~privileged -> Identity.set ids ~privileged (int thread 0))

let set_two part thread =
  change part thread (Identity.set_two ~real:(int thread 0) ~effective:(int thread 1))

let set_three part thread =
  let real = int thread 0 and effective = int thread 1 and saved = int thread 2 in
  change part thread (Identity.set_three ~real ~effective ~saved)

let get part (thread : Process.thread) = part.get thread.process.identity
let get_real part thread = Ok (get part thread).real
let get_effective part thread = Ok (get part thread).effective

let get_three part thread =
  let ids = get part thread in
  let* () = User_memory.set32 (memory thread) (arg thread 0) ids.real in
  let* () = User_memory.set32 (memory thread) (arg thread 1) ids.effective in
  done_ (User_memory.set32 (memory thread) (arg thread 2) ids.saved)

(* ---- further groups ---- *)

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
  let* () = check (Process.is_privileged thread.process) Errno.EPERM in
  let* () = check (n >= 0 && n <= groups_most) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 1) (4 * n) in
  let groups = List.init n (fun i -> Int32.to_int (Bytes.get_int32_le bytes (4 * i))) in
  let view = view thread in
  Atomic.set thread.process.view { view with credentials = { view.credentials with groups } };
  Ok 0

let all =
  [
    make "getuid" (get_real user);
    make "geteuid" (get_effective user);
    make "getgid" (get_real group);
    make "getegid" (get_effective group);
    make "setuid" (set user);
    make "setgid" (set group);
    make "setreuid" (set_two user);
    make "setregid" (set_two group);
    make "setresuid" (set_three user);
    make "setresgid" (set_three group);
    make "getresuid" (get_three user);
    make "getresgid" (get_three group);
    make "getgroups" getgroups;
    make "setgroups" setgroups;
  ]
