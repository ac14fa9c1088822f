open Fs
open Call

let name_bytes = 65

let uname thread =
  let bytes = Bytes.make (6 * name_bytes) '\000' in
  let names = System_name.[ system; !host; release; version; Architecture.name; "(none)" ] in
  let put i name = Bytes.blit_string name 0 bytes (i * name_bytes) (String.length name) in
  List.iteri put names;
  done_ (User_memory.write (memory thread) ~at:(arg thread 0) bytes)

let sethostname (thread : Process.thread) =
  let length = int thread 1 in
  let* () = check (Process.is_privileged thread.process) Errno.EPERM in
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
  Fs.Devices.noise (User_memory.area (memory thread) ~at:(arg thread 0) length)

let all =
  [
    make "uname" uname;
    make "sethostname" sethostname;
    make "sysinfo" sysinfo;
    make "getrandom" getrandom;
  ]
