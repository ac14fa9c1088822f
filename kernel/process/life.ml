open Process
open Fs
module User = Hal.User

let ( let* ) = Result.bind

(* ---- limits: Linux's numbers ---- *)

let infinite = max_int
let nr_limits = 16
let limit_file_size = 1
let limit_stack = 3
let limit_core = 4
let limit_processes = 6
let limit_files = 7

let first_limits () =
  let limits = Array.make nr_limits { soft = infinite; hard = infinite } in
  limits.(limit_stack) <- { soft = 8 lsl 20; hard = infinite };
  limits.(limit_core) <- { soft = 0; hard = infinite };
  limits.(limit_processes) <- { soft = 4096; hard = 4096 };
  limits.(limit_files) <- { soft = 1024; hard = 4096 };
  limits

let subreaper = "subreaper"
let death_signal = "parent's death"

(* ---- beginning ---- *)

let body = ref (fun (_ : thread) -> ())

let start thread =
  let name = Printf.sprintf "%s/%d" thread.name thread.tid in
  ignore (Sched.spawn ~kind:Local ~name (fun () -> !body thread) : unit Picos.Computation.t)

let empty_image name =
  {
    path = "";
    arguments = [];
    name;
    argument_range = (0, 0);
    environment_range = (0, 0);
    auxiliary_range = (0, 0);
    file = None;
  }

(* Of all frames, so many a process may have. *)
let frames_limit () = (Hal.Machine.memory ()).total / 4096

let first ~name ~files ~view =
  match Memory.create ~limit:(frames_limit ()) with
  | exception Out_of_memory -> Error Errno.ENOMEM
  | memory -> (
      locked @@ fun () ->
      match fresh_id () with
      | None ->
          Memory.release memory;
          Error Errno.EAGAIN
      | Some pid ->
          let t =
            make ~pid ~parent:None ~group:pid ~session:pid ~memory ~files
              ~view:(Atomic.make view) ~identity:superuser ~image:(empty_image name) ~limits:(first_limits ())
              ~actions:(Array.make (Signal.last + 1) by_default)
          in
          let user = User.create (Memory.space memory) ~pc:0 ~sp:0 in
          let thread = make_thread t ~tid:pid user ~mask:Signal.Set.empty in
          t.threads <- [ thread ];
          tell_numbers thread;
          Descriptors.set_owner files pid;
          enter t;
          enter_thread thread;
          Ok (t, thread))

(* ---- clone ---- *)

type sharing = {
  memory : bool;
  files : bool;
  place : bool;
  actions : bool;
  thread : bool;
  untraced_parent : bool;
  waits : bool;
}

type request = {
  sharing : sharing;
  sp : int option;
  thread_pointer : int option;
  parent_tid : int option;
  child_tid : int option;
  clear_tid : int;
  exit_signal : int;
}

let own_user (caller : thread) memory request =
  let user = User.copy caller.user (Memory.space memory) in
  User.set_result user 0;
  Option.iter (User.set_sp user) request.sp;
  Option.iter (User.set_thread_pointer user) request.thread_pointer;
  user

let memory_for (p : Process.t) sharing =
  if sharing.memory then begin
    Memory.hold p.memory;
    Ok p.memory
  end
  else match Memory.fork p.memory with exception Out_of_memory -> Error Errno.ENOMEM | m -> Ok m

let files_for (p : Process.t) sharing =
  let files = Atomic.get p.files in
  if sharing.files then begin
    Descriptors.hold files;
    files
  end
  else Descriptors.copy files

let is_over (p : Process.t) = p.ending <> None || p.execs <> None

let count_of uid = List.length (List.filter (fun (p : Process.t) -> p.identity.uid = uid) (all ()))

let may_have_more (p : Process.t) =
  p.identity.effective_uid = 0 || count_of p.identity.uid < limit p limit_processes

(* Who is there already is to have something left. *)
let is_memory_left () =
  let { Hal.Machine.total; free; _ } = Hal.Machine.memory () in
  free > total / 12

(* With the tree's lock. *)
let new_process (caller : thread) request ~memory ~files =
  let p = caller.process in
  match fresh_id () with
  | None -> Error Errno.EAGAIN
  | Some _ when not (is_memory_left ()) -> Error Errno.ENOMEM
  | Some _ when not (may_have_more p) -> Error Errno.EAGAIN
  | Some pid ->
      let parent = if request.sharing.untraced_parent then p.parent else Some p in
      let actions = if request.sharing.actions then p.actions else Array.copy p.actions in
      let child =
        make ~pid ~parent ~group:p.group ~session:p.session ~memory ~files
          ~view:(if request.sharing.place then p.view else Atomic.make (Atomic.get p.view)) ~identity:p.identity ~image:p.image
          ~limits:(Array.copy p.limits) ~actions
      in
      child.exit_signal <- request.exit_signal;
      if not request.sharing.files then Descriptors.set_owner files pid;
      Option.iter (fun (parent : Process.t) -> parent.children <- child :: parent.children) parent;
      enter child;
      Running.begins child.image.file;
      Ok child

let add_thread (p : Process.t) (caller : thread) request ~tid user =
  let thread = make_thread p ~tid user ~mask:caller.mask in
  thread.name <- caller.name;
  thread.clear_tid <- request.clear_tid;
  if not request.sharing.memory || request.sharing.waits then thread.stack <- caller.stack;
  p.threads <- thread :: p.threads;
  tell_numbers thread;
  enter_thread thread;
  thread

let tell_number memory where tid =
  Option.iter (fun at -> ignore (User_memory.set32 memory at tid : (unit, Errno.t) result)) where

let began (caller : thread) request thread =
  tell_number caller.process.memory request.parent_tid thread.tid;
  tell_number thread.process.memory request.child_tid thread.tid;
  start thread;
  Ok thread.tid

let clone_thread (caller : thread) request =
  let p = caller.process in
  let user = own_user caller p.memory request in
  let added =
    locked @@ fun () ->
    if is_over p then Error Errno.EINTR
    else
      match fresh_id () with
      | None -> Error Errno.EAGAIN
      | Some _ when not (is_memory_left ()) -> Error Errno.EAGAIN
      | Some tid -> Ok (add_thread p caller request ~tid user)
  in
  Result.bind added (began caller request)

let wait_for_memory (child : Process.t) =
  Option.iter
    (fun watch ->
      Watch.wait [ (watch, Readiness.readable) ] ~until:(fun () ->
          if child.borrows = None then Some () else None))
    child.borrows

let clone_process (caller : thread) request =
  let p = caller.process in
  let* memory = memory_for p request.sharing in
  let files = files_for p request.sharing in
  let user = own_user caller memory request in
  let made =
    locked @@ fun () ->
    let* child = new_process caller request ~memory ~files in
    if request.sharing.waits then child.borrows <- Some (Watch.create ());
    Ok (add_thread child caller request ~tid:child.pid user)
  in
  match made with
  | Error _ as error ->
      Descriptors.release files;
      Memory.release memory;
      error
  | Ok thread ->
      let child = thread.process in
      let number = began caller request thread in
      if request.sharing.waits then wait_for_memory child;
      number

let clone caller request =
  if request.sharing.thread then clone_thread caller request else clone_process caller request

(* ---- ending ---- *)

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
  Child { pid = p.pid; uid = p.identity.uid; code; status }

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
  List.assoc_opt subreaper p.keys = Some 1 && not ended

(* The nearest living ancestor that asked for that. *)
let rec new_parent (p : Process.t) =
  match p.parent with
  | Some parent when adopts parent -> Some parent
  | Some parent -> new_parent parent
  | None -> None

let from_kernel (p : Process.t) : Signal.cause = User { pid = p.pid; uid = p.identity.uid }

(* Children that have ended and that nobody will wait for are forgotten. *)
let leave_children (p : Process.t) =
  let parent = new_parent p in
  let adopt (child : Process.t) =
    child.parent <- parent;
    child.exit_signal <- Signal.chld;
    child.orphaned <- parent = None;
    List.iter tell_numbers child.threads;
    (match List.assoc_opt death_signal child.keys with
    | Some signal when signal > 0 -> Signals.send child { signal; cause = from_kernel p }
    | _ -> ());
    match (parent, child.state) with
    | Some parent, _ ->
        parent.children <- child :: parent.children;
        Watch.ring parent.changed Readiness.readable
    | None, Ended _ -> leave child
    | None, _ -> ()
  in
  List.iter adopt p.children;
  p.children <- []

let is_stopped (p : Process.t) = match p.state with Stopped _ -> true | _ -> false

(* A group that nobody of its session can let go on again is told so. *)
let is_orphaned group session =
  List.for_all
    (fun (p : Process.t) ->
      match (p.state, p.parent) with
      | Ended _, _ | _, None -> true
      | _, Some parent -> parent.group = group || parent.session <> session)
    (List.filter (fun (p : Process.t) -> p.group = group) (all ()))

let members group = List.filter (fun (p : Process.t) -> p.group = group) (all ())

let tell_orphans (p : Process.t) ~groups =
  List.concat_map
    (fun group ->
      let members = members group in
      if List.exists is_stopped members && is_orphaned group p.session then members else [])
    groups

let send_to_orphan p =
  Signals.send p { signal = Signal.hup; cause = Kernel };
  Signals.send p { signal = Signal.cont; cause = Kernel }

let own_time (thread : thread) = User.run_ns thread.user

let interval_of_limit = 3
let stop_timer timer = ignore (Timers.set timer ~absolute:false { after = 0; every = 0 } : Timers.setting)

let stop_posix_timers (p : Process.t) =
  List.iter (fun (_, posix) -> stop_timer (Lazy.force posix.timer)) p.timers;
  p.timers <- []

let stop_timers (p : Process.t) =
  stop_posix_timers p;
  Array.iter (Option.iter stop_timer) p.intervals

let at_end = ref (fun (_ : Process.t) -> ())

let give_up (p : Process.t) =
  stop_timers p;
  !at_end p;
  has_own_memory p;
  Descriptors.release (Atomic.get p.files);
  Running.ends p.image.file;
  Memory.release p.memory

(* Each step is a turn of its own: what was shared by many, or is much, takes long to give up. *)
let end_process (p : Process.t) status =
  Picos.Fiber.yield ();
  give_up p;
  Picos.Fiber.yield ();
  let orphans =
    locked @@ fun () ->
    let groups =
      List.sort_uniq compare
        (p.group :: List.map (fun (c : Process.t) -> c.group) p.children)
    in
    p.state <- Ended status;
    leave_children p;
    let left = is_left p in
    if not left then forget p;
    let tell (parent : Process.t) =
      if p.exit_signal <> 0 then
        Signals.send parent { signal = p.exit_signal; cause = child_cause p status };
      Watch.ring parent.changed Readiness.readable
    in
    Option.iter tell p.parent;
    tell_orphans p ~groups
  in
  List.iter send_to_orphan orphans;
  Sync.Ivar.fill p.ended status

let exit_thread (thread : thread) =
  let p = thread.process in
  Robust.give_up thread;
  clear_number thread;
  let last =
    locked @@ fun () ->
    leave_thread thread;
    p.threads <- List.filter (fun other -> other != thread) p.threads;
    p.run_ns <- p.run_ns + own_time thread;
    Watch.ring p.went_on Readiness.readable;
    p.threads = []
  in
  User.release thread.user;
  if last then end_process p (Option.value p.ending ~default:(Exited 0))

let alone (thread : thread) =
  let p = thread.process in
  let others =
    locked @@ fun () ->
    if is_over p then Error Errno.EAGAIN
    else begin
      p.execs <- Some thread;
      Ok (List.filter (fun other -> other != thread) p.threads)
    end
  in
  Result.map
    (fun others ->
      List.iter alert others;
      Watch.wait [ (p.went_on, Readiness.readable) ] ~until:(fun () ->
          match p.threads with [ _ ] -> Some () | _ -> None);
      locked @@ fun () ->
      leave_thread thread;
      thread.tid <- p.pid;
      tell_numbers thread;
      enter_thread thread;
      p.execs <- None)
    others

(* ---- waiting ---- *)

type whom = Any | Pid of int | Group of int
type kind = Every | Plain | Clones
type event = Has_ended of status | Has_stopped of Signal.t | Goes_on
type found = { child : Process.t; event : event; uid : int; run_ns : int }

let is_of_kind kind (p : Process.t) =
  match kind with
  | Every -> true
  | Plain -> p.exit_signal = Signal.chld
  | Clones -> p.exit_signal <> Signal.chld

let is_meant whom (p : Process.t) =
  match whom with Any -> true | Pid pid -> p.pid = pid | Group group -> p.group = group

let event_of (p : Process.t) ~ended ~stopped ~goes_on =
  match p.state with
  | Ended status -> if ended then Some (Has_ended status) else None
  | Stopped signal -> if stopped && not p.told then Some (Has_stopped signal) else None
  | Running -> if goes_on && p.goes_on then Some Goes_on else None

let take (parent : Process.t) (p : Process.t) event =
  match event with
  | Has_ended _ ->
      parent.children_ns <- parent.children_ns + p.run_ns + p.children_ns;
      forget p
  | Has_stopped _ -> p.told <- true
  | Goes_on -> p.goes_on <- false

let look (parent : Process.t) whom ~kind ~ended ~stopped ~goes_on ~reap =
  locked @@ fun () ->
  let is_looked_for p = is_meant whom p && is_of_kind kind p in
  match List.filter is_looked_for parent.children with
  | [] -> Error Errno.ECHILD
  | children -> (
      let found p =
        Option.map (fun event -> (p, event)) (event_of p ~ended ~stopped ~goes_on)
      in
      match List.find_map found (List.rev children) with
      | None -> Error Errno.EAGAIN
      | Some (child, event) ->
          if reap then take parent child event;
          Ok { child; event; uid = child.identity.uid; run_ns = child.run_ns })

let wait (thread : thread) whom ~kind ~ended ~stopped ~goes_on ~reap patience =
  let parent = thread.process in
  let attempt () = look parent whom ~kind ~ended ~stopped ~goes_on ~reap in
  match Patience.retry patience [ (parent.changed, Readiness.readable) ] attempt with
  | Ok found -> Ok (Some found)
  | Error Errno.EAGAIN -> Ok None
  | Error _ as error -> error
