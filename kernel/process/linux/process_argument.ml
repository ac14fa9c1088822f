open Fs
open Call

let thread (caller : Process.thread) tid =
  if tid = 0 then Ok caller
  else Process.locked (fun () -> Option.to_result (Process.find_thread tid) ~none:Errno.ESRCH)

let process_locked (caller : Process.thread) pid =
  if pid = 0 then Ok caller.process else Option.to_result (Process.find pid) ~none:Errno.ESRCH

let process caller pid = Process.locked (fun () -> process_locked caller pid)
