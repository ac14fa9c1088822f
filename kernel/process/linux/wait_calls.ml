open Fs
open Call

let exit (thread : Process.thread) =
  let p = thread.process and status = Process.Exited (int thread 0 land 0xff) in
  if Process.locked (fun () -> match p.threads with [ _ ] -> true | _ -> false) then
    Deliver.end_all p status;
  raise Deliver.Ends

let exit_group (thread : Process.thread) =
  Deliver.end_all thread.process (Exited (int thread 0 land 0xff));
  raise Deliver.Ends

(* ---- waiting ---- *)

let wnohang = 1
let wuntraced = 2
let wexited = 4
let wcontinued = 8
let wnowait = 0x1000000
let wait_options = 0xe0000000 (* __WNOTHREAD, __WALL, __WCLONE *)

let wclone = 0x80000000
let wall = 0x40000000

let kind_of options : Waiting.kind =
  if options land wall <> 0 then Every else if options land wclone <> 0 then Clones else Plain

let patience thread options =
  if options land wnohang <> 0 then Patience.none else Signals.patience thread

let continued = 0xffff

let status_of : Waiting.event -> int = function
  | Has_ended status -> Process.encode status
  | Has_stopped signal -> (signal lsl 8) lor 0x7f
  | Goes_on -> continued

let wait4 (thread : Process.thread) =
  let pid = int thread 0 and options = int thread 2 in
  let at = arg thread 1 and usage = arg thread 3 in
  let known = wnohang lor wuntraced lor wcontinued lor wait_options in
  let* () = check (options land 0xffffffff land lnot known = 0) Errno.EINVAL in
  let whom : Waiting.whom =
    if pid > 0 then Pid pid
    else if pid = -1 then Any
    else Group (if pid = 0 then thread.process.group else -pid)
  in
  let* found =
    Waiting.wait thread whom ~kind:(kind_of options) ~ended:true
      ~stopped:(options land wuntraced <> 0)
      ~goes_on:(options land wcontinued <> 0)
      ~reap:true (patience thread options)
  in
  match found with
  | None -> Ok 0
  | Some { child; event; run_ns; _ } ->
      let* () = if at = 0 then Ok () else User_memory.set32 (memory thread) at (status_of event) in
      let* () = if usage = 0 then Ok () else Time_calls.put_rusage (memory thread) usage run_ns in
      Ok child.pid

let cld_stopped = 5
let cld_continued = 6

let cause_of ({ child; event; uid; _ } : Waiting.found) : Signal.cause =
  match event with
  | Has_ended status -> Ending.child_cause child status
  | Has_stopped status -> Child { pid = child.pid; uid; code = cld_stopped; status }
  | Goes_on -> Child { pid = child.pid; uid; code = cld_continued; status = Signal.cont }

(* Whom, and whether it does not wait for that. *)
let whom (thread : Process.thread) kind id : (Waiting.whom * bool, Errno.t) result =
  match kind with
  | 0 -> Ok (Any, false)
  | 1 when id > 0 -> Ok (Pid id, false)
  | 2 when id >= 0 -> Ok (Group (if id = 0 then thread.process.group else id), false)
  | 3 when id >= 0 ->
      Descriptors.using (files thread) id @@ fun file ->
      let* process = Process_file.of_file file in
      Ok (Waiting.One process, File.is_nonblocking file)
  | _ -> Error Errno.EINVAL

let waitid (thread : Process.thread) =
  let at = arg thread 2 and options = int thread 3 in
  let wanted = options land (wexited lor wuntraced lor wcontinued) in
  let* () = check (wanted <> 0) Errno.EINVAL in
  let* whom, at_once = whom thread (int thread 0) (int thread 1) in
  let patience = if at_once then Patience.none else patience thread options in
  let* found =
    Waiting.wait thread whom ~kind:(kind_of options)
      ~ended:(options land wexited <> 0)
      ~stopped:(options land wuntraced <> 0)
      ~goes_on:(options land wcontinued <> 0)
      ~reap:(options land wnowait = 0)
      patience
  in
  let* () = check (found <> None || (not at_once) || options land wnohang <> 0) Errno.EAGAIN in
  let information =
    match found with
    | None -> Bytes.make Signal.information_length '\000'
    | Some found -> Signal.information { signal = Signal.chld; cause = cause_of found }
  in
  if at = 0 then Ok 0 else done_ (User_memory.write (memory thread) ~at information)

let all =
  [
    make "exit" exit;
    make "exit_group" exit_group;
    make "wait4" ~restart:With_flag wait4;
    make "waitid" ~restart:With_flag waitid;
  ]
