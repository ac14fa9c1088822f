open Fs
open Call

(* ---- beginning ---- *)

let clone_vm = 0x100
let clone_fs = 0x200
let clone_files = 0x400
let clone_sighand = 0x800
let clone_vfork = 0x4000
let clone_parent = 0x8000
let clone_thread = 0x10000
let clone_settls = 0x80000
let clone_parent_settid = 0x100000
let clone_child_cleartid = 0x200000
let clone_child_settid = 0x1000000
let namespaces = 0x7e020000 (* CLONE_NEW...: there are none *)

let sharing flags : Life.sharing =
  let has bit = flags land bit <> 0 in
  {
    memory = has clone_vm;
    files = has clone_files;
    place = has clone_fs;
    actions = has clone_sighand;
    thread = has clone_thread;
    untraced_parent = has clone_parent;
    waits = has clone_vfork;
  }

let check_clone flags =
  let has bit = flags land bit <> 0 in
  let* () = check (not (has namespaces)) Errno.EINVAL in
  check
    (((not (has clone_thread)) || has clone_sighand) && ((not (has clone_sighand)) || has clone_vm))
    Errno.EINVAL

let clone_with thread ~flags ~sp ~parent_tid ~child_tid ~tls ~exit_signal =
  let has bit = flags land bit <> 0 in
  let* () = check_clone flags in
  let when_ bit value = if has bit then Some value else None in
  Life.clone thread
    {
      sharing = sharing flags;
      sp = (if sp = 0 then None else Some sp);
      thread_pointer = when_ clone_settls tls;
      parent_tid = when_ clone_parent_settid parent_tid;
      child_tid = when_ clone_child_settid child_tid;
      clear_tid = (if has clone_child_cleartid then child_tid else 0);
      exit_signal;
    }

let clone thread =
  let flags = arg thread 0 in
  let* () = check (flags land 0xff <= Signal.last) Errno.EINVAL in
  let tls, child_tid =
    if Architecture.tls_is_fourth then (arg thread 3, arg thread 4) else (arg thread 4, arg thread 3)
  in
  clone_with thread ~flags:(flags land lnot 0xff) ~sp:(arg thread 1) ~parent_tid:(arg thread 2)
    ~child_tid ~tls
    ~exit_signal:(if Signal.is_valid (flags land 0xff) then flags land 0xff else 0)

(* struct clone_args: flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls. *)
let clone3_least = 64

let clone3 thread =
  let size = size thread 1 in
  let* () = check (size >= clone3_least && size <= 4096) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 0) size in
  let get i = User_memory.word bytes (8 * i) in
  let stack = get 5 and stack_size = get 6 in
  let* () = check (get 4 = 0 || Signal.is_valid (get 4)) Errno.EINVAL in
  let* () = check ((stack = 0) = (stack_size = 0)) Errno.EINVAL in
  let* () = check (get 4 >= 0 && get 4 <= Signal.last) Errno.EINVAL in
  clone_with thread ~flags:(get 0) ~sp:(stack + stack_size) ~parent_tid:(get 3) ~child_tid:(get 2)
    ~tls:(get 7) ~exit_signal:(get 4)

let plain flags thread =
  clone_with thread ~flags ~sp:0 ~parent_tid:0 ~child_tid:0 ~tls:0 ~exit_signal:Signal.chld

let string_limit = 128 * 1024
let strings_most = 65536

(* A row of pointers, up to 0; so many bytes in all. *)
let strings thread at ~room =
  let rec from at found n ~room =
    let* pointer = User_memory.get64 (memory thread) at in
    if pointer = 0 then Ok (List.rev found, room)
    else
      let* () = check (n < strings_most && room > 0) Errno.E2BIG in
      let* string = User_memory.string (memory thread) ~at:pointer ~limit:string_limit in
      match string with
      | None -> Error Errno.E2BIG
      | Some string ->
          if String.length string > 4096 then Picos.Fiber.yield ();
          from (at + 8) (string :: found) (n + 1) ~room:(room - String.length string - 9)
  in
  if at = 0 then Ok ([], room) else from at [] 0 ~room

let exec_with thread ?start path ~arguments ~environment =
  let stack_bytes = Process.limit thread.Process.process Life.limit_stack in
  let room = Elf.Stack_image.limit ~stack_bytes in
  let* arguments, room = strings thread arguments ~room in
  let* environment, _ = strings thread environment ~room in
  done_ (Exec.exec thread ~path ?start ~arguments ~environment ())

let execve thread =
  let* path = path thread 0 in
  exec_with thread path ~arguments:(arg thread 1) ~environment:(arg thread 2)

(* What is open is found by the name that Linux gives it as well. *)
let execveat thread =
  let* path = path thread 1 in
  let flags = int thread 4 and arguments = arg thread 2 and environment = arg thread 3 in
  let* () = check (flags land lnot Path_argument.(at_symlink_nofollow lor at_empty_path) = 0) Errno.EINVAL in
  if path = "" && flags land Path_argument.at_empty_path <> 0 then
    let path = Printf.sprintf "/dev/fd/%d" (int thread 0) in
    let* _ = File_argument.using thread (fun _ -> Ok 0) in
    exec_with thread path ~arguments ~environment
  else
    let* start = Path_argument.start thread (int thread 0) path in
    exec_with thread ?start path ~arguments ~environment

(* ---- ending and waiting ---- *)

let exit (thread : Process.thread) =
  let p = thread.process and status = Process.Exited (int thread 0 land 0xff) in
  if Process.locked (fun () -> match p.threads with [ _ ] -> true | _ -> false) then
    Deliver.end_all p status;
  raise Deliver.Ends

let exit_group (thread : Process.thread) =
  Deliver.end_all thread.process (Exited (int thread 0 land 0xff));
  raise Deliver.Ends

let wnohang = 1
let wuntraced = 2
let wexited = 4
let wcontinued = 8
let wnowait = 0x1000000
let wait_options = 0xe0000000 (* __WNOTHREAD, __WALL, __WCLONE *)

let wclone = 0x80000000
let wall = 0x40000000

let kind_of options : Life.kind =
  if options land wall <> 0 then Every else if options land wclone <> 0 then Clones else Plain

let patience thread options =
  if options land wnohang <> 0 then Patience.none else Signals.patience thread

let continued = 0xffff

let status_of : Life.event -> int = function
  | Has_ended status -> Process.encode status
  | Has_stopped signal -> (signal lsl 8) lor 0x7f
  | Goes_on -> continued

let wait4 (thread : Process.thread) =
  let pid = int thread 0 and at = arg thread 1 and options = int thread 2 and usage = arg thread 3 in
  let known = wnohang lor wuntraced lor wcontinued lor wait_options in
  let* () = check (options land 0xffffffff land lnot known = 0) Errno.EINVAL in
  let whom : Life.whom =
    if pid > 0 then Pid pid
    else if pid = -1 then Any
    else Group (if pid = 0 then thread.process.group else -pid)
  in
  let* found =
    Life.wait thread whom ~kind:(kind_of options) ~ended:true
      ~stopped:(options land wuntraced <> 0)
      ~goes_on:(options land wcontinued <> 0)
      ~reap:true (patience thread options)
  in
  match found with
  | None -> Ok 0
  | Some { child; event; run_ns; _ } ->
      let* () = if at = 0 then Ok () else User_memory.set32 (memory thread) at (status_of event) in
      let* () = if usage = 0 then Ok () else Time_calls.put_rusage (memory thread) usage run_ns in
      Ok child.pid

let cld_stopped = 5
let cld_continued = 6

let cause_of ({ child; event; uid; _ } : Life.found) : Signal.cause =
  match event with
  | Has_ended status -> Life.child_cause child status
  | Has_stopped status -> Child { pid = child.pid; uid; code = cld_stopped; status }
  | Goes_on -> Child { pid = child.pid; uid; code = cld_continued; status = Signal.cont }

let waitid (thread : Process.thread) =
  let id = int thread 1 and at = arg thread 2 and options = int thread 3 in
  let wanted = options land (wexited lor wuntraced lor wcontinued) in
  let* () = check (wanted <> 0) Errno.EINVAL in
  let* whom : Life.whom =
    match int thread 0 with
    | 0 -> Ok Life.Any
    | 1 when id > 0 -> Ok (Life.Pid id)
    | 2 when id >= 0 -> Ok (Life.Group (if id = 0 then thread.process.group else id))
    | _ -> Error Errno.EINVAL
  in
  let* found =
    Life.wait thread whom ~kind:(kind_of options)
      ~ended:(options land wexited <> 0)
      ~stopped:(options land wuntraced <> 0)
      ~goes_on:(options land wcontinued <> 0)
      ~reap:(options land wnowait = 0)
      (patience thread options)
  in
  let information =
    match found with
    | None -> Bytes.make Signal.information_length '\000'
    | Some found -> Signal.information { signal = Signal.chld; cause = cause_of found }
  in
  if at = 0 then Ok 0 else done_ (User_memory.write (memory thread) ~at information)

(* ---- numbers ---- *)

let process_of (thread : Process.thread) pid =
  if pid = 0 then Ok thread.process
  else if pid < 0 then Error Errno.ESRCH
  else Option.to_result (Process.find pid) ~none:Errno.ESRCH

let about thread f = Process.locked (fun () -> Result.map f (process_of thread (int thread 0)))
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
  let* p = process_of thread (int thread 0) in
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

let set_tid_address (thread : Process.thread) =
  thread.clear_tid <- arg thread 0;
  Ok thread.tid

(* ---- identity ---- *)

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
    make "clone" clone;
    make "clone3" clone3;
    make "fork" (plain 0);
    make "vfork" (plain (clone_vm lor clone_vfork));
    make "execve" execve;
    make "execveat" execveat;
    make "exit" exit;
    make "exit_group" exit_group;
    make "wait4" ~restart:With_flag wait4;
    make "waitid" ~restart:With_flag waitid;
    make "getpid" (fun thread -> Ok thread.process.pid);
    make "gettid" (fun thread -> Ok thread.tid);
    make "getppid" (fun thread -> Ok (Process.parent_number thread.process));
    make "getpgid" getpgid;
    make "getpgrp" (fun thread -> Ok thread.process.group);
    make "setpgid" setpgid;
    make "getsid" getsid;
    make "setsid" setsid;
    make "set_tid_address" set_tid_address;
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
