type owner = Process of int | Description of File.t
type kind = Lock_ranges.kind = Shared | Exclusive
type conflict = { process : int option; first : int; last : int; kind : kind }

(* An owner by number alone. *)
type id = Of_process of int | Of_description of int

let id_of = function
  | Process process -> Of_process process
  | Description file -> Of_description file.id

(* By file system, node, and whether it is about whole files. *)
module Keys = Map.Make (struct
  type t = int * int * bool

  let compare = compare
end)

module Numbers = Map.Make (Int)
module Files = Set.Make (Int)

type state = {
  held : id Lock_ranges.t Keys.t;
  waiting : (id * id) Numbers.t;  (** by request: who waits for whom *)
  known : Files.t;  (** descriptions whose end will be told *)
}

let state =
  Atomic.make { held = Keys.empty; waiting = Numbers.empty; known = Files.empty }

(* Rung when anything was given up. *)
let watch = Watch.create ()

(* [f] may be called again. *)
let rec change f =
  let before = Atomic.get state in
  let after, answer = f before in
  if after == before || Atomic.compare_and_set state before after then answer else change f

let key (node : Node.t) ~whole = (node.system.id, node.same, whole)
let held_in state key = Option.value (Keys.find_opt key state.held) ~default:Lock_ranges.empty

let with_held state key ranges =
  let held =
    if Lock_ranges.is_empty ranges then Keys.remove key state.held
    else Keys.add key ranges state.held
  in
  { state with held }

(* ---- giving up ---- *)

let give_up f =
  change (fun state -> (f state, ()));
  Watch.ring watch Readiness.all

let forget_description (file : File.t) =
  give_up @@ fun state ->
  let held = Keys.map (fun held -> Lock_ranges.forget held (Of_description file.id)) state.held in
  let held = Keys.filter (fun _ held -> not (Lock_ranges.is_empty held)) held in
  { state with held; known = Files.remove file.id state.known }

(* Its locks end with it. *)
let follow (file : File.t) =
  let is_new =
    change (fun state ->
        if Files.mem file.id state.known then (state, false)
        else ({ state with known = Files.add file.id state.known }, true))
  in
  if is_new then ignore (Watch.add file.gone (fun _ -> forget_description file) : Watch.watcher)

let forget node ~process =
  let key = key node ~whole:false and owner = Of_process process in
  if Lock_ranges.owned (held_in (Atomic.get state) key) owner <> [] then
    give_up (fun state -> with_held state key (Lock_ranges.forget (held_in state key) owner))

(* ---- waiting ---- *)

(* Only processes wait for others without being able to do anything else. *)
let is_process = function Of_process _ -> true | Of_description _ -> false

let rec leads_to state ~seen from target =
  from = target
  || (not (List.mem from seen))
     && Numbers.exists
          (fun _ (who, blocker) ->
            who = from && leads_to state ~seen:(from :: seen) blocker target)
          state.waiting

let requests = Atomic.make 0

let attempt key owner ~first ~last kind ~request ~waits () =
  change @@ fun state ->
  let held = held_in state key in
  match Lock_ranges.conflict held owner ~first ~last kind with
  | None ->
      (with_held state key (Lock_ranges.set held owner ~first ~last (Some kind)), Ok ())
  | Some _ when not waits -> (state, Error Errno.EAGAIN)
  | Some blocker when is_process owner && leads_to state ~seen:[] blocker.owner owner ->
      (state, Error Errno.EDEADLK)
  | Some blocker ->
      let waiting = Numbers.add request (owner, blocker.owner) state.waiting in
      ({ state with waiting }, Error Errno.EAGAIN)

let end_waiting request =
  change (fun state ->
      if Numbers.mem request state.waiting then
        ({ state with waiting = Numbers.remove request state.waiting }, ())
      else (state, ()))

let acquire key owner ~first ~last kind patience =
  let request = Atomic.fetch_and_add requests 1 and waits = Patience.waits patience in
  let attempt = attempt key owner ~first ~last kind ~request ~waits in
  Fun.protect ~finally:(fun () -> end_waiting request) @@ fun () ->
  Patience.retry patience [ (watch, Readiness.all) ] attempt

(* ---- bytes ---- *)

let lock (file : File.t) owner ~first ~last kind patience =
  (match owner with Description file -> follow file | Process _ -> ());
  let key = key file.file.node ~whole:false in
  let result = acquire key (id_of owner) ~first ~last kind patience in
  (* What was exclusive before may be shared now. *)
  if result = Ok () && kind = Shared then Watch.ring watch Readiness.all;
  result

let unlock (file : File.t) owner ~first ~last =
  let key = key file.file.node ~whole:false in
  give_up (fun state ->
      with_held state key (Lock_ranges.set (held_in state key) (id_of owner) ~first ~last None))

let conflict (file : File.t) owner ~first ~last kind =
  let held = held_in (Atomic.get state) (key file.file.node ~whole:false) in
  let told (held : id Lock_ranges.held) =
    let process =
      match held.owner with Of_process process -> Some process | Of_description _ -> None
    in
    { process; first = held.first; last = held.last; kind = held.kind }
  in
  Option.map told (Lock_ranges.conflict held (id_of owner) ~first ~last kind)

(* ---- whole files ---- *)

let unlock_whole (file : File.t) =
  let key = key file.file.node ~whole:true in
  give_up (fun state ->
      with_held state key (Lock_ranges.forget (held_in state key) (Of_description file.id)))

(* At once, or else without what it held before. *)
let lock_whole (file : File.t) kind patience =
  follow file;
  let key = key file.file.node ~whole:true and owner = Of_description file.id in
  let acquire = acquire key owner ~first:0 ~last:max_int kind in
  match acquire Patience.none with
  | Error EAGAIN ->
      unlock_whole file;
      acquire patience
  | result ->
      if kind = Shared then Watch.ring watch Readiness.all;
      result
