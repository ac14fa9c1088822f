open Fs
open Call

let sched_yield _ =
  Picos.Fiber.yield ();
  Ok 0

(* ---- cores ---- *)

let set_bytes () = (Sched.cores () + 63) / 64 * 8
let room thread i = int thread i land 0xffffffff

let getaffinity thread =
  let room = room thread 1 and bytes = Bytes.make (set_bytes ()) '\000' in
  let* () = check (8 * room >= Sched.cores () && room land 7 = 0) Errno.EINVAL in
  let* meant = Process_argument.thread thread (int thread 0) in
  List.iter (Bit_set.add bytes) (Process.cores meant);
  let length = min room (Bytes.length bytes) in
  let* () = User_memory.write (memory thread) ~at:(arg thread 2) (Bytes.sub bytes 0 length) in
  Ok length

let may_place (thread : Process.thread) (meant : Process.thread) =
  let me = thread.process.identity.user.effective and you = meant.process.identity.user in
  Process.is_privileged thread.process || me = you.effective || me = you.real

let setaffinity thread =
  let room = min (room thread 1) (set_bytes ()) in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 2) room in
  let* meant = Process_argument.thread thread (int thread 0) in
  let* () = check (may_place thread meant) Errno.EPERM in
  let cores = List.filter (Bit_set.mem bytes) (Sched.cores_serving Local) in
  let* () = check (cores <> []) Errno.EINVAL in
  Process.set_cores meant cores;
  Ok 0

let getcpu thread =
  let put at n = if at = 0 then Ok () else User_memory.set32 (memory thread) at n in
  let* () = put (arg thread 0) (Sched.core ()) in
  done_ (put (arg thread 1) 0)

(* ---- policies ---- *)

let policy_other = 0
let policy_batch = 3
let policy_idle = 5
let is_plain policy = List.mem policy [ policy_other; policy_batch; policy_idle ]

let setscheduler thread =
  let* _ = Process_argument.thread thread (int thread 0) in
  let* priority = User_memory.get32 (memory thread) (arg thread 2) in
  let policy = int thread 1 in
  if is_plain policy then
    let* () = check (priority = 0) Errno.EINVAL in
    Ok 0
  else if policy = 1 || policy = 2 then Error Errno.EPERM
  else Error Errno.EINVAL

let getscheduler thread =
  let* _ = Process_argument.thread thread (int thread 0) in
  Ok policy_other

let getparam thread =
  let* _ = Process_argument.thread thread (int thread 0) in
  done_ (User_memory.set32 (memory thread) (arg thread 1) 0)

let setparam thread =
  let* _ = Process_argument.thread thread (int thread 0) in
  let* priority = User_memory.get32 (memory thread) (arg thread 1) in
  let* () = check (priority = 0) Errno.EINVAL in
  Ok 0

let priority_bound ~realtime thread =
  match int thread 0 with
  | 1 | 2 -> Ok realtime
  | policy when is_plain policy -> Ok 0
  | _ -> Error Errno.EINVAL

let slice_ns = 4_000_000

let rr_interval thread =
  let* _ = Process_argument.thread thread (int thread 0) in
  done_ (put_time (memory thread) (arg thread 1) slice_ns)

(* ---- nice values, which are kept and told; shares are not changed by them ---- *)

let nice p = Setting.(get p nice)

let meant (thread : Process.thread) which who =
  let me = thread.process in
  Process.locked @@ fun () ->
  let by is = List.filter is (Process.all ()) in
  match which with
  | 0 -> Ok (if who = 0 then [ me ] else Option.to_list (Process.find who))
  | 1 -> Ok (by (fun p -> p.group = if who = 0 then me.group else who))
  | 2 -> Ok (by (fun p -> p.identity.user.real = if who = 0 then me.identity.user.real else who))
  | _ -> Error Errno.EINVAL

let getpriority thread =
  let* meant = meant thread (int thread 0) (int thread 1) in
  let* () = check (meant <> []) Errno.ESRCH in
  Ok (20 - List.fold_left (fun least p -> min least (nice p)) 19 meant)

let setpriority (thread : Process.thread) =
  let* meant = meant thread (int thread 0) (int thread 1) in
  let* () = check (meant <> []) Errno.ESRCH in
  let wanted = max (-20) (min 19 (int thread 2)) in
  let may p = Process.is_privileged thread.process || wanted >= nice p in
  let* () = check (List.for_all may meant) Errno.EACCES in
  List.iter (fun p -> Setting.(set p nice) wanted) meant;
  Ok 0

let all =
  [
    make "sched_yield" sched_yield;
    make "sched_getaffinity" getaffinity;
    make "sched_setaffinity" setaffinity;
    make "sched_setscheduler" setscheduler;
    make "sched_getscheduler" getscheduler;
    make "sched_getparam" getparam;
    make "sched_setparam" setparam;
    make "sched_get_priority_max" (priority_bound ~realtime:99);
    make "sched_get_priority_min" (priority_bound ~realtime:1);
    make "sched_rr_get_interval" rr_interval;
    make "getcpu" getcpu;
    make "getpriority" getpriority;
    make "setpriority" setpriority;
  ]
