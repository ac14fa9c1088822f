open Fs
open Call
open File_argument

let close thread = done_ (Descriptors.close (files thread) (int thread 0))

let close_range thread =
  let first = int thread 0 land 0xffffffff and last = int thread 1 land 0xffffffff in
  let flags = int thread 2 in
  let* () = check (first <= last && flags land lnot 6 = 0) Errno.EINVAL in
  let last = min last (1 lsl 24) in
  if flags land 4 <> 0 then Descriptors.mark_range (files thread) ~first ~last
  else Descriptors.close_range (files thread) ~first ~last;
  Ok 0

let dup_from thread ~from ~close_on_exec =
  let files = files thread in
  let* file = Descriptors.find files (int thread 0) in
  Descriptors.add files ~from ~close_on_exec file

let dup thread = dup_from thread ~from:0 ~close_on_exec:false

let replace thread ~close_on_exec =
  let files = files thread and fd = int thread 1 in
  let* file = Descriptors.find files (int thread 0) in
  Result.map (fun () -> fd) (Descriptors.replace files fd ~close_on_exec file)

let dup2 thread =
  if int thread 0 = int thread 1 then using thread (fun _ -> Ok (int thread 1))
  else replace thread ~close_on_exec:false

let dup3 thread =
  let flags = int thread 2 in
  let* () = check (int thread 0 <> int thread 1) Errno.EINVAL in
  let* () = check (flags land lnot Open_flag.cloexec = 0) Errno.EINVAL in
  replace thread ~close_on_exec:(flags <> 0)

(* ---- fcntl and ioctl ---- *)

let status_bits (file : File.t) =
  let { File.append; nonblocking } = Atomic.get file.status in
  let access =
    match (file.access, file.what) with
    | _, Opened.Path_only _ -> 0o10000000
    | { read = true; write = true }, _ -> 2
    | { write = true; _ }, _ -> 1
    | _ -> 0
  in
  let bit set bit = if set then bit else 0 in
  access lor bit append Open_flag.append lor bit nonblocking Open_flag.nonblock

let set_status file bits =
  File.set_status file Open_flag.{ append = has bits append; nonblocking = has bits nonblock };
  Ok 0

let pipe_of (file : File.t) f =
  match file.what with Pipe.Pipe pipe -> f pipe | _ -> Error Errno.EBADF

let fcntl (thread : Process.thread) =
  let fd = int thread 0 and value = int thread 2 in
  let files = files thread in
  let privileged = Process.is_privileged thread.process in
  Descriptors.using files fd @@ fun file ->
  match int thread 1 with
  | 0 -> dup_from thread ~from:value ~close_on_exec:false
  | 1 -> Result.map Bool.to_int (Descriptors.close_on_exec files fd)
  | 2 -> done_ (Descriptors.set_close_on_exec files fd (value land 1 <> 0))
  | 3 -> Ok (status_bits file)
  | 4 -> set_status file value
  | 8 | 10 -> Ok 0
  | 9 | 11 -> Ok 0
  | 1030 -> dup_from thread ~from:value ~close_on_exec:true
  | 1031 -> pipe_of file (fun pipe -> Pipe.set_capacity pipe ~privileged value)
  | 1032 -> pipe_of file (fun pipe -> Ok (Pipe.capacity pipe))
  | command when Lock_calls.is_fcntl command -> Lock_calls.fcntl thread file command
  | _ -> Error Errno.EINVAL

let fionbio = 0x5421
let fionclex = 0x5450
let fioclex = 0x5451
let control_most = 4096

let ioctl thread =
  let fd = int thread 0 and request = arg thread 1 land 0xffffffff and at = arg thread 2 in
  using thread @@ fun file ->
  if request = fioclex then done_ (Descriptors.set_close_on_exec (files thread) fd true)
  else if request = fionclex then done_ (Descriptors.set_close_on_exec (files thread) fd false)
  else if request = fionbio then begin
    let* on = User_memory.get32 (memory thread) at in
    File.set_status file { (Atomic.get file.status) with nonblocking = on <> 0 };
    Ok 0
  end
  else
    let transfer = User_memory.area (memory thread) ~at control_most in
    Terminals.control thread file request ~argument:at transfer

let all =
  [
    make "close" close;
    make "close_range" close_range;
    make "dup" dup;
    make "dup2" dup2;
    make "dup3" dup3;
    make "fcntl" ~restart:With_flag fcntl;
    make "ioctl" ~restart:With_flag ioctl;
  ]
