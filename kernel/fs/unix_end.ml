type kind = Stream | Datagram | Seqpacket
type credentials = { pid : int; uid : int; gid : int }
type state = Closed | Listening | Connected

type message = {
  data : bytes;
  mutable start : int;
  stop : int;
  mutable rights : File.t list;
  credentials : credentials;
  from : t;
  cost : int;
}

and t = {
  id : int;
  kind : kind;
  lock : Sync.Lock.t;
  reading : Sync.Lock.t;
  messages : message Queue.t;
  arrivals : t Queue.t;
  queued : int Atomic.t;
  state : state Atomic.t;
  peer : t option Atomic.t;
  shut : int Atomic.t;
  error : Errno.t option Atomic.t;
  charged : int Atomic.t;
  send_room : int Atomic.t;
  receive_room : int Atomic.t;
  most_queued : int Atomic.t;
  name : string Atomic.t;
  dead : bool Atomic.t;
  watch : Watch.t;
  drained : Watch.t;
  no_relay : (unit -> unit) Atomic.t;
  owner : credentials;
  peer_credentials : credentials Atomic.t;
  passes_credentials : bool Atomic.t;
  receive_timeout : float Atomic.t;
  send_timeout : float Atomic.t;
  unbind : (unit -> unit) Atomic.t;
  nonblocking : (unit -> bool) Atomic.t;
  kept : (int * int) list Atomic.t;
}

type File.what += Socket of t

let counter = Atomic.make 0
let usual_room = 212_992
let usual_queue = 10

let nobody = { pid = 0; uid = -1; gid = -1 }

let create kind owner =
  {
    id = Atomic.fetch_and_add counter 1;
    kind;
    lock = Sync.Lock.create ();
    reading = Sync.Lock.create ();
    messages = Queue.create ();
    arrivals = Queue.create ();
    queued = Atomic.make 0;
    state = Atomic.make Closed;
    peer = Atomic.make None;
    shut = Atomic.make 0;
    error = Atomic.make None;
    charged = Atomic.make 0;
    send_room = Atomic.make usual_room;
    receive_room = Atomic.make usual_room;
    most_queued = Atomic.make usual_queue;
    name = Atomic.make "";
    dead = Atomic.make false;
    watch = Watch.create ();
    drained = Watch.create ();
    no_relay = Atomic.make ignore;
    owner;
    peer_credentials = Atomic.make nobody;
    passes_credentials = Atomic.make false;
    receive_timeout = Atomic.make infinity;
    send_timeout = Atomic.make infinity;
    unbind = Atomic.make ignore;
    nonblocking = Atomic.make (fun () -> false);
    kept = Atomic.make [];
  }

(* ---- state ---- *)

let shut_read = 1
let shut_write = 2
let is_shut t ways = Atomic.get t.shut land ways = ways

let rec shut t ways =
  let before = Atomic.get t.shut in
  if not (Atomic.compare_and_set t.shut before (before lor ways)) then shut t ways

let take_error t =
  if Option.is_none (Atomic.get t.error) then None else Atomic.exchange t.error None
let is_full t = Atomic.get t.queued > Atomic.get t.most_queued
let has_room t = Atomic.get t.charged < Atomic.get t.send_room
let is_peer t ~of_ = match Atomic.get of_.peer with Some peer -> peer == t | None -> false
let blocked_by t other = other != t && (not (is_peer t ~of_:other)) && is_full other

(* About what a message costs in Linux. *)
let cost length = 768 + length

(* Polling finds room again when a quarter is used. *)
let has_much_room t =
  Atomic.get t.state <> Listening && 4 * Atomic.get t.charged <= Atomic.get t.send_room

let charged_in_all = Atomic.make 0
let most_charged = Atomic.make (64 lsl 20)
let there_is_memory () = Atomic.get charged_in_all < Atomic.get most_charged

let charge message =
  ignore (Atomic.fetch_and_add message.from.charged message.cost : int);
  ignore (Atomic.fetch_and_add charged_in_all message.cost : int)

let uncharge message =
  ignore (Atomic.fetch_and_add charged_in_all (-message.cost) : int);
  ignore (Atomic.fetch_and_add message.from.charged (-message.cost) : int);
  if has_much_room message.from then Watch.ring message.from.watch Readiness.writable

(* ---- readiness ---- *)

let told = Readiness.(union readable priority)
let bits_if bits holds = if holds then bits else Readiness.none

let is_writable t =
  has_much_room t
  &&
  match Atomic.get t.peer with
  | Some other when t.kind <> Stream -> not (blocked_by t other)
  | _ -> true

let readiness t =
  let ended = is_shut t shut_read in
  let apart = t.kind <> Datagram && Atomic.get t.state = Closed in
  List.fold_left Readiness.union Readiness.none
    [
      bits_if Readiness.error (Option.is_some (Atomic.get t.error));
      bits_if Readiness.hangup (apart || is_shut t (shut_read lor shut_write));
      bits_if Readiness.read_hangup ended;
      bits_if Readiness.readable (ended || Atomic.get t.queued > 0);
      bits_if Readiness.writable (is_writable t);
    ]
