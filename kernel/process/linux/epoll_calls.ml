open Fs
open Call

let epoll_create_with thread flags =
  let* () = check (flags land lnot Open_flag.cloexec = 0) Errno.EINVAL in
  Descriptors.add (files thread) ~close_on_exec:(flags <> 0) (Epoll.create ())

let epoll_create thread =
  let* () = check (int thread 0 > 0) Errno.EINVAL in
  epoll_create_with thread 0

(* struct epoll_event is packed on x86_64. *)
let data_at = if Architecture.this = X86_64 then 4 else 8
let event_bytes = data_at + 8
let epoll_exclusive = 1 lsl 28
let epoll_once = 1 lsl 30
let epoll_edge = 1 lsl 31

let interest_at thread at : (Epoll.interest, Errno.t) result =
  let* bytes = User_memory.read (memory thread) ~at event_bytes in
  let events = Int32.to_int (Bytes.get_int32_le bytes 0) land 0xffffffff in
  Ok
    {
      Epoll.bits = Readiness.of_bits (events land 0xffffff);
      edge = events land epoll_edge <> 0;
      once = events land epoll_once <> 0;
      exclusive = events land epoll_exclusive <> 0;
      data = Bytes.get_int64_le bytes data_at;
    }

let set_of (file : File.t) =
  match file.what with Epoll.Epoll set -> Ok set | _ -> Error Errno.EINVAL

let epoll_ctl thread =
  let fd = int thread 2 and at = arg thread 3 in
  File_argument.using thread @@ fun set_file ->
  Descriptors.using (files thread) fd @@ fun file ->
  let* set = set_of set_file in
  match int thread 1 with
  | 1 ->
      let* interest = interest_at thread at in
      done_ (Epoll.add set file ~fd interest)
  | 2 -> done_ (Epoll.remove set file ~fd)
  | 3 ->
      let* interest = interest_at thread at in
      done_ (Epoll.change set file ~fd interest)
  | _ -> Error Errno.EINVAL

let events_most = 0x7ffffff / event_bytes

let events_bytes events =
  let bytes = Bytes.make (List.length events * event_bytes) '\000' in
  List.iteri
    (fun i ({ ready; data } : Epoll.event) ->
      Bytes.set_int32_le bytes (i * event_bytes) (Int32.of_int (ready :> int));
      Bytes.set_int64_le bytes ((i * event_bytes) + data_at) data)
    events;
  bytes

let epoll_wait_with thread ~timeout =
  let most = int thread 2 in
  let* () = check (most > 0 && most <= events_most) Errno.EINVAL in
  File_argument.using thread @@ fun file ->
  let* set = set_of file in
  let* events = Epoll.wait set ~most (Polling.patience thread timeout) in
  let* () = User_memory.write (memory thread) ~at:(arg thread 1) (events_bytes events) in
  Ok (List.length events)

let epoll_wait thread = epoll_wait_with thread ~timeout:(Polling.milliseconds (int thread 3))

let with_set_mask thread f =
  let* mask = Signal_calls.get_mask thread (arg thread 4) ~size:(size thread 5) in
  Signal_calls.with_mask thread mask f

let epoll_pwait thread =
  let timeout = Polling.milliseconds (int thread 3) in
  with_set_mask thread (fun () -> epoll_wait_with thread ~timeout)

let epoll_pwait2 thread =
  let* timeout = get_time_option (memory thread) (arg thread 3) in
  with_set_mask thread (fun () -> epoll_wait_with thread ~timeout)

let all =
  [
    make "epoll_create" epoll_create;
    make "epoll_create1" (fun thread -> epoll_create_with thread (int thread 0));
    make "epoll_ctl" epoll_ctl;
    make "epoll_wait" epoll_wait;
    make "epoll_pwait" epoll_pwait;
    make "epoll_pwait2" epoll_pwait2;
  ]
