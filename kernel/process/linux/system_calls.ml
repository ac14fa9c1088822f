open Fs
open Call

(* ---- futex ---- *)

let futex_private = 128
let futex_realtime = 256

let futex_patience thread ~absolute ~realtime at =
  let* timeout = get_time_option (memory thread) at in
  match timeout with
  | None -> Ok (Signals.patience thread)
  | Some ns ->
      let now = if realtime then Hal.Machine.wall_ns () else Hal.Machine.uptime_ns () in
      let left = if absolute then ns - now else ns in
      (* At least a moment, so that it waits at all. *)
      Ok (Signals.patience_within thread ~seconds:(Float.max 1e-9 (seconds_of_ns left)))

let mask_of n = n land 0xffffffff

let futex thread =
  let memory = memory thread and at = arg thread 0 and operation = int thread 1 in
  let value = int thread 2 and fourth = arg thread 3 and second = arg thread 4 in
  let last = int thread 5 in
  let private_ = operation land futex_private <> 0 in
  let realtime = operation land futex_realtime <> 0 in
  let wait ~absolute ~mask =
    let* patience = futex_patience thread ~absolute ~realtime fourth in
    Futex.wait memory at ~private_ ~expected:value ~mask patience
  in
  match operation land lnot (futex_private lor futex_realtime) with
  | 0 -> wait ~absolute:false ~mask:Futex.all
  | 1 -> Futex.wake memory at ~private_ ~most:(max value 1) ~mask:Futex.all
  | 3 ->
      Futex.requeue memory at ~private_ ~wake:value ~into:second ~most:(int thread 3) ~expected:None
  | 4 ->
      Futex.requeue memory at ~private_ ~wake:value ~into:second ~most:(int thread 3)
        ~expected:(Some last)
  | 5 ->
      Futex.wake_both memory at ~private_ ~most:value ~second ~second_most:(int thread 3)
        ~operation:last
  | 9 -> wait ~absolute:true ~mask:(mask_of last)
  | 10 -> Futex.wake memory at ~private_ ~most:value ~mask:(mask_of last)
  | _ -> Error Errno.ENOSYS

let robust_length = 24

let set_robust_list (thread : Process.thread) =
  let* () = check (size thread 1 = robust_length) Errno.EINVAL in
  thread.robust <- arg thread 0;
  Ok 0

let thread_of (thread : Process.thread) tid =
  if tid = 0 then Ok thread
  else Process.locked (fun () -> Option.to_result (Process.find_thread tid) ~none:Errno.ESRCH)

let get_robust_list thread =
  let* other = thread_of thread (int thread 0) in
  let* () = User_memory.set64 (memory thread) (arg thread 1) other.robust in
  done_ (User_memory.set64 (memory thread) (arg thread 2) robust_length)

(* ---- scheduling ---- *)

let sched_yield _ =
  Picos.Fiber.yield ();
  Ok 0

(* Threads go where the scheduler puts them: all cores that serve them. *)
let affinity_bytes = 8

let getaffinity thread =
  let* _ = thread_of thread (int thread 0) in
  let room = size thread 1 in
  let* () = check (room >= affinity_bytes && room land 7 = 0) Errno.EINVAL in
  let bytes = Bytes.make affinity_bytes '\000' in
  let set core = if core < 64 then Bytes.set_uint8 bytes (core / 8) (Bytes.get_uint8 bytes (core / 8) lor (1 lsl (core land 7))) in
  List.iter set (Sched.cores_serving Local);
  let* () = User_memory.write (memory thread) ~at:(arg thread 2) bytes in
  Ok affinity_bytes

let setaffinity thread =
  let* _ = thread_of thread (int thread 0) in
  let room = min (size thread 1) 128 in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 2) room in
  let has core = core / 8 < room && Bytes.get_uint8 bytes (core / 8) land (1 lsl (core land 7)) <> 0 in
  let* () = check (List.exists has (Sched.cores_serving Local)) Errno.EINVAL in
  Ok 0

let getcpu thread =
  let put at n = if at = 0 then Ok () else User_memory.set32 (memory thread) at n in
  let* () = put (arg thread 0) (Sched.core ()) in
  done_ (put (arg thread 1) 0)

let policy_other = 0
let policy_batch = 3
let policy_idle = 5
let is_plain policy = List.mem policy [ policy_other; policy_batch; policy_idle ]

let setscheduler thread =
  let* _ = thread_of thread (int thread 0) in
  let* priority = User_memory.get32 (memory thread) (arg thread 2) in
  let policy = int thread 1 in
  if is_plain policy then
    let* () = check (priority = 0) Errno.EINVAL in
    Ok 0
  else if policy = 1 || policy = 2 then Error Errno.EPERM
  else Error Errno.EINVAL

let getscheduler thread =
  let* _ = thread_of thread (int thread 0) in
  Ok policy_other

let getparam thread =
  let* _ = thread_of thread (int thread 0) in
  done_ (User_memory.set32 (memory thread) (arg thread 1) 0)

let setparam thread =
  let* _ = thread_of thread (int thread 0) in
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
  let* _ = thread_of thread (int thread 0) in
  done_ (put_time (memory thread) (arg thread 1) slice_ns)

(* nice values are kept and told; shares are not changed by them. *)
let nice_key = "nice"
let nice_of (p : Process.t) = Option.value (List.assoc_opt nice_key p.keys) ~default:0
let set_key (p : Process.t) key value = p.keys <- (key, value) :: List.remove_assoc key p.keys

let meant (thread : Process.thread) which who =
  let me = thread.process in
  Process.locked @@ fun () ->
  let by is = List.filter is (Process.all ()) in
  match which with
  | 0 -> Ok (if who = 0 then [ me ] else Option.to_list (Process.find who))
  | 1 -> Ok (by (fun p -> p.group = if who = 0 then me.group else who))
  | 2 -> Ok (by (fun p -> p.identity.uid = if who = 0 then me.identity.uid else who))
  | _ -> Error Errno.EINVAL

let getpriority thread =
  let* meant = meant thread (int thread 0) (int thread 1) in
  let* () = check (meant <> []) Errno.ESRCH in
  Ok (20 - List.fold_left (fun least p -> min least (nice_of p)) 19 meant)

let setpriority (thread : Process.thread) =
  let* meant = meant thread (int thread 0) (int thread 1) in
  let* () = check (meant <> []) Errno.ESRCH in
  let nice = max (-20) (min 19 (int thread 2)) in
  let may p = thread.process.identity.effective_uid = 0 || nice >= nice_of p in
  let* () = check (List.for_all may meant) Errno.EACCES in
  List.iter (fun p -> set_key p nice_key nice) meant;
  Ok 0

(* ---- limits ---- *)

let encode_limit n = if n = Life.infinite then -1L else Int64.of_int n

let decode_limit n =
  let int = Int64.to_int n in
  if n < 0L || Int64.of_int int <> n || int < 0 then Life.infinite else int

let put_limit thread at (limit : Process.limit) =
  let bytes = Bytes.create 16 in
  Bytes.set_int64_le bytes 0 (encode_limit limit.soft);
  Bytes.set_int64_le bytes 8 (encode_limit limit.hard);
  User_memory.write (memory thread) ~at bytes

let read_limit thread at : (Process.limit, Errno.t) result =
  let* bytes = User_memory.read (memory thread) ~at 16 in
  let soft = decode_limit (Bytes.get_int64_le bytes 0) in
  Ok { Process.soft; hard = decode_limit (Bytes.get_int64_le bytes 8) }

let limit_address_space = 9

let limit_time = 0
let second = 1_000_000_000

(* SIGXCPU each second from the soft limit on, and the end at the hard one. *)
let limit_time_of (p : Process.t) =
  let comes _ =
    let used = Time_calls.used_by_threads p / second in
    if used >= p.limits.(limit_time).hard then
      Signals.send p { signal = Signal.kill; cause = Kernel }
    else if used >= p.limits.(limit_time).soft then
      Signals.send p { signal = Signal.xcpu; cause = Kernel }
  in
  let timer = Timers.create ~now:(fun () -> Time_calls.used_by_threads p) comes in
  let after = max 1 (p.limits.(limit_time).soft * second) in
  ignore (Timers.set timer ~absolute:true { after; every = second } : Timers.setting);
  p.intervals.(Life.interval_of_limit) <- Some timer

let set_time_limit (p : Process.t) =
  Option.iter Life.stop_timer p.intervals.(Life.interval_of_limit);
  if p.limits.(limit_time).soft < Life.infinite / second then limit_time_of p

let set_limit (thread : Process.thread) (p : Process.t) number (limit : Process.limit) =
  let* () = check (limit.soft <= limit.hard) Errno.EINVAL in
  let raises = limit.hard > p.limits.(number).hard in
  let* () = check ((not raises) || thread.process.identity.effective_uid = 0) Errno.EPERM in
  p.limits.(number) <- limit;
  if number = Life.limit_files then Descriptors.set_limit (Atomic.get p.files) limit.soft;
  if number = limit_time then set_time_limit p;
  if number = limit_address_space then Memory.set_address_limit p.memory limit.soft;
  Ok ()

let change_limit thread (p : Process.t) number ~set_at ~old_at =
  let* () = check (number >= 0 && number < Life.nr_limits) Errno.EINVAL in
  let before = p.limits.(number) in
  let* () =
    if set_at = 0 then Ok ()
    else
      let* limit = read_limit thread set_at in
      set_limit thread p number limit
  in
  if old_at = 0 then Ok 0 else done_ (put_limit thread old_at before)

let getrlimit (thread : Process.thread) =
  change_limit thread thread.process (int thread 0) ~set_at:0 ~old_at:(arg thread 1)

let setrlimit (thread : Process.thread) =
  change_limit thread thread.process (int thread 0) ~set_at:(arg thread 1) ~old_at:0

let prlimit (thread : Process.thread) =
  let pid = int thread 0 in
  let* p =
    if pid = 0 then Ok thread.process
    else Process.locked (fun () -> Option.to_result (Process.find pid) ~none:Errno.ESRCH)
  in
  let* () = check (Signals.may_send ~from:thread.process 0 p) Errno.EPERM in
  change_limit thread p (int thread 1) ~set_at:(arg thread 2) ~old_at:(arg thread 3)

(* ---- names and figures ---- *)

let name_bytes = 65

let uname thread =
  let bytes = Bytes.make (6 * name_bytes) '\000' in
  let names =
    System_name.[ system; !host; release; version; Architecture.name; "(none)" ]
  in
  List.iteri (fun i name -> Bytes.blit_string name 0 bytes (i * name_bytes) (String.length name)) names;
  done_ (User_memory.write (memory thread) ~at:(arg thread 0) bytes)

let sethostname (thread : Process.thread) =
  let length = int thread 1 in
  let* () = check (thread.process.identity.effective_uid = 0) Errno.EPERM in
  let* () = check (length >= 0 && length < name_bytes) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 0) length in
  System_name.host := Bytes.to_string bytes;
  Ok 0

let sysinfo thread =
  let bytes = Bytes.make 112 '\000' in
  let set at n = Bytes.set_int64_le bytes at (Int64.of_int n) in
  let memory_now = Hal.Machine.memory () in
  set 0 (1 + (Hal.Machine.uptime_ns () / 1_000_000_000));
  set 32 memory_now.total;
  set 40 memory_now.free;
  Bytes.set_uint16_le bytes 80 (Process.count ());
  Bytes.set_int32_le bytes 104 1l;
  done_ (User_memory.write (memory thread) ~at:(arg thread 0) bytes)

(* ---- random bytes ---- *)

let grnd_known = 7

let getrandom thread =
  let length = min (size thread 1) 0x1ffffff in
  let* () = check (int thread 2 land lnot grnd_known = 0) Errno.EINVAL in
  let rec from done_ =
    if done_ = length then Ok length
    else
      let n = min 4096 (length - done_) in
      let bytes = Bytes.create n in
      Hal.Entropy.fill bytes ~pos:0 ~len:n;
      match User_memory.write (memory thread) ~at:(arg thread 0 + done_) bytes with
      | Ok () -> from (done_ + n)
      | Error _ when done_ > 0 -> Ok done_
      | Error _ as error -> Result.map (fun () -> 0) error
  in
  from 0

(* ---- small settings ---- *)

let pr_set_name = 15
let pr_get_name = 16
let comm_bytes = 16

let set_name (thread : Process.thread) at =
  let* name = User_memory.string (memory thread) ~at ~limit:comm_bytes in
  let* name =
    match name with
    | Some name -> Ok name
    | None -> Result.map Bytes.to_string (User_memory.read (memory thread) ~at (comm_bytes - 1))
  in
  thread.name <- name;
  Ok 0

let get_name (thread : Process.thread) at =
  let bytes = Bytes.make comm_bytes '\000' in
  Bytes.blit_string thread.name 0 bytes 0 (min (comm_bytes - 1) (String.length thread.name));
  done_ (User_memory.write (memory thread) ~at bytes)

(* Set and get calls that come in pairs: names, and how the value is told. *)
type told = Returned | Written

let settings =
  [
    (3, 4, "dumpable", 1, [ 0; 1 ], Returned);
    (1, 2, Life.death_signal, 0, List.init 65 Fun.id, Written);
    (36, 37, Life.subreaper, 0, [ 0; 1 ], Written);
    (38, 39, "no new privileges", 0, [ 0; 1 ], Returned);
    (29, 30, "timer slack", 50_000, [], Returned);
  ]

let value (p : Process.t) key default = Option.value (List.assoc_opt key p.keys) ~default

let setting (thread : Process.thread) option =
  let p = thread.process and value_wanted = arg thread 1 in
  let set (set, _, _, _, _, _) = set = option and get (_, get, _, _, _, _) = get = option in
  match (List.find_opt set settings, List.find_opt get settings) with
  | Some (_, _, key, _, allowed, _), _ ->
      let* () = check (allowed = [] || List.mem value_wanted allowed) Errno.EINVAL in
      set_key p key value_wanted;
      Ok 0
  | None, Some (_, _, key, default, _, Returned) -> Ok (value p key default)
  | None, Some (_, _, key, default, _, Written) ->
      done_ (User_memory.set32 (memory thread) value_wanted (value p key default))
  | None, None -> Error Errno.EINVAL

let prctl thread =
  match int thread 0 with
  | option when option = pr_set_name -> set_name thread (arg thread 1)
  | option when option = pr_get_name -> get_name thread (arg thread 1)
  | option -> setting thread option

let arch_set_fs = 0x1002
let arch_get_fs = 0x1003

let arch_prctl (thread : Process.thread) =
  let at = arg thread 1 in
  match int thread 0 with
  | code when code = arch_set_fs ->
      let* () = check (at >= 0 && at < Hal.Space.top) Errno.EPERM in
      Hal.User.set_thread_pointer thread.user at;
      Ok 0
  | code when code = arch_get_fs ->
      done_ (User_memory.set64 (memory thread) at (Hal.User.thread_pointer thread.user))
  | _ -> Error Errno.EINVAL

let personality_ask = 0xffffffff

let personality thread =
  let wanted = arg thread 0 land 0xffffffff in
  let* () = check (wanted = 0 || wanted = personality_ask) Errno.EINVAL in
  Ok 0

(* All barriers are had by going through the kernel, which is one on the caller's core alone: expedited ones are said not
   to be there. *)
let membarrier thread = if int thread 0 = 0 then Ok 0 else Error Errno.EINVAL

let all =
  [
    make "futex" ~restart:With_flag futex;
    make "set_robust_list" set_robust_list;
    make "get_robust_list" get_robust_list;
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
    make "getrlimit" getrlimit;
    make "setrlimit" setrlimit;
    make "prlimit64" prlimit;
    make "uname" uname;
    make "sethostname" sethostname;
    make "sysinfo" sysinfo;
    make "getrandom" getrandom;
    make "prctl" prctl;
    make "arch_prctl" arch_prctl;
    make "personality" personality;
    make "membarrier" membarrier;
  ]
