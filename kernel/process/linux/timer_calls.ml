open Fs
open Call

let signal_of_interval = [| Signal.alrm; Signal.vtalrm; Signal.prof |]

let clock_of (p : Process.t) which =
  if which = 0 then Hal.Machine.uptime_ns else fun () -> Process.used_ns p

(* Made when it is first asked about. *)
let interval (thread : Process.thread) which =
  let p = thread.process in
  match p.intervals.(which) with
  | Some timer -> timer
  | None ->
      let comes _ = Signals.send p { signal = signal_of_interval.(which); cause = Kernel } in
      let timer = Timers.create ~now:(clock_of p which) comes in
      p.intervals.(which) <- Some timer;
      timer

let which_of n = if n >= 0 && n <= 2 then Ok n else Error Errno.EINVAL

let put_setting put thread at (s : Timers.setting) =
  let* () = put (memory thread) at s.every in
  put (memory thread) (at + 16) s.after

let get_setting get thread at : (Timers.setting, Errno.t) result =
  let* every = get (memory thread) at in
  let* after = get (memory thread) (at + 16) in
  Ok { Timers.after; every }

let getitimer thread =
  let* which = which_of (int thread 0) in
  let setting = Timers.setting (interval thread which) in
  done_ (put_setting put_microseconds thread (arg thread 1) setting)

let setitimer thread =
  let* which = which_of (int thread 0) in
  let* setting =
    if arg thread 1 = 0 then Ok { Timers.after = 0; every = 0 }
    else get_setting get_microseconds thread (arg thread 1)
  in
  let before = Timers.set (interval thread which) ~absolute:false setting in
  if arg thread 2 = 0 then Ok 0
  else done_ (put_setting put_microseconds thread (arg thread 2) before)

let second = 1_000_000_000

let alarm thread =
  let seconds = int thread 0 land 0xffffffff in
  let before =
    Timers.set (interval thread 0) ~absolute:false { after = seconds * second; every = 0 }
  in
  if before.after = 0 then Ok 0 else Ok (max 1 ((before.after + (second / 2)) / second))

(* ---- POSIX timers ---- *)

(* struct sigevent is value, signal, notify, thread in 8, 4, 4 and 4 bytes. *)

let sigev_signal = 0
let sigev_none = 1
let sigev_thread_id = 4

type notice = { signal : int; value : int64; target : int option; silent : bool }

let notice_at (thread : Process.thread) at ~id =
  if at = 0 then
    Ok { signal = Signal.alrm; value = Int64.of_int id; target = None; silent = false }
  else
    let* bytes = User_memory.read (memory thread) ~at 20 in
    let get at = Int32.to_int (Bytes.get_int32_le bytes at) in
    let notify = get 12 and signal = get 8 in
    let value = Bytes.get_int64_le bytes 0 in
    if notify = sigev_none then Ok { signal; value; target = None; silent = true }
    else
      let* () = check (Signal.is_valid signal) Errno.EINVAL in
      if notify = sigev_signal then Ok { signal; value; target = None; silent = false }
      else if notify = sigev_thread_id then
        Ok { signal; value; target = Some (get 16); silent = false }
      else Error Errno.EINVAL

let is_queued (pending : Process.pending) id =
  List.exists
    (fun (i : Signal.info) -> match i.cause with Timer t -> t.id = id | _ -> false)
    pending.infos

let target_of (p : Process.t) tid =
  List.find_opt (fun (t : Process.thread) -> Some t.tid = tid) p.threads

let count_missed (p : Process.t) (pending : Process.pending) (timer : Process.posix_timer) ~id
    count =
  Sync.Lock.protect p.signals_turn @@ fun () ->
  timer.overrun <- timer.overrun + count;
  let told (i : Signal.info) : Signal.info =
    match i.cause with
    | Timer t when t.id = id -> { i with cause = Timer { t with overrun = timer.overrun } }
    | _ -> i
  in
  pending.infos <- List.map told pending.infos

(* One signal at a time: what comes while it is pending is counted. *)
let comes (p : Process.t) (timer : Process.posix_timer) notice ~id count =
  let thread = target_of p notice.target in
  let pending = match thread with Some thread -> thread.own | None -> p.pending in
  if notice.silent then ()
  else if is_queued pending id then count_missed p pending timer ~id count
  else begin
    timer.overrun <- count - 1;
    let info : Signal.info =
      let cause = Signal.Timer { id; overrun = timer.overrun; value = notice.value } in
      { signal = notice.signal; cause }
    in
    match (thread, notice.target) with
    | Some thread, _ -> Signals.send_thread thread info
    | None, None -> Signals.send p info
    | None, Some _ -> ()
  end

let clock_for (thread : Process.thread) number =
  match number with
  | 0 | 8 | 11 -> Ok Hal.Machine.wall_ns
  | 1 | 7 | 9 -> Ok Hal.Machine.uptime_ns
  | 2 | 3 -> Ok (clock_of thread.process 1)
  | _ -> Error Errno.EINVAL

let fresh_id (p : Process.t) =
  let rec from id = if List.mem_assoc id p.timers then from (id + 1) else id in
  from 0

let timers_most = 1024

let timer_create (thread : Process.thread) =
  let p = thread.process in
  let* now = clock_for thread (int thread 0) in
  let* () = check (List.length p.timers < timers_most) Errno.EAGAIN in
  let id = fresh_id p in
  let* notice = notice_at thread (arg thread 1) ~id in
  let* () = check (notice.target = None || target_of p notice.target <> None) Errno.EINVAL in
  let* () = User_memory.set32 (memory thread) (arg thread 2) id in
  let rec posix : Process.posix_timer =
    let timer = lazy (Timers.create ~now (fun count -> comes p posix notice ~id count)) in
    { timer; overrun = 0; told = 0 }
  in
  ignore (Lazy.force posix.timer : Timers.t);
  p.timers <- (id, posix) :: p.timers;
  Ok 0

let find (thread : Process.thread) =
  Option.to_result (List.assoc_opt (int thread 0) thread.process.timers) ~none:Errno.EINVAL

let timer_settime thread =
  let* posix = find thread in
  let* setting = get_setting get_time thread (arg thread 2) in
  let absolute = int thread 1 land 1 <> 0 in
  let before = Timers.set (Lazy.force posix.timer) ~absolute setting in
  if arg thread 3 = 0 then Ok 0 else done_ (put_setting put_time thread (arg thread 3) before)

let timer_gettime thread =
  let* posix = find thread in
  done_ (put_setting put_time thread (arg thread 1) (Timers.setting (Lazy.force posix.timer)))

let timer_getoverrun thread =
  let* posix = find thread in
  Ok posix.told

let timer_delete (thread : Process.thread) =
  let* posix = find thread in
  Timers.stop (Lazy.force posix.timer);
  thread.process.timers <- List.remove_assoc (int thread 0) thread.process.timers;
  Ok 0

let all =
  [
    make "getitimer" getitimer;
    make "setitimer" setitimer;
    make "alarm" alarm;
    make "timer_create" timer_create;
    make "timer_settime" timer_settime;
    make "timer_gettime" timer_gettime;
    make "timer_getoverrun" timer_getoverrun;
    make "timer_delete" timer_delete;
  ]
