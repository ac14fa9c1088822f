open Process
open Fs
module User = Hal.User

(* ---- calls ---- *)

(* A bad pointer, or too little memory, is the caller's. *)
let answer_of (call : Call.t) thread =
  let attempt () =
    match (thread.resume, call.restart) with
    | Some resume, Some Resumed ->
        thread.resume <- None;
        resume ()
    | _ -> call.answer thread
  in
  match attempt () with
  | answer -> answer
  | exception Out_of_memory -> Error Errno.ENOMEM

let settle thread (call : Call.t) answer =
  let restart = if thread.limited then None else call.restart in
  thread.limited <- false;
  match (answer, restart) with
  | Ok _, _ when call.keeps_registers -> ()
  | Ok result, _ -> User.set_result thread.user result
  | Error Errno.EINTR, Some restart ->
      thread.interrupted <- Some restart;
      Atomic.set thread.attention true
  | Error error, _ -> User.set_result thread.user (-Errno.number error)

let answer thread =
  let number = User.number thread.user in
  match Calls.find number with
  | None ->
      Unknown_calls.count number;
      User.set_result thread.user (-Errno.number ENOSYS)
  | Some call ->
      thread.call <- number;
      let answer = answer_of call thread in
      thread.call <- -1;
      settle thread call answer

(* ---- faults ---- *)

let force thread signal code address =
  Signals.force thread { signal; cause = Address { code; address } }

let segv_maperr = 1
let segv_accerr = 2
let bus_adraln = 1
let bus_adrerr = 2
let ill_illopc = 1
let ill_illopn = 2
let trap_trace = 2
let is_x86 = Architecture.this = X86_64
let fpe_intdiv = 1
let trap_brkpt = 1
let si_kernel = 0x80

let fault thread ~address (cause : Hal.Space.fault) =
  match cause with
  | Resolved -> ()
  | Unmapped -> force thread Signal.segv segv_maperr address
  | Forbidden -> force thread Signal.segv segv_accerr address
  | Outside | Absent _ -> force thread Signal.bus bus_adrerr address
  | No_memory -> Deliver.end_all thread.process (Killed { signal = Signal.kill; core = false })

let exception_ thread (e : User.exception_) =
  let pc = User.pc thread.user in
  match e with
  | Instruction -> force thread Signal.ill (if is_x86 then ill_illopn else ill_illopc) pc
  | Breakpoint when is_x86 -> Signals.force thread { signal = Signal.trap; cause = Kernel }
  | Breakpoint -> force thread Signal.trap trap_brkpt pc
  | Step -> force thread Signal.trap trap_trace pc
  | Alignment -> force thread Signal.bus bus_adraln pc
  | Arithmetic -> force thread Signal.fpe fpe_intdiv pc
  | Bus -> force thread Signal.bus bus_adrerr pc
  | Protection -> force thread Signal.segv si_kernel 0

(* ---- the loop ---- *)

let enter thread turn =
  match User.run thread.user ~until:(Sched.Turn.ends turn) with
  | Call -> answer thread
  | Fault { address; cause; wants = _ } -> fault thread ~address cause
  | Exception e -> exception_ thread e
  | Interrupted -> Picos.Fiber.yield ()

(* Who alerts the thread either finds where it runs, or has said so before it looks here. *)
let rec go thread turn =
  let core = Sched.Turn.core turn in
  if Atomic.get thread.runs_on <> core then Atomic.set thread.runs_on core;
  if Atomic.get thread.attention then Deliver.prepare thread else enter thread turn;
  go thread turn

(* What a call of the kernel raised is a bug of ours: it ends the process that met it, and is
   reported. *)
let body thread =
  Process.set_current thread;
  Fs.Patience.set_own (Signals.patience thread);
  match go thread (Sched.Turn.own ()) with
  | () -> ()
  | exception Deliver.Ends -> Ending.exit_thread thread
  | exception e ->
      let backtrace = Printexc.get_raw_backtrace () in
      let call = thread.call in
      Deliver.end_all thread.process (Killed { signal = Signal.sys; core = true });
      Ending.exit_thread thread;
      Printf.eprintf "process %d: call %s\n%!" thread.process.pid (Number.name call);
      Printexc.raise_with_backtrace e backtrace
