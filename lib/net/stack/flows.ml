type 'a chain =
  | End
  | Flow of {
      hash : int;
      local : Address.t;
      remote : Address.t;
      ports : int;
      value : 'a option;  (** as it is given out *)
      mutable next : 'a chain;
    }

type 'a t = { key : Flow_hash.t; mutable chains : 'a chain array; mutable count : int }

let create key = { key; chains = Array.make 64 End; count = 0 }
let count t = t.count
let ports ~local_port ~remote_port = (local_port lsl 16) lor remote_port
let place t hash = hash land (Array.length t.chains - 1)

let rec find_in chain ~hash ~local ~remote ~ports =
  match chain with
  | End -> None
  | Flow f ->
      let is_it =
        f.hash = hash && f.ports = ports
        && Address.equal f.remote remote
        && Address.equal f.local local
      in
      if is_it then f.value else find_in f.next ~hash ~local ~remote ~ports

let find t ~local ~remote ~local_port ~remote_port =
  let hash = Flow_hash.hash t.key ~local ~remote ~local_port ~remote_port in
  find_in t.chains.(place t hash) ~hash ~local ~remote ~ports:(ports ~local_port ~remote_port)

let rec iter_chain fn = function
  | End -> ()
  | Flow { value; next; _ } ->
      Option.iter fn value;
      iter_chain fn next

let iter fn t = Array.iter (iter_chain fn) t.chains

let rec move t = function
  | End -> ()
  | Flow f as flow ->
      let next = f.next and at = place t f.hash in
      f.next <- t.chains.(at);
      t.chains.(at) <- flow;
      move t next

let grow t =
  let old = t.chains in
  t.chains <- Array.make (2 * Array.length old) End;
  Array.iter (move t) old

let add t ~local ~remote ~local_port ~remote_port value =
  if t.count >= Array.length t.chains then grow t;
  let hash = Flow_hash.hash t.key ~local ~remote ~local_port ~remote_port in
  let at = place t hash in
  let ports = ports ~local_port ~remote_port in
  t.chains.(at) <- Flow { hash; local; remote; ports; value = Some value; next = t.chains.(at) };
  t.count <- t.count + 1

let rec without t chain ~is_it =
  match chain with
  | End -> End
  | Flow f when is_it f.ports f.local f.remote ->
      t.count <- t.count - 1;
      f.next
  | Flow f ->
      f.next <- without t f.next ~is_it;
      chain

let remove t ~local ~remote ~local_port ~remote_port =
  let wanted = ports ~local_port ~remote_port in
  let is_it ports l r = ports = wanted && Address.equal l local && Address.equal r remote in
  let at = place t (Flow_hash.hash t.key ~local ~remote ~local_port ~remote_port) in
  t.chains.(at) <- without t t.chains.(at) ~is_it
