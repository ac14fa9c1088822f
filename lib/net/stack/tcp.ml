open Tcp_table

type t = Tcp_table.t
type socket = Tcp_table.socket
type listener = Tcp_table.listener

type error =
  | Refused
  | Reset
  | Timed_out
  | Unreachable
  | Closed
  | In_use
  | No_way of Ip_output.error
  | Too_many

let pp_error ppf error =
  let say = Format.pp_print_string ppf in
  match error with
  | Refused -> say "the connection was refused"
  | Reset -> say "the peer reset the connection"
  | Timed_out -> say "the peer does not answer"
  | Unreachable -> say "the peer cannot be reached"
  | Closed -> say "the connection was closed here"
  | In_use -> say "somebody listens at that port"
  | No_way e -> Ip_output.pp_error ppf e
  | Too_many -> say "there are too many connections"

let locked t fn = Context.locked (context t) fn

let error_of socket =
  match Connection.ending socket.connection with
  | Refused -> Refused
  | Reset -> Reset
  | Timed_out -> Timed_out
  | Unreachable -> Unreachable
  | Unended | Finished | Aborted -> Closed

let is_closed socket = Connection.state socket.connection = Control.Closed
let await t socket is_so = Context.await (context t) socket.changed is_so

(* ---- opening ---- *)

let await_open t socket =
  let is_decided () = Connection.is_established socket.connection || is_closed socket in
  match await t socket is_decided with
  | () -> if Connection.is_established socket.connection then Ok socket else Error (error_of socket)
  | exception exn ->
      Connection.abort socket.connection;
      flush t socket;
      raise exn

let connect t ?config ?source remote ~port =
  locked t (fun () ->
      match Tcp_opening.connect t ?config ?source remote ~port with
      | Ok socket -> await_open t socket
      | Error (No_route e) -> Error (No_way e)
      | Error (No_port | Too_many) -> Error Too_many)

let listen t ?address ?config ?(backlog = 128) ~port () =
  locked t (fun () ->
      Option.to_result ~none:In_use (Tcp_opening.listen t ?address ?config ~port ~backlog ()))

let accept t (l : listener) =
  locked t (fun () ->
      Context.await (context t) l.arrived (fun () -> not (Queue.is_empty l.accepted && l.is_open));
      Option.to_result ~none:Closed (Queue.take_opt l.accepted))

let stop t l = locked t (fun () -> Tcp_opening.unlisten t l)

(* ---- speaking ---- *)

let is_readable socket () =
  Connection.readable socket.connection > 0 || Connection.at_end socket.connection

(* What is to be read is read, however the connection ended. *)
let ended socket =
  match Connection.ending socket.connection with
  | Reset | Timed_out | Aborted | Unreachable | Refused -> Error (error_of socket)
  | Unended | Finished -> Ok ()

let read t socket bytes at length =
  locked t (fun () ->
      if length > 0 then await t socket (is_readable socket);
      let n = Connection.read socket.connection bytes at length in
      if n > 0 then flush t socket;
      if n > 0 || length = 0 then Ok n else Result.map (fun () -> 0) (ended socket))

let read_packet t socket =
  locked t (fun () ->
      await t socket (is_readable socket);
      match Connection.take socket.connection with
      | None -> Result.map (fun () -> None) (ended socket)
      | some ->
          flush t socket;
          Ok some)

let can_write t socket = room_to_write t socket > 0

let will_never_write socket =
  is_closed socket || socket.connection.Control.is_closing || socket.connection.is_orphan

let rec write_all t socket bytes at length =
  if length = 0 then Ok ()
  else begin
    await t socket (fun () -> can_write t socket || will_never_write socket);
    if will_never_write socket then Error (error_of socket)
    else begin
      let most = Int.min length (room_to_write t socket) in
      let n = Connection.write socket.connection bytes at most in
      flush t socket;
      write_all t socket bytes (at + n) (length - n)
    end
  end

let write t socket bytes at length =
  if at < 0 || length < 0 || at > Bytes.length bytes - length then invalid_arg "Tcp.write";
  locked t (fun () -> write_all t socket bytes at length)

let ending t socket fn =
  locked t (fun () ->
      fn socket.connection;
      flush t socket)

let close t socket = ending t socket Connection.close
let leave t socket = ending t socket Connection.leave
let abort t socket = ending t socket Connection.abort

(* ---- without waiting ---- *)

let watch t (socket : socket) fn = locked t (fun () -> socket.watch <- fn)
let is_readable socket = is_readable socket ()
let is_writable t socket = can_write t socket || will_never_write socket
let watch_arrivals t (l : listener) fn = locked t (fun () -> l.watch_arrivals <- fn)
let is_acceptable (l : listener) = (not l.is_open) || not (Queue.is_empty l.accepted)

(* ---- about it ---- *)

let connection socket = socket.connection
let local socket = (socket.local, socket.connection.source_port)
let remote socket = (socket.remote, socket.connection.destination_port)
let local_port (l : listener) = l.port
