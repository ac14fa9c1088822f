open Fs
open Call
module Set = Signal.Set

(* ---- sets in memory ---- *)

let set_bytes = 8
let check_size size = check (size = set_bytes) Errno.EINVAL

let read_set thread at =
  let* bytes = User_memory.read (memory thread) ~at set_bytes in
  Ok (Set.of_bits (Bytes.get_int64_le bytes 0))

let write_set thread at set =
  let bytes = Bytes.create set_bytes in
  Bytes.set_int64_le bytes 0 (Set.to_bits set);
  User_memory.write (memory thread) ~at bytes

let get_mask thread at ~size =
  if at = 0 then Ok None
  else
    let* () = check_size size in
    Result.map Option.some (read_set thread at)

let with_mask (thread : Process.thread) mask f =
  match mask with
  | None -> f ()
  | Some mask -> (
      let before = thread.mask in
      Signals.set_mask thread mask;
      match f () with
      | Error Errno.EINTR ->
          thread.kept_mask <- Some before;
          Error Errno.EINTR
      | answer ->
          Signals.set_mask thread before;
          answer)

(* ---- actions: struct sigaction of the kernel's interface ---- *)

(* handler, flags, [restorer,] mask: riscv64 has no restorer. *)
let has_restorer = Architecture.this <> Riscv64
let mask_at = if has_restorer then 24 else 16
let action_bytes = mask_at + set_bytes
let handler_default = 0
let handler_ignore = 1

let word bytes at = User_memory.word bytes at

let action_of bytes : Process.action =
  let does : Process.disposition =
    match word bytes 0 with
    | n when n = handler_default -> Default
    | n when n = handler_ignore -> Ignore
    | pc -> Handler pc
  in
  let restorer = if has_restorer then word bytes 16 else 0 in
  let mask = Set.of_bits (Bytes.get_int64_le bytes mask_at) in
  { does; flags = word bytes 8; restorer; mask }

let word_of : Process.disposition -> int = function
  | Default -> handler_default
  | Ignore -> handler_ignore
  | Handler pc -> pc

let bytes_of ({ does; flags; restorer; mask } : Process.action) =
  let bytes = Bytes.make action_bytes '\000' in
  let set at n = Bytes.set_int64_le bytes at (Int64.of_int n) in
  set 0 (word_of does);
  set 8 flags;
  if has_restorer then set 16 restorer;
  Bytes.set_int64_le bytes mask_at (Set.to_bits mask);
  bytes

let check_signal signal = check (Signal.is_valid signal) Errno.EINVAL
let is_fixed signal = signal = Signal.kill || signal = Signal.stop

let sigaction (thread : Process.thread) =
  let signal = int thread 0 and at = arg thread 1 and old_at = arg thread 2 in
  let* () = check_size (size thread 3) in
  let* () = check_signal signal in
  let* () = check (at = 0 || not (is_fixed signal)) Errno.EINVAL in
  let before = thread.process.actions.(signal) in
  let* action =
    if at = 0 then Ok None
    else
      let* bytes = User_memory.read (memory thread) ~at action_bytes in
      Ok (Some (action_of bytes))
  in
  Option.iter (Signals.set_action thread.process signal) action;
  if old_at = 0 then Ok 0
  else done_ (User_memory.write (memory thread) ~at:old_at (bytes_of before))

(* ---- masks ---- *)

let changed (thread : Process.thread) how set =
  match how with
  | 0 -> Ok (Set.union thread.mask set)
  | 1 -> Ok (Set.diff thread.mask set)
  | 2 -> Ok set
  | _ -> Error Errno.EINVAL

let sigprocmask (thread : Process.thread) =
  let at = arg thread 1 and old_at = arg thread 2 in
  let* () = check_size (size thread 3) in
  let before = thread.mask in
  let* () =
    if at = 0 then Ok ()
    else
      let* set = read_set thread at in
      let* mask = changed thread (int thread 0) set in
      Ok (Signals.set_mask thread mask)
  in
  if old_at = 0 then Ok 0 else done_ (write_set thread old_at before)

let sigpending thread =
  let* () = check (size thread 1 <= set_bytes) Errno.EINVAL in
  let blocked = Set.inter (Signals.pending thread) thread.mask in
  done_ (write_set thread (arg thread 0) blocked)

let sigsuspend (thread : Process.thread) =
  let* () = check_size (size thread 1) in
  let* mask = read_set thread (arg thread 0) in
  with_mask thread (Some mask) (fun () ->
      match Patience.eventually (Signals.patience thread) [] (fun () -> None) with
      | Ok _ -> Ok 0
      | Error _ as error -> error)

let pause thread =
  match Patience.eventually (Signals.patience thread) [] (fun () -> None) with
  | Ok _ -> Ok 0
  | Error _ as error -> error

(* ---- waiting for one ---- *)

let sigtimedwait (thread : Process.thread) =
  let* () = check_size (size thread 3) in
  let* set = read_set thread (arg thread 0) in
  let* timeout = get_time_option (memory thread) (arg thread 2) in
  let attempt () = Signals.take thread set in
  let patience =
    match timeout with
    | None -> Signals.patience thread
    | Some ns -> Signals.patience_within thread ~seconds:(seconds_of_ns ns)
  in
  thread.waits_for <- set;
  let answer = Patience.eventually patience [ (thread.watch, Readiness.of_bits (-1)) ] attempt in
  thread.waits_for <- Set.empty;
  match answer with
  | Error _ as error -> error
  | Ok None -> Error Errno.EAGAIN
  | Ok (Some info) ->
      let* () =
        if arg thread 1 = 0 then Ok ()
        else User_memory.write (memory thread) ~at:(arg thread 1) (Signal.information info)
      in
      Ok info.signal

(* ---- sending ---- *)

let from_user (thread : Process.thread) : Signal.cause =
  User { pid = thread.process.pid; uid = thread.process.identity.user.real }

let from_thread (thread : Process.thread) : Signal.cause =
  Thread { pid = thread.process.pid; uid = thread.process.identity.user.real }

let send_allowed (thread : Process.thread) signal cause targets =
  let may = Signals.may_send ~from:thread.process signal in
  let allowed = List.filter may targets in
  let* () = check (targets <> []) Errno.ESRCH in
  let* () = check (allowed <> []) Errno.EPERM in
  if signal <> 0 then List.iter (fun p -> Signals.send p { Signal.signal; cause }) allowed;
  Ok 0

let targets (thread : Process.thread) pid =
  Process.locked @@ fun () ->
  if pid > 0 then
    match (Process.find pid, Process.find_thread pid) with
    | Some p, _ -> [ p ]
    | None, Some t -> [ t.process ]
    | None, None -> []
  else
    let me = thread.process in
    let is_meant (p : Process.t) =
      if pid = -1 then p != me && p.pid > 1
      else p.group = if pid = 0 then me.group else -pid
    in
    List.filter is_meant (Process.all ())

let check_sent signal = check (signal >= 0 && signal <= Signal.last) Errno.EINVAL

let kill thread =
  let signal = int thread 1 in
  let* () = check_sent signal in
  send_allowed thread signal (from_user thread) (targets thread (int thread 0))

let to_thread (thread : Process.thread) ~group tid signal cause =
  let* () = check (tid > 0) Errno.EINVAL in
  let* () = check_sent signal in
  let target = Process.locked (fun () -> Process.find_thread tid) in
  match target with
  | Some target when group = None || group = Some target.process.pid ->
      let* () = check (Signals.may_send ~from:thread.process signal target.process) Errno.EPERM in
      if signal <> 0 then Signals.send_thread target { signal; cause };
      Ok 0
  | _ -> Error Errno.ESRCH

let tgkill thread =
  let* () = check (int thread 0 > 0) Errno.EINVAL in
  to_thread thread ~group:(Some (int thread 0)) (int thread 1) (int thread 2) (from_thread thread)

let tkill thread = to_thread thread ~group:None (int thread 0) (int thread 1) (from_thread thread)

(* The cause is what the sender says; only the kernel's own codes are kept from him. *)
let queued thread at =
  let* bytes = User_memory.read (memory thread) ~at Signal.information_length in
  let get at = Int32.to_int (Bytes.get_int32_le bytes at) in
  let value = Bytes.get_int64_le bytes 24 in
  Ok (get 0, Signal.Queued { code = get 8; pid = get 16; uid = get 20; value })

let by_tkill = -6

let check_code (thread : Process.thread) (cause : Signal.cause) pid =
  match cause with
  | Queued { code; _ } ->
      check ((code < 0 && code <> by_tkill) || pid = thread.process.pid) Errno.EPERM
  | _ -> Ok ()

let sigqueue thread =
  let pid = int thread 0 and signal = int thread 1 in
  let* _, cause = queued thread (arg thread 2) in
  let* () = check_sent signal in
  let* () = check_code thread cause pid in
  let room p = signal < Signal.first_realtime || Signals.has_room p in
  let* () = check (List.for_all room (if pid > 0 then targets thread pid else [])) Errno.EAGAIN in
  send_allowed thread signal cause (if pid > 0 then targets thread pid else [])

let tgsigqueue thread =
  let* _, cause = queued thread (arg thread 3) in
  let* () = check_code thread cause (int thread 0) in
  to_thread thread ~group:(Some (int thread 0)) (int thread 1) (int thread 2) cause

(* ---- the alternate stack: address, flags, size ---- *)

let ss_onstack = 1
let ss_disable = 2
let ss_autodisarm = 1 lsl 31
let least_stack = if Architecture.this = Aarch64 then 5120 else 2048

let is_on (stack : Process.stack) sp =
  stack.size > 0 && sp >= stack.base && sp - stack.base < stack.size

let told (thread : Process.thread) =
  let { Process.base; size; disarms } = thread.stack in
  let bytes = Bytes.make 24 '\000' in
  let flags =
    if size = 0 then ss_disable
    else if is_on thread.stack (Hal.User.sp thread.user) then ss_onstack
    else 0
  in
  let flags = if disarms then flags lor ss_autodisarm else flags in
  Bytes.set_int64_le bytes 0 (Int64.of_int base);
  Bytes.set_int32_le bytes 8 (Int32.of_int flags);
  Bytes.set_int64_le bytes 16 (Int64.of_int size);
  bytes

let stack_of bytes : (Process.stack, Errno.t) result =
  let flags = Int32.to_int (Bytes.get_int32_le bytes 8) land 0xffffffff in
  let size = word bytes 16 in
  let mode = flags land lnot ss_autodisarm in
  if mode = ss_disable then Ok Process.no_stack
  else
    let* () = check (mode = 0 || mode = ss_onstack) Errno.EINVAL in
    let* () = check (size >= least_stack) Errno.ENOMEM in
    Ok { Process.base = word bytes 0; size; disarms = flags land ss_autodisarm <> 0 }

let sigaltstack (thread : Process.thread) =
  let at = arg thread 0 and old_at = arg thread 1 in
  let before = told thread in
  let* () =
    if at = 0 then Ok ()
    else
      let* bytes = User_memory.read (memory thread) ~at 24 in
      let* () =
        check (not (is_on thread.stack (Hal.User.sp thread.user))) Errno.EPERM
      in
      let* stack = stack_of bytes in
      thread.stack <- stack;
      Ok ()
  in
  if old_at = 0 then Ok 0 else done_ (User_memory.write (memory thread) ~at:old_at before)

let sigreturn (thread : Process.thread) =
  match Deliver.return thread with
  | Ok () -> Ok 0
  | Error _ ->
      Signals.force thread { signal = Signal.segv; cause = Kernel };
      Ok 0

let all =
  [
    make "rt_sigaction" sigaction;
    make "rt_sigprocmask" sigprocmask;
    make "rt_sigpending" sigpending;
    make "rt_sigsuspend" ~restart:Without_handler sigsuspend;
    make "pause" ~restart:Without_handler pause;
    make "rt_sigtimedwait" sigtimedwait;
    make "rt_sigqueueinfo" sigqueue;
    make "rt_tgsigqueueinfo" tgsigqueue;
    make "kill" kill;
    make "tkill" tkill;
    make "tgkill" tgkill;
    make "sigaltstack" sigaltstack;
    registers "rt_sigreturn" sigreturn;
  ]
