type state = Incomplete | Reachable | Stale | Delay | Probe

type entry = {
  address : Address.t;
  mutable state : state;
  mutable mac : string;
  mutable at : int;  (** when the state ends, or of Stale began *)
  mutable tries : int;
  mutable waiting : Packet.t list;  (** the newest first *)
}

type t = {
  table : entry Address.Table.t;
  mutable deadline : int;
  mutable nr_waiting : int;  (** packets *)
}

let second = 1_000_000_000
let limit = 512
let reachable_time = 30 * second
let delay_time = 5 * second
let tries = 3
let waiting_limit = 3
let most_waiting = 64
let create () = { table = Address.Table.create 16; deadline = max_int; nr_waiting = 0 }
let count t = Address.Table.length t.table
let deadline t = t.deadline

let all t =
  let add address (e : entry) found = (address, e.mac, e.state) :: found in
  Address.Table.fold add t.table []

let set t e state ~until =
  e.state <- state;
  e.at <- until;
  match state with
  | Incomplete | Delay | Probe -> t.deadline <- Int.min t.deadline until
  | Reachable | Stale -> ()

(* ---- room ---- *)

(* Who goes first: unknown ones, then those that are not confirmed, the oldest first. *)
let rank e = match e.state with Incomplete -> 0 | Stale -> 1 | Delay | Probe -> 2 | Reachable -> 3
let is_worse a b = rank a < rank b || (rank a = rank b && a.at < b.at)

let worst t =
  Address.Table.fold
    (fun _ e found -> match found with Some w when not (is_worse e w) -> found | _ -> Some e)
    t.table None

(* Those that wait, in order, which do so no longer. *)
let take_waiting t (e : entry) =
  let waiting = List.rev e.waiting in
  t.nr_waiting <- t.nr_waiting - List.length waiting;
  e.waiting <- [];
  waiting

let remove t e =
  List.iter Packet.release (take_waiting t e);
  Address.Table.remove t.table e.address

let make_room t =
  if count t >= limit then Option.iter (remove t) (worst t)

let insert t address =
  make_room t;
  let e = { address; state = Incomplete; mac = ""; at = 0; tries = 0; waiting = [] } in
  Address.Table.replace t.table address e;
  e

(* ---- sending ---- *)

let use t e ~now =
  match e.state with
  | Reachable when e.at <= now -> set t e Delay ~until:(now + delay_time)
  | Stale -> set t e Delay ~until:(now + delay_time)
  | _ -> ()

let find t ~now address =
  match Address.Table.find_opt t.table address with
  | None -> ""
  | Some (e : entry) ->
      use t e ~now;
      e.mac

let drop_oldest t e =
  match List.rev e.waiting with
  | oldest :: rest ->
      Packet.release oldest;
      t.nr_waiting <- t.nr_waiting - 1;
      e.waiting <- List.rev rest
  | [] -> ()

(* Who waits holds a buffer: there must be others left for neighbours that are known. *)
let queue t e packet =
  if List.length e.waiting >= waiting_limit then drop_oldest t e;
  if t.nr_waiting >= most_waiting then Packet.release packet
  else begin
    e.waiting <- packet :: e.waiting;
    t.nr_waiting <- t.nr_waiting + 1
  end

let wait t ~now address packet =
  match Address.Table.find_opt t.table address with
  | Some e ->
      queue t e packet;
      false
  | None ->
      let e = insert t address in
      e.tries <- 1;
      set t e Incomplete ~until:(now + second);
      queue t e packet;
      true

(* ---- hearing ---- *)

type heard = { mac : string; solicited : bool; override : bool }

let confirm t e ~now =
  e.tries <- 0;
  set t e Reachable ~until:(now + reachable_time)

let send_waiting t (e : entry) ~send =
  List.iter (fun packet -> send packet e.mac) (take_waiting t e)

let learn t (e : entry) ~now heard =
  let is_other = e.mac <> heard.mac in
  e.mac <- heard.mac;
  if heard.solicited then confirm t e ~now
  else if is_other || e.state = Incomplete then set t e Stale ~until:now

(* RFC 4861 7.2.5: another MAC address without override makes one that was good doubtful. *)
let update t (e : entry) ~now heard =
  if e.state = Incomplete || heard.override || e.mac = heard.mac then learn t e ~now heard
  else if e.state = Reachable then set t e Stale ~until:now

let heard t ~now address heard ~create ~send =
  match Address.Table.find_opt t.table address with
  | Some (e : entry) ->
      update t e ~now heard;
      if e.mac <> "" then send_waiting t e ~send
  | None -> if create then update t (insert t address) ~now heard

let confirmed t ~now address =
  match Address.Table.find_opt t.table address with
  | Some e when e.state <> Incomplete -> confirm t e ~now
  | _ -> ()

(* ---- time ---- *)

let ask_again t (e : entry) ~now ~ask ~lost =
  if e.tries >= tries then begin
    List.iter lost (take_waiting t e);
    remove t e
  end
  else begin
    e.tries <- e.tries + 1;
    set t e e.state ~until:(now + second);
    ask e.address ~mac:e.mac
  end

let expire_one t ~now ~ask ~lost e =
  if e.at > now then set t e e.state ~until:e.at
  else
    match e.state with
    | Incomplete | Probe -> ask_again t e ~now ~ask ~lost
    | Delay ->
        e.state <- Probe;
        e.tries <- 0;
        ask_again t e ~now ~ask ~lost
    | Reachable | Stale -> ()

let expire t ~now ~ask ~lost =
  if t.deadline <= now then begin
    t.deadline <- max_int;
    let entries = Address.Table.fold (fun _ e found -> e :: found) t.table [] in
    List.iter (expire_one t ~now ~ask ~lost) entries
  end

let clear t = Address.Table.fold (fun _ e found -> e :: found) t.table [] |> List.iter (remove t)
