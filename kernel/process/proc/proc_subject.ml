open Fs

type t = { process : Process.t; thread : Process.thread option }

let is_same found it = match found with Some other -> other == it | None -> false

let is_there t =
  Process.locked @@ fun () ->
  match t.thread with
  | None -> is_same (Process.find t.process.pid) t.process
  | Some thread -> is_same (Process.find_thread thread.tid) thread

let hides (p : Process.t) = Setting.(get p dumpable) = 0

let owner t () =
  let p = t.process in
  if hides p then (0, 0) else (p.identity.user.effective, p.identity.group.effective)

let is_of (i : Identity.t) uid = List.for_all (Int.equal uid) (Identity.any i.user)

let may_look t =
  match Process.current () with
  | None -> Ok ()
  | Some caller ->
      let p = caller.process in
      let uid = p.identity.user.effective in
      if p == t.process || uid = 0 || (is_of t.process.identity uid && not (hides t.process)) then
        Ok ()
      else Error Errno.EACCES

let has_threads t = Process.locked (fun () -> t.process.threads <> [])

let with_memory t f =
  let memory = t.process.memory in
  if not (has_threads t && Memory.hold_if_used memory) then None
  else Fun.protect ~finally:(fun () -> Memory.release memory) (fun () -> Some (f memory))

let files t = if has_threads t then Some (Atomic.get t.process.files) else None

let main t =
  match t.thread with
  | Some _ as thread -> thread
  | None ->
      let threads = Process.locked (fun () -> t.process.threads) in
      let first = List.find_opt Process.is_leader threads in
      if first = None then List.nth_opt threads 0 else first

let name t = match main t with Some thread -> thread.name | None -> t.process.image.name
let id t = match t.thread with Some thread -> thread.tid | None -> t.process.pid

let run_ns t =
  match t.thread with
  | Some thread -> Process.thread_ns thread
  | None -> Process.locked (fun () -> Process.used_ns t.process)

type state = Running | Waiting | Stopped | Ended

(* Who asks runs, whatever it does. *)
let runs (thread : Process.thread) = thread.call < 0 || is_same (Process.current ()) thread

let state t =
  match (t.process.state, main t) with
  | Ended _, _ | _, None -> Ended
  | Stopped _, Some _ -> Stopped
  | Running, Some thread -> if runs thread then Running else Waiting
