open Sync
open Tcp_table

let listen t ?address ?config ~port ~backlog () =
  if Hashtbl.mem t.listeners port then None
  else begin
    let accepted = Queue.create () and arrived = Lock.Condition.create () in
    let l = { address; port; backlog; config; accepted; arrived; half_open = 0; is_open = true;
        watch_arrivals = ignore } in
    Hashtbl.replace t.listeners port l;
    Some l
  end

let unlisten t (l : listener) =
  if l.is_open then begin
    l.is_open <- false;
    Hashtbl.remove t.listeners l.port;
    Lock.Condition.broadcast l.arrived;
    l.watch_arrivals ();
    let drop socket =
      Connection.abort socket.connection;
      flush t socket
    in
    Queue.iter drop l.accepted;
    Queue.clear l.accepted
  end

type failure = No_route of Ip_output.error | No_port | Too_many

let first_port = 49152
let nr_ports = 65536 - first_port

let rec free_port t ~local ~remote ~remote_port ~offset ~left =
  if left = 0 then None
  else begin
    t.next_port <- t.next_port + 1;
    let local_port = first_port + ((offset + t.next_port) mod nr_ports) in
    match Flows.find t.flows ~local ~remote ~local_port ~remote_port with
    | None when not (Hashtbl.mem t.listeners local_port) -> Some local_port
    | _ -> free_port t ~local ~remote ~remote_port ~offset ~left:(left - 1)
  end

let open_ t config ~local ~remote ~local_port ~remote_port =
  let flow = { Secret.local; remote; local_port; remote_port } in
  let first = Secret.first_sequence t.context.secret ~now:(now t) flow in
  let clock_offset = Secret.clock_offset t.context.secret flow in
  let connection =
    Connection.connect config ~source_port:local_port ~destination_port:remote_port ~first
      ~clock_offset ~now:(now t)
  in
  let socket = add t connection ~local ~remote ~listener:None in
  flush t socket;
  socket

let connect t ?config ?source remote ~port:remote_port =
  let interface = t.context.interface in
  let local = match source with Some _ -> source | None -> Interface.source_for interface remote in
  match local with
  | None -> Error (No_route No_address)
  | Some _ when not (has_room t) -> Error Too_many
  | Some local -> (
      let offset = Secret.port_offset t.context.secret ~local ~remote ~remote_port mod nr_ports in
      match free_port t ~local ~remote ~remote_port ~offset ~left:nr_ports with
      | None -> Error No_port
      | Some local_port ->
          Ok (open_ t (config_for t config remote) ~local ~remote ~local_port ~remote_port))
