type error = No_such_name | No_addresses | No_server | No_answer | Failed of int | Bad_name

let pp_error ppf error =
  let say format = Format.fprintf ppf format in
  match error with
  | No_such_name -> say "there is no such name"
  | No_addresses -> say "the name has no such address"
  | No_server -> say "no DNS server is known"
  | No_answer -> say "no DNS server answers"
  | Failed code -> say "the DNS server could not do it (%d)" code
  | Bad_name -> say "that is no name"

type t = { stack : Stack.t; cache : Dns_cache.t; mutable servers : Address.t list }

let create stack = { stack; cache = Dns_cache.create (); servers = [] }
let set_servers t servers = t.servers <- servers
let servers t = t.servers
let cache t = t.cache
let now t = (Stack.interface t.stack).clock ()
let port = 53
let patience = 2_000_000_000
let rounds = 3

type question = { name : Dns_name.t; kind : Dns_message.kind; id : int }

let is_answer q (a : Dns_message.answer) =
  a.id = q.id
  &&
  match a.question with
  | Some (name, kind) -> Dns_name.equal name q.name && kind = q.kind
  | None -> false

let read q packet =
  let memory = Packet.memory packet and at = Packet.start packet in
  match Dns_message.read memory ~at ~length:(Packet.length packet) with
  | Ok a when is_answer q a -> Some a
  | _ -> None

(* ---- by UDP ---- *)

let rec await t socket q ~until =
  match Udp_socket.receive_packet ~until (Stack.udp t.stack) socket with
  | Error _ -> None
  | Ok (packet, _, _) -> (
      let answer = read q packet in
      Packet.release packet;
      match answer with None -> await t socket q ~until | found -> found)

let by_udp t q server =
  let udp = Stack.udp t.stack in
  match Udp_socket.bind udp ~port:0 () with
  | Error _ -> None
  | Ok socket ->
      let ask () =
        Udp_socket.connect udp socket server ~port;
        let text = Bytes.of_string (Dns_message.query ~id:q.id q.name q.kind) in
        match Udp_socket.send udp socket server ~port text 0 (Bytes.length text) with
        | Ok () -> await t socket q ~until:(now t + patience)
        | Error _ -> None
      in
      Fun.protect ~finally:(fun () -> Udp_socket.close udp socket) ask

(* ---- by TCP: each message after its length ---- *)

let rec read_exactly tcp socket bytes at =
  if at = Bytes.length bytes then true
  else
    match Tcp.read tcp socket bytes at (Bytes.length bytes - at) with
    | Ok n when n > 0 -> read_exactly tcp socket bytes (at + n)
    | _ -> false

let read_message q tcp socket =
  let size = Bytes.create 2 in
  if not (read_exactly tcp socket size 0) then None
  else
    let bytes = Bytes.create (Bytes.get_uint16_be size 0) in
    if not (read_exactly tcp socket bytes 0) then None
    else
      let memory = Octets.of_string (Bytes.unsafe_to_string bytes) in
      match Dns_message.read memory ~at:0 ~length:(Bytes.length bytes) with
      | Ok a when is_answer q a -> Some a
      | _ -> None

let by_tcp t q server =
  let tcp = Stack.tcp t.stack in
  let config = { Control.default with syn_attempts = 2; attempts = 4 } in
  match Tcp.connect tcp ~config server ~port with
  | Error _ -> None
  | Ok socket ->
      let text = Dns_message.query ~id:q.id q.name q.kind in
      let bytes = Bytes.create (2 + String.length text) in
      Bytes.set_uint16_be bytes 0 (String.length text);
      Bytes.blit_string text 0 bytes 2 (String.length text);
      let ask () =
        match Tcp.write tcp socket bytes 0 (Bytes.length bytes) with
        | Ok () -> read_message q tcp socket
        | Error _ -> None
      in
      Fun.protect ~finally:(fun () -> Tcp.leave tcp socket) ask

(* ---- what an answer says ---- *)

(* Aliases are followed within one answer, eight of them at most. *)
let rec follow (records : Dns_message.record list) name ~lives ~left =
  let of_name = List.filter (fun (r : Dns_message.record) -> Dns_name.equal r.name name) records in
  let address (r : Dns_message.record) = match r.data with Address a -> Some a | _ -> None in
  let alias (r : Dns_message.record) = match r.data with Alias n -> Some n | _ -> None in
  let addresses = List.filter_map address of_name in
  let lives = List.fold_left (fun n (r : Dns_message.record) -> Int.min n r.lives) lives of_name in
  if addresses <> [] || left = 0 then (addresses, lives)
  else
    match List.find_map alias of_name with
    | Some next -> follow records next ~lives ~left:(left - 1)
    | None -> ([], lives)

let absent (records : Dns_message.record list) =
  let seconds (r : Dns_message.record) = match r.data with Authority s -> Some s | _ -> None in
  Option.value (List.find_map seconds records) ~default:0

let understand t q (a : Dns_message.answer) =
  let addresses, lives = follow a.records q.name ~lives:86_400 ~left:8 in
  let fits address = Address.is_v4 address = (q.kind = A) in
  let keep addresses seconds =
    Dns_cache.add t.cache ~now:(now t) q.name q.kind addresses ~seconds
  in
  match (a.code, List.filter fits addresses) with
  | 0, (_ :: _ as addresses) ->
      keep addresses lives;
      Ok addresses
  | 0, [] ->
      keep [] (absent a.records);
      Error No_addresses
  | 3, _ ->
      keep [] (absent a.records);
      Error No_such_name
  | code, _ -> Error (Failed code)

(* ---- asking ---- *)

let ask t q server =
  match by_udp t q server with
  | Some { is_cut = true; _ } -> by_tcp t q server
  | answer -> answer

let rec ask_all t q servers ~left ~worst =
  match servers with
  | [] when left = 0 -> worst
  | [] -> ask_all t q t.servers ~left:(left - 1) ~worst
  | server :: rest -> (
      match Option.map (understand t q) (ask t q server) with
      | None -> ask_all t q rest ~left ~worst
      | Some (Error (Failed _) as failed) -> ask_all t q rest ~left ~worst:failed
      | Some result -> result)

let resolve t name kind =
  match Dns_cache.find t.cache ~now:(now t) name kind with
  | Some [] -> Error No_addresses
  | Some addresses -> Ok addresses
  | None when t.servers = [] -> Error No_server
  | None ->
      let id = (Stack.interface t.stack).random () land 0xffff in
      ask_all t { name; kind; id } t.servers ~left:(rounds - 1) ~worst:(Error No_answer)

let lookup t kind text =
  match Address.of_string text with
  | Some address when Address.is_v4 address = (kind = Dns_message.A) -> Ok [ address ]
  | Some _ -> Error No_addresses
  | None -> (
      match Dns_name.of_string text with
      | None -> Error Bad_name
      | Some name -> resolve t name kind)
