open Process
open Fs

let ( let* ) = Result.bind

(* Handlers are the old program's; what was ignored stays so. *)
let reset_actions (p : Process.t) =
  Array.iteri
    (fun signal action ->
      match action.does with
      | Handler _ -> Signals.set_action p signal by_default
      | Default | Ignore -> ())
    p.actions

let replace (thread : thread) (program : Program.t) =
  let p = thread.process in
  let before = p.memory and registers = thread.user in
  Robust.give_up thread;
  thread.robust <- 0;
  thread.clear_tid <- 0;
  thread.stack <- no_stack;
  p.run_ns <- p.run_ns + Hal.User.run_ns registers;
  thread.user <- Hal.User.create (Memory.space program.memory) ~pc:program.pc ~sp:program.sp;
  locked (fun () -> tell_numbers thread);
  p.memory <- program.memory;
  Running.begins program.image.file;
  Running.ends p.image.file;
  p.image <- program.image;
  p.has_execed <- true;
  thread.name <- program.image.name;
  Hal.User.release registers;
  Ending.has_own_memory p;
  Process_timers.stop_posix p;
  Setting.(reset p dumpable);
  Memory.release before;
  reset_actions p;
  Descriptors.close_all_on_exec (Atomic.get p.files)

(* The table of descriptors is its own from here on. *)
let own_files (p : Process.t) =
  let files = Atomic.get p.files in
  if Descriptors.is_shared files then begin
    let own = Descriptors.copy files in
    Descriptors.set_owner own p.pid;
    Atomic.set p.files own;
    Descriptors.release files
  end

let exec thread ~path ?start ~arguments ~environment () =
  let p = thread.process in
  let view = Atomic.get p.view in
  let* program =
    Program.load view p.identity ?start ~frames:(Limit.frames ())
      ~stack_bytes:(limit p Limit.stack) ~path ~arguments ~environment ()
  in
  match Ending.alone thread with
  | Error _ as error ->
      Memory.release program.memory;
      error
  | Ok () ->
      own_files p;
      replace thread program;
      Ok ()
