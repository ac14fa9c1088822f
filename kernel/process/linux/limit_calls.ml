open Fs
open Call

let encode_limit n = if n = Limit.infinite then -1L else Int64.of_int n

let decode_limit n =
  let int = Int64.to_int n in
  if n < 0L || Int64.of_int int <> n || int < 0 then Limit.infinite else int

let put_limit thread at (limit : Process.limit) =
  let bytes = Bytes.create 16 in
  Bytes.set_int64_le bytes 0 (encode_limit limit.soft);
  Bytes.set_int64_le bytes 8 (encode_limit limit.hard);
  User_memory.write (memory thread) ~at bytes

let read_limit thread at : (Process.limit, Errno.t) result =
  let* bytes = User_memory.read (memory thread) ~at 16 in
  let soft = decode_limit (Bytes.get_int64_le bytes 0) in
  Ok { Process.soft; hard = decode_limit (Bytes.get_int64_le bytes 8) }

let set_limit (thread : Process.thread) (p : Process.t) number (limit : Process.limit) =
  let* () = check (limit.soft <= limit.hard) Errno.EINVAL in
  let raises = limit.hard > p.limits.(number).hard in
  let* () = check ((not raises) || Process.is_privileged thread.process) Errno.EPERM in
  p.limits.(number) <- limit;
  if number = Limit.files then Descriptors.set_limit (Atomic.get p.files) limit.soft;
  if number = Limit.time then Process_timers.follow_limit p;
  if number = Limit.address_space then Memory.set_address_limit p.memory limit.soft;
  if number = Limit.stack then Memory.set_stack_limit p.memory limit.soft;
  Ok ()

let change_limit thread (p : Process.t) number ~set_at ~old_at =
  let* () = check (number >= 0 && number < Limit.count) Errno.EINVAL in
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
  let* p = Process_argument.process thread (int thread 0) in
  let* () = check (Signals.may_send ~from:thread.process 0 p) Errno.EPERM in
  change_limit thread p (int thread 1) ~set_at:(arg thread 2) ~old_at:(arg thread 3)

let all =
  [
    make "getrlimit" getrlimit;
    make "setrlimit" setrlimit;
    make "prlimit64" prlimit;
  ]
