open Fs
open Call

let release files = Array.iter (fun (file, _) -> File.release file) files

let patience_of thread = function
  | None -> Signals.patience thread
  | Some ns when ns <= 0 -> Patience.none
  | Some ns -> Signals.patience_within thread ~seconds:(seconds_of_ns ns)

(* ---- poll: struct pollfd is fd, events, revents in 4, 2 and 2 bytes ---- *)

let poll_invalid = 0x20
let pollfd = 8

let poll_with thread ~timeout =
  let at = arg thread 0 and count = int thread 1 in
  let most = Process.limit thread.process Limit.files in
  let* () = check (count >= 0 && count <= most) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at (pollfd * count) in
  let fd i = Int32.to_int (Bytes.get_int32_le bytes (pollfd * i)) in
  let asked i = Readiness.of_bits (Bytes.get_uint16_le bytes ((pollfd * i) + 4)) in
  let found i =
    if fd i < 0 then None
    else Some (Result.map (fun file -> (file, asked i)) (Descriptors.find (files thread) (fd i)))
  in
  let all = Array.init count found in
  let good = Array.of_list (List.filter_map (function Some (Ok f) -> Some f | _ -> None) (Array.to_list all)) in
  let bad = Array.exists (function Some (Error _) -> true | _ -> false) all in
  let patience = if bad then Patience.none else patience_of thread timeout in
  let answer = Poll.poll good patience in
  release good;
  let* ready = answer in
  let next = ref 0 and count_ready = ref 0 in
  Array.iteri
    (fun i found ->
      let bits =
        match found with
        | None -> 0
        | Some (Error _) -> poll_invalid
        | Some (Ok (_, asked)) ->
            let bits = Readiness.inter ready.(!next) (Readiness.union asked Readiness.always) in
            incr next;
            (bits :> int)
      in
      if bits <> 0 then incr count_ready;
      Bytes.set_uint16_le bytes ((pollfd * i) + 6) bits)
    all;
  let* () = User_memory.write (memory thread) ~at bytes in
  Ok !count_ready

let milliseconds n = if n < 0 then None else Some (n * 1_000_000)
let poll thread = poll_with thread ~timeout:(milliseconds (int thread 2))

(* Linux tells what is left of the time. *)
let with_time_left thread at timeout f =
  let began = Hal.Machine.uptime_ns () in
  let answer = f () in
  match timeout with
  | None -> answer
  | Some ns ->
      let left = max 0 (ns - (Hal.Machine.uptime_ns () - began)) in
      ignore (put_time (memory thread) at left : (unit, Errno.t) result);
      answer

let ppoll thread =
  let* timeout = get_time_option (memory thread) (arg thread 2) in
  let* mask = Signal_calls.get_mask thread (arg thread 3) ~size:(size thread 4) in
  with_time_left thread (arg thread 2) timeout @@ fun () ->
  Signal_calls.with_mask thread mask (fun () -> poll_with thread ~timeout)

(* ---- select: three sets of bits ---- *)

let set_bytes count = (count + 63) / 64 * 8

let read_fds thread at count =
  if at = 0 then Ok None
  else Result.map Option.some (User_memory.read (memory thread) ~at (set_bytes count))

let has set fd =
  match set with
  | None -> false
  | Some bytes -> Bytes.get_uint8 bytes (fd / 8) land (1 lsl (fd land 7)) <> 0

let add set fd =
  Option.iter
    (fun bytes -> Bytes.set_uint8 bytes (fd / 8) (Bytes.get_uint8 bytes (fd / 8) lor (1 lsl (fd land 7))))
    set

let kinds = [| Poll.reading; Poll.writing; Poll.exceptional |]

(* Errors make what is asked about readable and writable, in the bits of these. *)
let asked sets fd =
  let bits = ref Readiness.none in
  Array.iteri (fun i set -> if has set fd then bits := Readiness.union !bits kinds.(i)) sets;
  !bits

let find_all thread sets count =
  let rec go fd found =
    if fd < 0 then Ok (Array.of_list found)
    else
      let bits = asked sets fd in
      if Readiness.is_empty bits then go (fd - 1) found
      else
        match Descriptors.find (files thread) fd with
        | Ok file -> go (fd - 1) ((fd, file, bits) :: found)
        | Error error ->
            List.iter (fun (_, file, _) -> File.release file) found;
            Error error
  in
  go (count - 1) []

let select_with thread ~timeout =
  let count = int thread 0 in
  let* () = check (count >= 0) Errno.EINVAL in
  let count = min count (Descriptors.limit (files thread)) in
  let addresses = Array.init 3 (fun i -> arg thread (i + 1)) in
  let* in_ = read_fds thread addresses.(0) count in
  let* out = read_fds thread addresses.(1) count in
  let* exceptional = read_fds thread addresses.(2) count in
  let sets = [| in_; out; exceptional |] in
  let* found = find_all thread sets count in
  let files = Array.map (fun (_, file, bits) -> (file, bits)) found in
  let answer = Poll.wait files (patience_of thread timeout) in
  release files;
  let* ready = answer in
  let results = Array.map (Option.map (fun bytes -> Bytes.make (Bytes.length bytes) '\000')) sets in
  let total = ref 0 in
  Array.iteri
    (fun n (fd, _, _) ->
      Array.iteri
        (fun i set ->
          if has set fd && not (Readiness.is_empty (Readiness.inter ready.(n) kinds.(i))) then begin
            add results.(i) fd;
            incr total
          end)
        sets)
    found;
  let write i = function
    | None -> Ok ()
    | Some bytes -> User_memory.write (memory thread) ~at:addresses.(i) bytes
  in
  let* () = write 0 results.(0) in
  let* () = write 1 results.(1) in
  let* () = write 2 results.(2) in
  Ok !total

let select thread =
  let at = arg thread 4 in
  let* timeout =
    if at = 0 then Ok None else Result.map Option.some (get_microseconds (memory thread) at)
  in
  let began = Hal.Machine.uptime_ns () in
  let answer = select_with thread ~timeout in
  Option.iter
    (fun ns ->
      let left = max 0 (ns - (Hal.Machine.uptime_ns () - began)) in
      ignore (put_microseconds (memory thread) at left : (unit, Errno.t) result))
    timeout;
  answer

(* The sixth argument points to a pointer to the set, and its size. *)
let pselect thread =
  let* timeout = get_time_option (memory thread) (arg thread 4) in
  let* mask =
    if arg thread 5 = 0 then Ok None
    else
      let* at = User_memory.get64 (memory thread) (arg thread 5) in
      let* size = User_memory.get64 (memory thread) (arg thread 5 + 8) in
      Signal_calls.get_mask thread at ~size
  in
  with_time_left thread (arg thread 4) timeout @@ fun () ->
  Signal_calls.with_mask thread mask (fun () -> select_with thread ~timeout)

(* ---- epoll ---- *)


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

let epoll_wait_with thread ~timeout =
  let at = arg thread 1 and most = int thread 2 in
  let* () = check (most > 0 && most <= events_most) Errno.EINVAL in
  File_argument.using thread @@ fun file ->
  let* set = set_of file in
  let* events = Epoll.wait set ~most (patience_of thread timeout) in
  let count = List.length events in
  let bytes = Bytes.make (count * event_bytes) '\000' in
  List.iteri
    (fun i ({ ready; data } : Epoll.event) ->
      Bytes.set_int32_le bytes (i * event_bytes) (Int32.of_int (ready :> int));
      Bytes.set_int64_le bytes ((i * event_bytes) + data_at) data)
    events;
  let* () = User_memory.write (memory thread) ~at bytes in
  Ok count

let epoll_wait thread = epoll_wait_with thread ~timeout:(milliseconds (int thread 3))

let with_set_mask thread f =
  let* mask = Signal_calls.get_mask thread (arg thread 4) ~size:(size thread 5) in
  Signal_calls.with_mask thread mask f

let epoll_pwait thread =
  with_set_mask thread (fun () -> epoll_wait_with thread ~timeout:(milliseconds (int thread 3)))

let epoll_pwait2 thread =
  let* timeout = get_time_option (memory thread) (arg thread 3) in
  with_set_mask thread (fun () -> epoll_wait_with thread ~timeout)

let all =
  [
    make "poll" ~restart:Without_handler poll;
    make "ppoll" ~restart:Without_handler ppoll;
    make "select" ~restart:Without_handler select;
    make "pselect6" ~restart:Without_handler pselect;
    make "epoll_create" epoll_create;
    make "epoll_create1" (fun thread -> epoll_create_with thread (int thread 0));
    make "epoll_ctl" epoll_ctl;
    make "epoll_wait" epoll_wait;
    make "epoll_pwait" epoll_pwait;
    make "epoll_pwait2" epoll_pwait2;
  ]
