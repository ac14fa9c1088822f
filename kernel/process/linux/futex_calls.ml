open Fs
open Call

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

(* ---- robust futexes (robust.ml) ---- *)

let robust_length = 24

let set_robust_list (thread : Process.thread) =
  let* () = check (size thread 1 = robust_length) Errno.EINVAL in
  thread.robust <- arg thread 0;
  Ok 0

let get_robust_list thread =
  let* other = Process_argument.thread thread (int thread 0) in
  let* () = User_memory.set64 (memory thread) (arg thread 1) other.robust in
  done_ (User_memory.set64 (memory thread) (arg thread 2) robust_length)

let all =
  [
    make "futex" ~restart:With_flag futex;
    make "set_robust_list" set_robust_list;
    make "get_robust_list" get_robust_list;
  ]
