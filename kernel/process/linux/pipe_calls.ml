open Fs
open Call

let o_direct = Architecture.o_direct

let add thread flags file =
  if Open_flag.(has flags nonblock) then
    File.set_status file { (Atomic.get file.File.status) with nonblocking = true };
  Descriptors.add (files thread) ~close_on_exec:(Open_flag.(has flags cloexec)) file

let add_both thread flags (first, second) =
  match add thread flags first with
  | Error error ->
      File.release second;
      Error error
  | Ok fd1 -> (
      match add thread flags second with
      | Ok fd2 -> Ok (fd1, fd2)
      | Error error ->
          ignore (Descriptors.close (files thread) fd1 : (unit, Errno.t) result);
          Error error)

(* Two descriptors; both are gone again when the caller can't be told of them. *)
let tell_both thread at (fd1, fd2) =
  let told =
    let* () = User_memory.set32 (memory thread) at fd1 in
    User_memory.set32 (memory thread) (at + 4) fd2
  in
  if Result.is_error told then
    List.iter
      (fun fd -> ignore (Descriptors.close (files thread) fd : (unit, Errno.t) result))
      [ fd1; fd2 ];
  done_ told

let pipe_with thread flags =
  let known = Open_flag.(nonblock lor cloexec) lor o_direct in
  let* () = check (flags land lnot known = 0) Errno.EINVAL in
  let* ends = Fifo.ends () in
  let* both = add_both thread flags ends in
  tell_both thread (arg thread 0) both

let efd_semaphore = 1

let eventfd_with thread flags =
  let known = Open_flag.(nonblock lor cloexec) lor efd_semaphore in
  let* () = check (flags land lnot known = 0) Errno.EINVAL in
  let initial = int thread 0 land 0xffffffff in
  add thread flags (Eventfd.create ~initial ~semaphore:(flags land efd_semaphore <> 0))

(* ---- timers ---- *)

let monotonic = lazy (Timerfd.clock ~now:Hal.Machine.uptime_ns)
let realtime = lazy (Timerfd.clock ~now:Hal.Machine.wall_ns)
let turn = Sync.Lock.create ()
let force clock = Sync.Lock.protect turn (fun () -> Lazy.force clock)

let timerfd_create thread =
  let flags = int thread 1 in
  let* () = check (flags land lnot (Open_flag.nonblock lor Open_flag.cloexec) = 0) Errno.EINVAL in
  let* clock =
    match int thread 0 with
    | 0 | 8 -> Ok (force realtime)
    | 1 | 7 | 9 -> Ok (force monotonic)
    | _ -> Error Errno.EINVAL
  in
  add thread flags (Timerfd.create clock)

let timer_of (file : File.t) =
  match file.what with Timerfd.Timer timer -> Ok timer | _ -> Error Errno.EINVAL

let put_setting thread at (s : Timerfd.setting) =
  let* () = put_time (memory thread) at s.every in
  put_time (memory thread) (at + 16) s.after

let get_setting thread at : (Timerfd.setting, Errno.t) result =
  let* every = get_time (memory thread) at in
  let* after = get_time (memory thread) (at + 16) in
  Ok { Timerfd.after; every }

let timerfd_settime thread =
  File_argument.using thread @@ fun file ->
  let flags = int thread 1 in
  let* () = check (flags land lnot 3 = 0) Errno.EINVAL in
  let* timer = timer_of file in
  let* setting = get_setting thread (arg thread 2) in
  let* before = Timerfd.set timer ~absolute:(flags land 1 <> 0) setting in
  if arg thread 3 = 0 then Ok 0 else done_ (put_setting thread (arg thread 3) before)

let timerfd_gettime thread =
  File_argument.using thread @@ fun file ->
  let* timer = timer_of file in
  done_ (put_setting thread (arg thread 1) (Timerfd.setting timer))

(* ---- signals ---- *)

let change_signals thread set =
  File_argument.using thread @@ fun file ->
  match file.what with
  | Signal_file.Signals signals ->
      Signal_file.set signals set;
      Ok (int thread 0)
  | _ -> Error Errno.EINVAL

let signalfd_with thread flags =
  let* () = check (flags land lnot (Open_flag.nonblock lor Open_flag.cloexec) = 0) Errno.EINVAL in
  let* set = Signal_calls.get_mask thread (arg thread 1) ~size:(size thread 2) in
  let* set = Option.to_result set ~none:Errno.EFAULT in
  if int thread 0 = -1 then add thread flags (Signal_file.create set)
  else change_signals thread set

let all =
  [
    make "pipe" (fun thread -> pipe_with thread 0);
    make "pipe2" (fun thread -> pipe_with thread (int thread 1));
    make "eventfd" (fun thread -> eventfd_with thread 0);
    make "eventfd2" (fun thread -> eventfd_with thread (int thread 1));
    make "timerfd_create" timerfd_create;
    make "timerfd_settime" timerfd_settime;
    make "timerfd_gettime" timerfd_gettime;
    make "signalfd" (fun thread -> signalfd_with thread 0);
    make "signalfd4" (fun thread -> signalfd_with thread (int thread 3));
  ]
