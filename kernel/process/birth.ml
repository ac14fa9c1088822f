open Process
open Fs
module User = Hal.User

let ( let* ) = Result.bind

(* ---- the first of a family ---- *)

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

(* With the tree's lock. *)
let add_thread (p : Process.t) user ~tid ~mask =
  let thread = make_thread p ~tid user ~mask in
  p.threads <- thread :: p.threads;
  tell_numbers thread;
  enter_thread thread;
  thread

let first ~name ~files ~view =
  match Memory.create ~limit:(Limit.frames ()) with
  | exception Out_of_memory -> Error Errno.ENOMEM
  | memory -> (
      locked @@ fun () ->
      match fresh_id () with
      | None ->
          Memory.release memory;
          Error Errno.EAGAIN
      | Some pid ->
          let t =
            make ~pid ~parent:None ~group:pid ~session:pid ~memory ~files ~view:(Atomic.make view)
              ~identity:Identity.superuser ~image:(empty_image name) ~limits:(Limit.first ())
              ~actions:(Array.make (Signal.last + 1) by_default)
          in
          Descriptors.set_owner files pid;
          enter t;
          let user = User.create (Memory.space memory) ~pc:0 ~sp:0 in
          Ok (t, add_thread t user ~tid:pid ~mask:Signal.Set.empty))

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
  before : unit -> (Process.t option -> unit, Errno.t) result;
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

let real_user (p : Process.t) = p.identity.user.real
let count_of user = List.length (List.filter (fun p -> real_user p = user) (all ()))

let may_have_more (p : Process.t) =
  is_privileged p || count_of (real_user p) < limit p Limit.processes

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
      let { actions; place; _ } = request.sharing in
      let child =
        make ~pid ~parent ~group:p.group ~session:p.session ~memory ~files
          ~view:(if place then p.view else Atomic.make (Atomic.get p.view))
          ~identity:p.identity ~image:p.image ~limits:(Array.copy p.limits)
          ~actions:(if actions then p.actions else Array.copy p.actions)
      in
      child.exit_signal <- request.exit_signal;
      Setting.inherit_all child ~from:p;
      if not request.sharing.files then Descriptors.set_owner files pid;
      Option.iter (fun (parent : Process.t) -> parent.children <- child :: parent.children) parent;
      enter child;
      Running.begins child.image.file;
      Ok child

let clone_of (caller : thread) (p : Process.t) request ~tid user =
  let thread = add_thread p user ~tid ~mask:caller.mask in
  thread.name <- caller.name;
  if caller.cores <> None then set_cores thread (cores caller);
  thread.clear_tid <- request.clear_tid;
  if not request.sharing.memory || request.sharing.waits then thread.stack <- caller.stack;
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
      | Some tid -> Ok (clone_of caller p request ~tid user)
  in
  Result.bind added (began caller request)

let wait_for_memory (child : Process.t) =
  Option.iter
    (fun watch ->
      Watch.wait [ (watch, Readiness.readable) ] ~until:(fun () ->
          if child.borrows = None then Some () else None))
    child.borrows

let make_process (caller : thread) request ~memory ~files =
  let* tell = request.before () in
  let user = own_user caller memory request in
  let made =
    locked @@ fun () ->
    let* child = new_process caller request ~memory ~files in
    if request.sharing.waits then child.borrows <- Some (Watch.create ());
    Ok (clone_of caller child request ~tid:child.pid user)
  in
  tell (Option.map (fun thread -> thread.process) (Result.to_option made));
  made

let clone_process (caller : thread) request =
  let p = caller.process in
  let* memory = memory_for p request.sharing in
  let files = files_for p request.sharing in
  match make_process caller request ~memory ~files with
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
