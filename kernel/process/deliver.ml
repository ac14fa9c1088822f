open Process
open Fs
module User = Hal.User

exception Ends

(* ---- ends and stops ---- *)

let end_all (t : Process.t) status =
  let threads =
    locked @@ fun () ->
    if t.ending = None then t.ending <- Some status;
    t.threads
  in
  List.iter alert threads;
  Watch.ring t.went_on Readiness.readable

let sa_nocldstop = 1

let tell_parent (t : Process.t) ~code ~status =
  let uid = t.identity.user.real in
  Option.iter
    (fun (parent : Process.t) ->
      Watch.ring parent.changed Readiness.readable;
      let no_stops = parent.actions.(Signal.chld).flags land sa_nocldstop <> 0 in
      if not no_stops then
        Signals.send parent
          { signal = Signal.chld; cause = Child { pid = t.pid; uid; code; status } })
    t.parent

let cld_stopped = 5

let stop (t : Process.t) signal =
  let threads =
    locked @@ fun () ->
    if Signals.stop t signal then tell_parent t ~code:cld_stopped ~status:signal;
    t.threads
  in
  List.iter alert threads

let is_over thread =
  thread.process.ending <> None
  || match thread.process.execs with Some other -> other != thread | None -> false

let wait_while_stopped thread =
  let t = thread.process in
  let goes_on () =
    match t.state with
    | Stopped _
      when (not (is_over thread)) && not (Signal.Set.mem (Signals.pending thread) Signal.kill) ->
        None
    | _ -> Some ()
  in
  if goes_on () = None then
    Watch.wait [ (t.went_on, Readiness.readable); (thread.watch, Readiness.readable) ]
      ~until:goes_on

(* ---- handlers ---- *)

let sa_restorer = 0x04000000
let sa_onstack = 0x08000000
let sa_restart = 0x10000000
let sa_nodefer = 0x40000000
let ss_onstack = 1
let ss_disable = 2
let ss_autodisarm = 1 lsl 31

let trampoline_code =
  lazy
    (let memory = Hal.Memory_object.create ~size:4096 in
     let code = Bytes.of_string Architecture.trampoline in
     ignore (Hal.Memory_object.write memory ~offset:0 code 0 (Bytes.length code) : int);
     memory)

let turn = Sync.Lock.create ()

(* Below the stack, where nothing else is by then. *)
let trampoline_at = Hal.Space.top - 4096

let map_trampoline memory =
  let code = Sync.Lock.protect turn (fun () -> Lazy.force trampoline_code) in
  Memory.map memory (Free_at trampoline_at) ~size:4096
    { read = true; write = false; execute = true }
    (Shown (code, 0))

let is_on_stack (stack : stack) sp = sp >= stack.base && sp - stack.base < stack.size

let stack_for thread flags =
  let sp = User.sp thread.user and stack = thread.stack in
  if flags land sa_onstack <> 0 && stack.size > 0 && not (is_on_stack stack sp) then
    stack.base + stack.size
  else sp - Architecture.red_zone

let stack_told thread =
  let { base; size; disarms } = thread.stack in
  let flags =
    if size = 0 then ss_disable
    else if is_on_stack thread.stack (User.sp thread.user) then ss_onstack
    else 0
  in
  (base, (flags lor if disarms then ss_autodisarm else 0), size)


let enter thread (info : Signal.info) ~pc { flags; restorer; mask; _ } =
  let kept = Option.value thread.kept_mask ~default:thread.mask in
  let restorer = if flags land sa_restorer <> 0 then restorer else trampoline_at in
  let frame =
    Architecture.frame ~below:(stack_for thread flags) ~registers:(User.frame thread.user)
      ~information:(Signal.information info) ~mask:kept ~stack:(stack_told thread) ~restorer
  in
  match User_memory.write thread.process.memory ~at:frame.sp frame.bytes with
  | Error _ -> Error ()
  | Ok () ->
      thread.kept_mask <- None;
      if thread.stack.disarms then thread.stack <- no_stack;
      let blocked = if flags land sa_nodefer <> 0 then mask else Signal.Set.add mask info.signal in
      Signals.set_mask thread (Signal.Set.union thread.mask blocked);
      User.enter_function thread.user ~pc ~sp:frame.sp ~returns:restorer info.signal
        frame.information frame.context;
      Ok ()

let return thread =
  let memory = thread.process.memory in
  let at = Architecture.context_at ~sp:(User.sp thread.user) in
  let read ~at n = User_memory.read memory ~at n in
  Result.map
    (fun ({ registers; mask; alternate = base, flags, size } : Architecture.returned) ->
      User.set_frame thread.user registers;
      thread.stack <-
        (if flags land ss_disable <> 0 then no_stack
         else { base; size; disarms = flags land ss_autodisarm <> 0 });
      Signals.set_mask thread mask)
    (Architecture.returned ~read ~at)

(* ---- an interrupted call ---- *)

let again thread =
  User.rewind thread.user;
  thread.interrupted <- None

let fails thread =
  User.set_result thread.user (-Errno.number EINTR);
  thread.resume <- None;
  thread.interrupted <- None

let before_handler thread flags =
  match thread.interrupted with
  | Some With_flag when flags land sa_restart <> 0 -> again thread
  | Some _ -> fails thread
  | None -> ()

let without_handler thread =
  match thread.interrupted with Some _ -> again thread | None -> ()

(* ---- taking signals ---- *)

let killed signal ~core = Killed { signal; core }

let by_default thread (info : Signal.info) =
  let t = thread.process in
  match Signal.default info.signal with
  | Ignore | Continue -> ()
  | Stop -> stop t info.signal
  | Terminate -> end_all t (killed info.signal ~core:false)
  | Core -> end_all t (killed info.signal ~core:true)

let move thread =
  let cores = thread.cores in
  if cores <> thread.confined then begin
    thread.confined <- cores;
    Sched.confine (Option.value cores ~default:(Sched.cores_serving Local))
  end

let rec prepare thread =
  Atomic.set thread.attention false;
  wait_while_stopped thread;
  if is_over thread then raise Ends;
  move thread;
  match Signals.next thread with
  | None -> finish thread
  | Some (info, ({ does = Handler pc; _ } as action)) -> handle thread info ~pc action
  | Some (info, { does = Default | Ignore; _ }) ->
      by_default thread info;
      prepare thread

and handle thread info ~pc action =
  before_handler thread action.flags;
  match enter thread info ~pc action with
  | Ok () -> prepare thread
  | Error () ->
      end_all thread.process (killed Signal.segv ~core:true);
      prepare thread

and finish thread =
  Option.iter (Signals.set_mask thread) thread.kept_mask;
  let had_kept = thread.kept_mask <> None in
  thread.kept_mask <- None;
  without_handler thread;
  if had_kept && Signals.is_pending thread then prepare thread
