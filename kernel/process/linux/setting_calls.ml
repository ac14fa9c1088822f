open Fs
open Call

let pr_set_name = 15
let pr_get_name = 16
let comm_bytes = 16

let set_name (thread : Process.thread) at =
  let* name = User_memory.string (memory thread) ~at ~limit:comm_bytes in
  let* name =
    match name with
    | Some name -> Ok name
    | None -> Result.map Bytes.to_string (User_memory.read (memory thread) ~at (comm_bytes - 1))
  in
  thread.name <- name;
  Ok 0

let get_name (thread : Process.thread) at =
  let bytes = Bytes.make comm_bytes '\000' in
  Bytes.blit_string thread.name 0 bytes 0 (min (comm_bytes - 1) (String.length thread.name));
  done_ (User_memory.write (memory thread) ~at bytes)

type told = Returned | Written

(* prctl's settings: the numbers that set and get it, what it may be, and how it is told. *)
type setting = { set : int; get : int; setting : Setting.t; allowed : int list; told : told }

let settings =
  Setting.
    [
      { set = 1; get = 2; setting = death_signal; allowed = List.init 65 Fun.id; told = Written };
      { set = 4; get = 3; setting = dumpable; allowed = [ 0; 1 ]; told = Returned };
      { set = 29; get = 30; setting = timer_slack; allowed = []; told = Returned };
      { set = 36; get = 37; setting = subreaper; allowed = [ 0; 1 ]; told = Written };
      { set = 38; get = 39; setting = no_new_privileges; allowed = [ 0; 1 ]; told = Returned };
    ]

let set_value (thread : Process.thread) s =
  let value = arg thread 1 in
  let* () = check (s.allowed = [] || List.mem value s.allowed) Errno.EINVAL in
  Setting.set thread.process s.setting value;
  Ok 0

let get_value (thread : Process.thread) s =
  let value = Setting.get thread.process s.setting in
  match s.told with
  | Returned -> Ok value
  | Written -> done_ (User_memory.set32 (memory thread) (arg thread 1) value)

let setting thread option =
  match List.find_opt (fun s -> option = s.set || option = s.get) settings with
  | None -> Error Errno.EINVAL
  | Some s -> if option = s.set then set_value thread s else get_value thread s

let prctl thread =
  match int thread 0 with
  | option when option = pr_set_name -> set_name thread (arg thread 1)
  | option when option = pr_get_name -> get_name thread (arg thread 1)
  | option -> setting thread option

let arch_set_fs = 0x1002
let arch_get_fs = 0x1003

let arch_prctl (thread : Process.thread) =
  let at = arg thread 1 in
  match int thread 0 with
  | code when code = arch_set_fs ->
      let* () = check (at >= 0 && at < Hal.Space.top) Errno.EPERM in
      Hal.User.set_thread_pointer thread.user at;
      Ok 0
  | code when code = arch_get_fs ->
      done_ (User_memory.set64 (memory thread) at (Hal.User.thread_pointer thread.user))
  | _ -> Error Errno.EINVAL

let personality_ask = 0xffffffff

let personality thread =
  let wanted = arg thread 0 land 0xffffffff in
  let* () = check (wanted = 0 || wanted = personality_ask) Errno.EINVAL in
  Ok 0

(* An entry into the kernel is a barrier on the caller's core alone: QUERY says there is none. *)
let membarrier thread = if int thread 0 = 0 then Ok 0 else Error Errno.EINVAL

let all =
  [
    make "prctl" prctl;
    make "arch_prctl" arch_prctl;
    make "personality" personality;
    make "membarrier" membarrier;
  ]
