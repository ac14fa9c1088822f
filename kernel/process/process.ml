open Fs

type status = Exited of int | Killed of { signal : Signal.t; core : bool }

let encode = function
  | Exited code -> (code land 0xff) lsl 8
  | Killed { signal; core } -> signal lor if core then 0x80 else 0

type image = {
  path : string;
  arguments : string list;
  name : string;
  argument_range : int * int;
  environment_range : int * int;
  auxiliary_range : int * int;
  file : Mounts.place option;
}

type pending = { mutable set : Signal.Set.t; mutable infos : Signal.info list }

type disposition = Default | Ignore | Handler of int

type action = { does : disposition; flags : int; restorer : int; mask : Signal.Set.t }

type state = Running | Stopped of Signal.t | Ended of status
type limit = { soft : int; hard : int }

type posix_timer = {
  timer : Timers.t Lazy.t;
  mutable overrun : int;
  mutable told : int;
}

type t = {
  pid : int;
  signals_turn : Sync.Lock.t;
  actions : action array;
  pending : pending;
  mutable stop_taken : bool;  (** with the lock of signals: it stops, unless it is to go on first *)
  files : Descriptors.t Atomic.t;
  view : Walk.t Atomic.t;
  mutable identity : Identity.t;
  limits : limit array;
  changed : Watch.t;
  went_on : Watch.t;
  ended : status Sync.Ivar.t;
  started_ns : int;
  intervals : Timers.t option array;
  mutable timers : (int * posix_timer) list;
  mutable memory : Memory.t;
  mutable image : image;
  mutable parent : t option;
  mutable children : t list;
  mutable group : int;
  mutable session : int;
  mutable threads : thread list;
  mutable state : state;
  mutable orphaned : bool;
  mutable told : bool;
  mutable goes_on : bool;
  mutable ending : status option;
  mutable execs : thread option;
  mutable exit_signal : int;
  mutable children_ns : int;
  mutable run_ns : int;
  mutable has_execed : bool;
  mutable borrows : Watch.t option;
  mutable keys : (string * int) list;
}

and thread = {
  mutable tid : int;
  process : t;
  mutable user : Hal.User.t;
  mutable mask : Signal.Set.t;
  mutable kept_mask : Signal.Set.t option;
  own : pending;
  mutable stack : stack;
  mutable clear_tid : int;
  mutable robust : int;
  mutable interrupted : restart option;
  mutable limited : bool;
  mutable resume : (unit -> (int, Errno.t) result) option;
  mutable waits_for : Signal.Set.t;
  watch : Watch.t;
  mutable patience : Fs.Patience.t;
  attention : bool Atomic.t;
  runs_on : int Atomic.t;
  mutable cores : int list option;
  mutable confined : int list option;
  mutable name : string;
  mutable call : int;
}

and stack = { base : int; size : int; disarms : bool }
and restart = With_flag | Without_handler | Resumed

let turn = Sync.Lock.create ()
let locked f = Sync.Lock.protect turn f

(* ---- by number ---- *)

module Numbers = Map.Make (Int)

let processes = ref Numbers.empty
let threads = ref Numbers.empty
let latest = ref 0
let id_limit = 1 lsl 22
let find pid = Numbers.find_opt pid !processes
let find_thread tid = Numbers.find_opt tid !threads
let all () = List.map snd (Numbers.bindings !processes)
let enter (t : t) = processes := Numbers.add t.pid t !processes
let leave (t : t) = processes := Numbers.remove t.pid !processes
let enter_thread thread = threads := Numbers.add thread.tid thread !threads
let leave_thread thread = threads := Numbers.remove thread.tid !threads
let count () = Numbers.cardinal !processes
let latest_id () = !latest

let is_used id =
  Numbers.mem id !processes || Numbers.mem id !threads
  || Numbers.exists (fun _ (t : t) -> t.group = id || t.session = id) !processes

(* A quarter of a mebibyte of memory for each. *)
let most = max 256 (min 32768 ((Hal.Machine.memory ()).total / 262144))

let fresh_id () =
  if Numbers.cardinal !threads >= most || Numbers.cardinal !processes >= most then None
  else begin
    let rec next id = if is_used id then next (if id + 1 >= id_limit then 2 else id + 1) else id in
    latest := next (if !latest + 1 >= id_limit then 2 else !latest + 1);
    Some !latest
  end

(* ---- by fiber ---- *)

module Fiber = Picos.Fiber

let own_thread : thread option Fiber.FLS.t = Fiber.FLS.create ()
let current () = Fiber.FLS.get (Fiber.current ()) own_thread ~default:None
let set_current thread = Fiber.FLS.set (Fiber.current ()) own_thread (Some thread)

(* ---- making ---- *)

let no_pending () = { set = Signal.Set.empty; infos = [] }
let no_stack = { base = 0; size = 0; disarms = false }

let by_default = { does = Default; flags = 0; restorer = 0; mask = Signal.Set.empty }

let make ~pid ~parent ~group ~session ~memory ~files ~view ~identity ~image ~limits ~actions =
  {
    pid;
    signals_turn = Sync.Lock.create ();
    actions;
    pending = no_pending ();
    files = Atomic.make files;
    view;
    identity;
    limits;
    changed = Watch.create ();
    went_on = Watch.create ();
    ended = Sync.Ivar.create ();
    started_ns = Hal.Machine.uptime_ns ();
    intervals = Array.make 4 None;
    timers = [];
    memory;
    image;
    parent;
    children = [];
    group;
    session;
    threads = [];
    state = Running;
    orphaned = false;
    told = true;
    stop_taken = false;
    goes_on = false;
    ending = None;
    execs = None;
    exit_signal = Signal.chld;
    children_ns = 0;
    run_ns = 0;
    has_execed = false;
    borrows = None;
    keys = [];
  }

let make_thread process ~tid user ~mask =
  {
    tid;
    process;
    user;
    mask;
    kept_mask = None;
    own = no_pending ();
    stack = no_stack;
    clear_tid = 0;
    robust = 0;
    interrupted = None;
    limited = false;
    resume = None;
    waits_for = Signal.Set.empty;
    watch = Watch.create ();
    patience = Fs.Patience.none;
    attention = Atomic.make false;
    runs_on = Atomic.make (-1);
    cores = None;
    confined = None;
    name = process.image.name;
    call = -1;
  }

(* ---- asking ---- *)

let is_privileged t = Identity.is_privileged t.identity
let limit t number = t.limits.(number).soft
let is_over t = t.ending <> None || t.execs <> None

let thread_ns thread =
  match Hal.User.run_ns thread.user with ns -> ns | exception Invalid_argument _ -> 0

let used_ns t = List.fold_left (fun sum thread -> sum + thread_ns thread) t.run_ns t.threads

(* One that nobody took is told as Linux would: somebody always does there. *)
let parent_number (t : t) =
  match t.parent with Some parent -> parent.pid | None -> if t.orphaned then 1 else 0

let tell_numbers thread =
  let t = thread.process in
  Hal.User.set_ids thread.user ~pid:t.pid ~tid:thread.tid ~parent:(parent_number t)

let has_files_alone t =
  match t.threads with
  | [ _ ] -> not (Descriptors.is_shared (Atomic.get t.files))
  | _ -> false

let is_leader thread = thread.tid = thread.process.pid

(* It says where it runs before it looks at [attention] for the last time. *)
let leave_user_mode thread =
  match Atomic.get thread.runs_on with -1 -> () | core -> Hal.Core.wake core

let alert thread =
  Atomic.set thread.attention true;
  Watch.ring thread.watch Readiness.readable;
  leave_user_mode thread

let cores thread = Option.value thread.cores ~default:(Sched.cores_serving Local)

let set_cores thread cores =
  thread.cores <- (if cores = Sched.cores_serving Local then None else Some cores);
  Atomic.set thread.attention true;
  leave_user_mode thread
