open Process
open Fs
module User = Hal.User

let has_own_memory (p : Process.t) =
  match p.borrows with
  | None -> ()
  | Some watch ->
      p.borrows <- None;
      Watch.ring watch Readiness.readable

let clear_number (thread : thread) =
  if thread.clear_tid <> 0 then begin
    let memory = thread.process.memory and at = thread.clear_tid in
    ignore (User_memory.set32 memory at 0 : (unit, Errno.t) result);
    ignore (Futex.wake memory at ~private_:false ~most:1 ~mask:Futex.all : (int, Errno.t) result)
  end

let cld_exited = 1
let cld_killed = 2
let cld_dumped = 3

let child_cause (p : Process.t) status : Signal.cause =
  let code, status =
    match status with
    | Exited code -> (cld_exited, code)
    | Killed { signal; core } -> ((if core then cld_dumped else cld_killed), signal)
  in
  Child { pid = p.pid; uid = p.identity.user.real; code; status }

let no_child_wait = 2

(* A parent that ignores the signal does not wait for children: they are gone at once. *)
let is_left (p : Process.t) =
  match p.parent with
  | None -> false
  | Some parent -> (
      p.exit_signal <> Signal.chld
      ||
      let { does; flags; _ } = parent.actions.(Signal.chld) in
      does <> Ignore && flags land no_child_wait = 0)

let forget (p : Process.t) =
  Option.iter
    (fun (parent : Process.t) ->
      parent.children <- List.filter (fun other -> other != p) parent.children)
    p.parent;
  leave p

let adopts (p : Process.t) =
  let ended = match p.state with Ended _ -> true | Running | Stopped _ -> false in
  Setting.(get p subreaper) = 1 && not ended

(* The nearest living ancestor that asked for that. *)
let rec new_parent (p : Process.t) =
  match p.parent with
  | Some parent when adopts parent -> Some parent
  | Some parent -> new_parent parent
  | None -> None

let from_kernel (p : Process.t) : Signal.cause = User { pid = p.pid; uid = p.identity.user.real }

(* Children that have ended and that nobody will wait for are forgotten. *)
let leave_children (p : Process.t) =
  let parent = new_parent p in
  let adopt (child : Process.t) =
    child.parent <- parent;
    child.exit_signal <- Signal.chld;
    child.orphaned <- parent = None;
    List.iter tell_numbers child.threads;
    let signal = Setting.(get child death_signal) in
    if signal > 0 then Signals.send child { signal; cause = from_kernel p };
    match (parent, child.state) with
    | Some parent, _ ->
        parent.children <- child :: parent.children;
        Watch.ring parent.changed Readiness.readable
    | None, Ended _ -> leave child
    | None, _ -> ()
  in
  List.iter adopt p.children;
  p.children <- []

let at_end = ref (fun (_ : Process.t) -> ())

let give_up (p : Process.t) =
  Process_timers.stop_all p;
  !at_end p;
  has_own_memory p;
  Descriptors.release (Atomic.get p.files);
  Unix_flight.collect_rest ();
  Running.ends p.image.file;
  Memory.release p.memory

let tell_parent (p : Process.t) status (parent : Process.t) =
  if p.exit_signal <> 0 then
    Signals.send parent { signal = p.exit_signal; cause = child_cause p status };
  Watch.ring parent.changed Readiness.readable

(* With the tree's lock; gives who is left stopped by it. *)
let leave_tree (p : Process.t) status =
  let group_of (p : Process.t) = p.group in
  let groups = List.sort_uniq compare (p.group :: List.map group_of p.children) in
  p.state <- Ended status;
  leave_children p;
  if not (is_left p) then forget p;
  Option.iter (tell_parent p status) p.parent;
  Orphans.stopped p ~groups

(* Each step is a turn of its own: what was shared by many, or is much, takes long to give up. *)
let end_process (p : Process.t) status =
  Picos.Fiber.yield ();
  give_up p;
  Picos.Fiber.yield ();
  let orphans = locked (fun () -> leave_tree p status) in
  Watch.ring p.went_on Readiness.readable;
  List.iter Orphans.tell orphans;
  Sync.Ivar.fill p.ended status

let exit_thread (thread : thread) =
  let p = thread.process in
  Robust.give_up thread;
  clear_number thread;
  let last =
    locked @@ fun () ->
    leave_thread thread;
    p.threads <- List.filter (fun other -> other != thread) p.threads;
    p.run_ns <- p.run_ns + User.run_ns thread.user;
    Watch.ring p.went_on Readiness.readable;
    p.threads = []
  in
  User.release thread.user;
  if last then end_process p (Option.value p.ending ~default:(Exited 0))

(* ---- exec: all threads but one ---- *)

let begin_alone (thread : thread) =
  let p = thread.process in
  locked @@ fun () ->
  if is_over p then Error Errno.EAGAIN
  else begin
    p.execs <- Some thread;
    Ok (List.filter (fun other -> other != thread) p.threads)
  end

let take_number (thread : thread) =
  let p = thread.process in
  locked @@ fun () ->
  leave_thread thread;
  thread.tid <- p.pid;
  tell_numbers thread;
  enter_thread thread;
  p.execs <- None

let alone (thread : thread) =
  let p = thread.process in
  let is_alone () = match p.threads with [ _ ] -> Some () | _ -> None in
  Result.map
    (fun others ->
      List.iter alert others;
      Watch.wait [ (p.went_on, Readiness.readable) ] ~until:is_alone;
      take_number thread)
    (begin_alone thread)
