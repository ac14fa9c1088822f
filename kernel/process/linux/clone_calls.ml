open Fs
open Call

let clone_vm = 0x100
let clone_fs = 0x200
let clone_files = 0x400
let clone_sighand = 0x800
let clone_pidfd = 0x1000
let clone_vfork = 0x4000
let clone_parent = 0x8000
let clone_thread = 0x10000
let clone_settls = 0x80000
let clone_parent_settid = 0x100000
let clone_child_cleartid = 0x200000
let clone_detached = 0x400000
let clone_child_settid = 0x1000000
let namespaces = 0x7e020000 (* CLONE_NEW...: there are none *)

let sharing flags : Birth.sharing =
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
  let* () =
    check (not (has clone_pidfd && (has clone_detached || has clone_thread))) Errno.EINVAL
  in
  check
    (((not (has clone_thread)) || has clone_sighand) && ((not (has clone_sighand)) || has clone_vm))
    Errno.EINVAL

(* A file for the child: the caller's alone, as the child's descriptors are made before. *)
let file_of_child thread at () =
  let t, file = Process_file.create ~nonblocking:false in
  let* fd = Descriptors.add (files thread) ~close_on_exec:true file in
  let close () = ignore (Descriptors.close (files thread) fd : (unit, Errno.t) result) in
  match User_memory.set32 (memory thread) at fd with
  | Ok () -> Ok (function Some child -> Process_file.set t child | None -> close ())
  | Error _ as error ->
      close ();
      error

let no_file () = Ok ignore

let clone_with thread ~flags ~sp ~parent_tid ~child_tid ~pidfd ~tls ~exit_signal =
  let has bit = flags land bit <> 0 in
  let* () = check_clone flags in
  let when_ bit value = if has bit then Some value else None in
  Birth.clone thread
    {
      sharing = sharing flags;
      sp = (if sp = 0 then None else Some sp);
      thread_pointer = when_ clone_settls tls;
      parent_tid = when_ clone_parent_settid parent_tid;
      child_tid = when_ clone_child_settid child_tid;
      clear_tid = (if has clone_child_cleartid then child_tid else 0);
      exit_signal;
      before = (if has clone_pidfd then file_of_child thread pidfd else no_file);
    }

let clone thread =
  let flags = arg thread 0 in
  let* () = check (flags land 0xff <= Signal.last) Errno.EINVAL in
  let both = clone_pidfd lor clone_parent_settid in
  let* () = check (flags land both <> both) Errno.EINVAL in
  let tls, child_tid =
    let fourth = arg thread 3 and fifth = arg thread 4 in
    if Architecture.tls_is_fourth then (fourth, fifth) else (fifth, fourth)
  in
  clone_with thread ~flags:(flags land lnot 0xff) ~sp:(arg thread 1) ~parent_tid:(arg thread 2)
    ~child_tid ~pidfd:(arg thread 2) ~tls
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
    ~pidfd:(get 1) ~tls:(get 7) ~exit_signal:(get 4)

let plain flags thread =
  clone_with thread ~flags ~sp:0 ~parent_tid:0 ~child_tid:0 ~pidfd:0 ~tls:0 ~exit_signal:Signal.chld

let set_tid_address (thread : Process.thread) =
  thread.clear_tid <- arg thread 0;
  Ok thread.tid

let all =
  [
    make "clone" clone;
    make "clone3" clone3;
    make "fork" (plain 0);
    make "vfork" (plain (clone_vm lor clone_vfork));
    make "set_tid_address" set_tid_address;
  ]
