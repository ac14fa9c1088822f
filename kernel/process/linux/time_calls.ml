open Fs
open Call

let realtime = 0

let uptime = Hal.Machine.uptime_ns

let clock_now (thread : Process.thread) clock =
  match clock with
  | 0 | 5 | 8 -> Ok (Hal.Machine.wall_ns ())
  | 11 -> Ok (Hal.Machine.wall_ns ())
  | 1 | 4 | 6 | 7 | 9 -> Ok (uptime ())
  | 2 -> Ok (Process.used_ns thread.process)
  | 3 -> Ok (Process.thread_ns thread)
  | n when n < 0 -> (
      (* ~pid << 3, with bit 2 for a thread *)
      let id = lnot (n asr 3) in
      Process.locked @@ fun () ->
      match (n land 4 <> 0, id) with
      | false, 0 -> Ok (Process.used_ns thread.process)
      | true, 0 -> Ok (Process.thread_ns thread)
      | false, pid ->
          Option.to_result (Option.map Process.used_ns (Process.find pid)) ~none:Errno.EINVAL
      | true, tid ->
          let thread = Process.find_thread tid in
          Option.to_result (Option.map Process.thread_ns thread) ~none:Errno.EINVAL)
  | _ -> Error Errno.EINVAL

let clock_gettime thread =
  let* now = clock_now thread (int thread 0) in
  done_ (put_time (memory thread) (arg thread 1) now)

let is_coarse clock = clock = 5 || clock = 6

let clock_getres thread =
  let clock = int thread 0 in
  let* _ = clock_now thread clock in
  if arg thread 1 = 0 then Ok 0
  else done_ (put_time (memory thread) (arg thread 1) (if is_coarse clock then 4_000_000 else 1))

let gettimeofday thread =
  let* () =
    if arg thread 0 = 0 then Ok ()
    else put_microseconds (memory thread) (arg thread 0) (Hal.Machine.wall_ns ())
  in
  if arg thread 1 = 0 then Ok 0 else done_ (User_memory.fill (memory thread) ~at:(arg thread 1) 8)

let time thread =
  let seconds = Hal.Machine.wall_ns () / 1_000_000_000 in
  let* () =
    if arg thread 0 = 0 then Ok () else User_memory.set64 (memory thread) (arg thread 0) seconds
  in
  Ok seconds

let may_set (thread : Process.thread) =
  check (Process.is_privileged thread.process) Errno.EPERM

let clock_settime thread =
  let* () = check (int thread 0 = realtime) Errno.EINVAL in
  let* () = may_set thread in
  let* ns = get_time (memory thread) (arg thread 1) in
  Hal.Machine.set_wall_ns ns;
  Ok 0

let settimeofday thread =
  let* () = may_set thread in
  if arg thread 0 = 0 then Ok 0
  else
    let* ns = get_microseconds (memory thread) (arg thread 0) in
    Hal.Machine.set_wall_ns ns;
    Ok 0

(* ---- sleeping ---- *)

let sleep_until thread at =
  let left = at - uptime () in
  if left <= 0 then Ok 0
  else
    let patience = Signals.patience_within thread ~seconds:(seconds_of_ns left) in
    match Patience.eventually patience [] (fun () -> None) with
    | Ok _ -> Ok 0
    | Error _ as error -> error

(* What is left is told, and a restart sleeps for that. *)
let rec sleep_relative (thread : Process.thread) ~until ~left_at =
  match sleep_until thread until with
  | Error Errno.EINTR ->
      let left = max 0 (until - uptime ()) in
      thread.resume <- Some (fun () -> sleep_relative thread ~until ~left_at);
      if left_at <> 0 then
        let* () = put_time (memory thread) left_at left in
        Error Errno.EINTR
      else Error Errno.EINTR
  | answer -> answer

let add_clamped a b = if b > max_int - a then max_int else a + b

let nanosleep thread =
  let* ns = get_time (memory thread) (arg thread 0) in
  sleep_relative thread ~until:(add_clamped (uptime ()) ns) ~left_at:(arg thread 1)

let absolute = 1

let clock_nanosleep thread =
  let clock = int thread 0 and flags = int thread 1 in
  let* () = check (List.mem clock [ 0; 1; 7; 11 ]) Errno.EINVAL in
  let* ns = get_time (memory thread) (arg thread 2) in
  if flags land absolute = 0 then
    sleep_relative thread ~until:(add_clamped (uptime ()) ns) ~left_at:(arg thread 3)
  else
    let* now = clock_now thread clock in
    let rec until_then () =
      match sleep_until thread (add_clamped (uptime ()) (ns - now)) with
      | Error Errno.EINTR ->
          thread.resume <- Some until_then;
          Error Errno.EINTR
      | answer -> answer
    in
    until_then ()

let restart (thread : Process.thread) =
  match thread.resume with
  | None -> Error Errno.EINTR
  | Some resume ->
      thread.resume <- None;
      resume ()

(* ---- times that were used ---- *)

let tick_ns = 10_000_000

let times (thread : Process.thread) =
  let bytes = Bytes.make 32 '\000' in
  let set at ns = Bytes.set_int64_le bytes at (Int64.of_int (ns / tick_ns)) in
  set 0 (Process.used_ns thread.process);
  set 16 thread.process.children_ns;
  let* () =
    if arg thread 0 = 0 then Ok () else User_memory.write (memory thread) ~at:(arg thread 0) bytes
  in
  Ok (uptime () / tick_ns)

let rusage_length = 144

let put_rusage memory at ns =
  let bytes = Bytes.make rusage_length '\000' in
  Bytes.set_int64_le bytes 0 (Int64.of_int (ns / 1_000_000_000));
  Bytes.set_int64_le bytes 8 (Int64.of_int (ns mod 1_000_000_000 / 1000));
  User_memory.write memory ~at bytes

let getrusage (thread : Process.thread) =
  let* ns =
    match int thread 0 with
    | 0 -> Ok (Process.used_ns thread.process)
    | -1 -> Ok thread.process.children_ns
    | 1 -> Ok (Process.thread_ns thread)
    | _ -> Error Errno.EINVAL
  in
  done_ (put_rusage (memory thread) (arg thread 1) ns)

let all =
  [
    make "clock_gettime" clock_gettime;
    make "clock_getres" clock_getres;
    make "clock_settime" clock_settime;
    make "gettimeofday" gettimeofday;
    make "settimeofday" settimeofday;
    make "time" time;
    make "nanosleep" ~restart:Resumed nanosleep;
    make "clock_nanosleep" ~restart:Resumed clock_nanosleep;
    make "restart_syscall" ~restart:Resumed restart;
    make "times" times;
    make "getrusage" getrusage;
  ]
