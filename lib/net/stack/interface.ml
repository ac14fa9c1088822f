type address_state = Tentative | Preferred | Deprecated

type own = {
  address : Address.t;
  bits : int;
  mutable state : address_state;
  mutable preferred_until : int;
  mutable valid_until : int;
  mutable asked_at : int;
}

type counts = {
  mutable received : int;
  mutable sent : int;
  mutable malformed : int;
  mutable foreign : int;
  mutable no_buffer : int;
  mutable no_route : int;
  mutable unanswered : int;
  mutable limited : int;
}

type t = {
  link : Link.t;
  clock : unit -> int;
  random : unit -> int;
  mutable own : own list;
  neighbours : Neighbours.t;
  routes : Routes.t;
  paths : Path_mtu.t;
  fragments : Reassembly.t;
  local : (int * Packet.t) Queue.t;
  errors : Rate.t;
  echoes : Rate.t;
  counts : counts;
  mutable hop_limit : int;
  mutable dad_failed : int;
  mutable on_servers : (Address.t * int) list -> unit;
}

let most_local = 256
let most_own = 16

let no_counts () =
  {
    received = 0;
    sent = 0;
    malformed = 0;
    foreign = 0;
    no_buffer = 0;
    no_route = 0;
    unanswered = 0;
    limited = 0;
  }

let create link ~clock ~random =
  {
    link;
    clock;
    random;
    own = [];
    neighbours = Neighbours.create ();
    routes = Routes.create ();
    paths = Path_mtu.create ();
    fragments = Reassembly.create ();
    local = Queue.create ();
    errors = Rate.create ~per_second:100;
    echoes = Rate.create ~per_second:1000;
    counts = no_counts ();
    hop_limit = 64;
    dad_failed = 0;
    on_servers = ignore;
  }

(* ---- whose address ---- *)

let rec find_in own address =
  match own with
  | [] -> None
  | o :: rest -> if Address.equal o.address address then Some o else find_in rest address

let find t address = find_in t.own address

let has t address =
  match find t address with Some o -> o.state <> Tentative | None -> Address.is_loopback address

(* The last address of a network. *)
let is_last_of o address =
  Address.is_v4 o.address && o.bits < 31
  && Routes.contains ~prefix:o.address ~bits:o.bits address
  &&
  let n = String.get_int32_be (Address.to_octets address) 0 in
  Int32.logand (Int32.lognot n) (Int32.shift_right_logical (-1l) o.bits) = 0l

let is_broadcast t address =
  Address.equal address Address.broadcast4 || List.exists (fun o -> is_last_of o address) t.own

let is_our_group t address =
  Address.equal address Address.all_nodes6
  || Address.equal address (Address.v4 224 0 0 1)
  || Address.is_v6 address
     && List.exists
          (fun o ->
            Address.is_v6 o.address && Address.equal (Address.solicited_node o.address) address)
          t.own

let takes t address =
  has t address
  || if Address.is_multicast address then is_our_group t address else is_broadcast t address

(* ---- our addresses ---- *)

let remove t address =
  (match find t address with
  | Some o -> Routes.remove t.routes ~prefix:o.address ~bits:o.bits
  | None -> ());
  t.own <- List.filter (fun o -> not (Address.equal o.address address)) t.own

let add t o =
  if List.length t.own < most_own then begin
    remove t o.address;
    t.own <- o :: t.own;
    let route = { Routes.prefix = o.address; bits = o.bits; via = None; expires = max_int } in
    ignore (Routes.add t.routes route : bool)
  end

(* ---- which to speak from ---- *)

let scope address = if Address.is_link_local address then 0 else 1

let rec common a b i =
  if i = String.length a then 8 * i
  else
    let x = Char.code a.[i] lxor Char.code b.[i] in
    let rec zeros n = if n = 8 || x lsr (7 - n) <> 0 then n else zeros (n + 1) in
    if x = 0 then common a b (i + 1) else (8 * i) + zeros 0

let merit destination o =
  let wanted = if Address.is_multicast destination then scope o.address else scope destination in
  let fits = if scope o.address = wanted then 1 else 0 in
  let preferred = if o.state = Preferred then 1 else 0 in
  (fits, preferred, common (Address.to_octets destination) (Address.to_octets o.address) 0)

let better destination found o =
  if o.state = Tentative || Address.is_v4 o.address <> Address.is_v4 destination then found
  else
    match found with
    | Some f when merit destination f >= merit destination o -> found
    | _ -> Some o

let source_for t destination =
  if has t destination then Some destination
  else
    let best = List.fold_left (better destination) None t.own in
    Option.map (fun o -> o.address) best
