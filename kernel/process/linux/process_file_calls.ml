open Fs
open Call

let using thread fd f =
  Descriptors.using (files thread) fd @@ fun file ->
  let* process = Process_file.of_file file in
  f process

let open_ thread =
  let pid = int thread 0 and flags = int thread 1 in
  let* () = check (flags land lnot Open_flag.nonblock = 0) Errno.EINVAL in
  let* () = check (pid > 0) Errno.EINVAL in
  let found = Process.locked (fun () -> (Process.find pid, Process.find_thread pid)) in
  match found with
  | None, None -> Error Errno.ESRCH
  | None, Some _ -> Error Errno.EINVAL
  | Some process, _ ->
      let t, file = Process_file.create ~nonblocking:Open_flag.(has flags nonblock) in
      Process_file.set t process;
      Descriptors.add (files thread) ~close_on_exec:true file

(* Whoever sends to another says no more than that it was he. *)
let cause_at (thread : Process.thread) (process : Process.t) signal at =
  let* told, cause = Signal_calls.queued thread at in
  let* () = check (told = signal) Errno.EINVAL in
  let may_say : Signal.cause -> bool = function
    | Queued { code; _ } -> (code < 0 && code <> Signal_calls.by_tkill) || process == thread.process
    | _ -> true
  in
  let* () = check (may_say cause) Errno.EPERM in
  Ok cause

let send_signal (thread : Process.thread) =
  let signal = int thread 1 and at = arg thread 2 in
  let* () = check (int thread 3 = 0) Errno.EINVAL in
  using thread (int thread 0) @@ fun process ->
  let* cause =
    if at = 0 then Ok (Signal_calls.from_user thread) else cause_at thread process signal at
  in
  let* () = Signal_calls.check_sent signal in
  let there = if Process_file.is_there process then [ process ] else [] in
  Signal_calls.send_allowed thread signal cause there

let get_file thread =
  let* () = check (int thread 2 = 0) Errno.EINVAL in
  using thread (int thread 0) @@ fun process ->
  let subject = { Proc_subject.process; thread = None } in
  let* () = check (Process_file.is_there process) Errno.ESRCH in
  let* () = Result.map_error (fun _ -> Errno.EPERM) (Proc_subject.may_look subject) in
  let* theirs = Option.to_result (Proc_subject.files subject) ~none:Errno.ESRCH in
  let* file = Descriptors.find theirs (int thread 1) in
  Descriptors.add (files thread) ~close_on_exec:true file

let all =
  [
    make "pidfd_open" open_;
    make "pidfd_send_signal" send_signal;
    make "pidfd_getfd" get_file;
  ]
