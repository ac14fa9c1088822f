open Fs
open Call

let local_domain = 1
let domains = 46
let kind_mask = 0xf
let kinds = 11
let flags_known = 0o2004000

let using thread f =
  File_argument.using thread (fun file -> Result.bind (Sockets.of_file file) f)

(* ---- making ---- *)

let kind_of = function
  | 1 -> Ok Unix_socket.Stream
  | 2 | 3 -> Ok Unix_socket.Datagram
  | 5 -> Ok Unix_socket.Seqpacket
  | _ -> Error Errno.ESOCKTNOSUPPORT

let wanted thread =
  let domain = int thread 0 and kind = int thread 1 and protocol = int thread 2 in
  let* () = check (kind land lnot (kind_mask lor flags_known) = 0) Errno.EINVAL in
  let* () = check (domain >= 0 && domain < domains) Errno.EAFNOSUPPORT in
  let* () = check (kind land kind_mask < kinds) Errno.EINVAL in
  let* () = check (domain = local_domain) Errno.EAFNOSUPPORT in
  let* () = check (protocol = 0 || protocol = local_domain) Errno.EPROTONOSUPPORT in
  kind_of (kind land kind_mask)

let socket thread =
  let* kind = wanted thread in
  Pipe_calls.add thread (int thread 1) (Unix_socket.create kind (Sockets.owner thread))

let socketpair thread =
  let* kind = wanted thread in
  let pair = Unix_socket.pair kind (Sockets.owner thread) in
  let* both = Pipe_calls.add_both thread (int thread 1) pair in
  Pipe_calls.tell_both thread (arg thread 3) both

(* ---- coming together ---- *)

let address thread = Socket_address.get thread ~at:(arg thread 1) ~length:(int thread 2)

let bind thread =
  File_argument.using thread @@ fun file ->
  let* socket = Sockets.of_file file in
  let* address = address thread in
  done_ (Socket_address.bind thread file socket address)

let most_backlog = 4096

let listen thread =
  using thread @@ fun socket ->
  let backlog = int thread 1 in
  let most = if backlog < 0 then most_backlog else min backlog most_backlog in
  done_ (Unix_socket.listen socket (Sockets.owner thread) ~most)

let reach thread socket (address : Socket_address.t) =
  let is_name = match address with Abstract _ | Path _ -> true | _ -> false in
  let* () = check is_name Errno.EINVAL in
  let* () = Sockets.named socket in
  Socket_address.found thread address

let connect thread =
  using thread @@ fun socket ->
  let* address = address thread in
  if address = Unspecified then done_ (Unix_socket.disconnect socket)
  else
    let* place = reach thread socket address in
    Unix_socket.connect socket (Sockets.owner thread) place (Signals.patience thread)
    |> Sockets.limited thread (Unix_socket.send_timeout socket)
    |> done_

let tell_peer thread socket =
  let* name = Unix_socket.peer_name socket in
  Socket_address.put thread ~at:(arg thread 1) ~length_at:(arg thread 2) name

let accept_with thread ~flags =
  File_argument.using thread @@ fun file ->
  let* () = check (flags land lnot flags_known = 0) Errno.EINVAL in
  let* socket = Sockets.of_file file in
  (* Who can't be given a descriptor is left waiting. *)
  let* () = check (not (Descriptors.is_full (files thread))) Errno.EMFILE in
  let* file =
    Unix_socket.accept socket (Signals.patience thread)
    |> Sockets.limited thread (Unix_socket.receive_timeout socket)
  in
  (* Who has gone meanwhile has no name. *)
  let fresh = Result.get_ok (Sockets.of_file file) in
  match tell_peer thread fresh with
  | Error (EFAULT | EINVAL) as error ->
      File.release file;
      Result.map (fun () -> 0) error
  | _ -> Pipe_calls.add thread flags file

let own_name thread =
  using thread @@ fun socket ->
  let name = Unix_socket.own_name socket in
  let* () = check (arg thread 1 <> 0) Errno.EFAULT in
  done_ (Socket_address.put thread ~at:(arg thread 1) ~length_at:(arg thread 2) name)

let peer_name thread =
  using thread @@ fun socket ->
  let* name = Unix_socket.peer_name socket in
  let* () = check (arg thread 1 <> 0) Errno.EFAULT in
  done_ (Socket_address.put thread ~at:(arg thread 1) ~length_at:(arg thread 2) name)

let shutdown thread =
  using thread @@ fun socket ->
  let how = int thread 1 in
  let* () = check (how >= 0 && how <= 2) Errno.EINVAL in
  Unix_socket.shutdown socket ~read:(how <> 1) ~write:(how <> 0);
  Ok 0

(* ---- messages ---- *)

let flag_out_of_band = 0x1
let flag_peek = 0x2
let flag_truncated = 0x20
let flag_at_once = 0x40
let flag_all = 0x100
let flag_no_signal = 0x4000
let flag_for_one = 0x10000
let flag_close_on_exec = 0x40000000

let patience thread flags =
  if flags land flag_at_once <> 0 then Patience.none else Signals.patience thread

let target thread socket ~at ~length =
  let* address = Socket_address.get thread ~at ~length in
  Result.map Option.some (reach thread socket address)

let send thread socket ~flags ?target ?rights who transfer =
  let* () = check (flags land flag_out_of_band = 0) Errno.EOPNOTSUPP in
  let silent = flags land flag_no_signal <> 0 in
  Sockets.send thread socket ?target ?rights ~silent who (patience thread flags) transfer

(* A stream refuses targets before they are looked for, and packets in sequence have none. *)
let target_of thread socket ~at ~length =
  if at = 0 || length = 0 then Ok None
  else
    let* () = check (length > 0 && length <= Socket_address.longest) Errno.EINVAL in
    let* _ = User_memory.read (memory thread) ~at length in
    match Unix_socket.kind socket with
    | Datagram -> target thread socket ~at ~length
    | Stream -> Ok (Some Unix_socket.Automatic)
    | Seqpacket -> Ok None

let sendto thread =
  using thread @@ fun socket ->
  let* target = target_of thread socket ~at:(arg thread 4) ~length:(int thread 5) in
  let transfer = File_argument.buffer thread 1 in
  send thread socket ~flags:(int thread 3) ?target (Sockets.sender thread) transfer

let sendmsg_at thread socket ~flags at =
  let* message = Socket_message.get thread at in
  let length = min message.name_length Socket_address.longest in
  Socket_message.with_ancillary thread message @@ fun { rights; credentials } ->
  let* target = target_of thread socket ~at:message.name_at ~length in
  send thread socket ~flags ?target ~rights credentials message.data

let receive thread socket ~flags transfer =
  let peek = flags land flag_peek <> 0 and all = flags land flag_all <> 0 in
  let* () = check (flags land flag_out_of_band = 0) Errno.EOPNOTSUPP in
  Unix_socket.receive socket ~peek ~all (patience thread flags) transfer
  |> Sockets.limited thread (Unix_socket.receive_timeout socket)

(* How much came, or would have, for who asks so. *)
let count socket flags (received : Unix_socket.received) =
  let whole = flags land flag_truncated <> 0 && Unix_socket.kind socket <> Stream in
  if whole then received.length else received.count

let recvfrom thread =
  using thread @@ fun socket ->
  let flags = int thread 3 and at = arg thread 4 and length_at = arg thread 5 in
  let transfer = File_argument.buffer thread 1 in
  let* received = receive thread socket ~flags transfer in
  Unix_flight.release received.rights;
  let tell () =
    let* room = User_memory.get32 (memory thread) length_at in
    let name = Option.value received.from ~default:"" in
    let* length = Socket_address.put_sender thread ~at ~room name in
    User_memory.set32 (memory thread) length_at length
  in
  let* () = if at = 0 then Ok () else tell () in
  Ok (count socket flags received)

let recvmsg_at thread socket ~flags at =
  let* message = Socket_message.get thread at in
  let* received = receive thread socket ~flags message.data in
  let close_on_exec = flags land flag_close_on_exec <> 0 in
  let kept = flags land flag_close_on_exec in
  let* () = Socket_message.put thread ~at message socket ~close_on_exec ~flags:kept received in
  Ok (count socket flags received)

let sendmsg thread =
  using thread (fun socket -> sendmsg_at thread socket ~flags:(int thread 2) (arg thread 1))

let recvmsg thread =
  using thread (fun socket -> recvmsg_at thread socket ~flags:(int thread 2) (arg thread 1))

(* ---- several messages: struct mmsghdr is a msghdr and four bytes of its count ---- *)

let each_bytes = Socket_message.bytes + 8
let most_messages = 1024

(* Until one fails, which is told when it is the first, or it does not go on. Others get their turn
   now and then. *)
let several thread ~goes_on one =
  let most = min most_messages (int thread 2 land 0xffffffff) in
  let rec go done_ =
    if done_ land 15 = 15 then Picos.Fiber.yield ();
    if done_ = most || (done_ > 0 && not (goes_on ())) then Ok done_
    else
      let at = arg thread 1 + (each_bytes * done_) in
      let moved =
        let* n = one ~is_first:(done_ = 0) at in
        User_memory.set32 (memory thread) (at + Socket_message.bytes) n
      in
      match moved with
      | Ok () -> go (done_ + 1)
      | Error error -> if done_ > 0 then Ok done_ else Error error
  in
  go 0

let sendmmsg thread =
  using thread @@ fun socket ->
  several thread
    ~goes_on:(fun () -> true)
    (fun ~is_first:_ at -> sendmsg_at thread socket ~flags:(int thread 3) at)

let no_error socket =
  match Unix_socket.take_error socket with None -> Ok () | Some errno -> Error errno

(* As Linux does, the time is looked at between messages alone. *)
let recvmmsg thread =
  using thread @@ fun socket ->
  let flags = int thread 3 and timeout_at = arg thread 4 in
  let* timeout = get_time_option (memory thread) timeout_at in
  let* () = no_error socket in
  let began = Hal.Machine.uptime_ns () in
  let left ns = max 0 (ns - (Hal.Machine.uptime_ns () - began)) in
  let goes_on () = Option.fold timeout ~none:true ~some:(fun ns -> left ns > 0) in
  let one ~is_first at =
    let at_once = (not is_first) && flags land flag_for_one <> 0 in
    recvmsg_at thread socket ~flags:(flags lor if at_once then flag_at_once else 0) at
  in
  let* count = several thread ~goes_on one in
  match timeout with
  | Some ns when count > 0 ->
      Result.map (fun () -> count) (put_time (memory thread) timeout_at (left ns))
  | _ -> Ok count

let all =
  [
    make "socket" socket;
    make "socketpair" socketpair;
    make "bind" bind;
    make "listen" listen;
    make "connect" ~restart:With_flag connect;
    make "accept" ~restart:With_flag (accept_with ~flags:0);
    make "accept4" ~restart:With_flag (fun thread -> accept_with thread ~flags:(int thread 3));
    make "getsockname" own_name;
    make "getpeername" peer_name;
    make "shutdown" shutdown;
    make "sendto" ~restart:With_flag sendto;
    make "recvfrom" ~restart:With_flag recvfrom;
    make "sendmsg" ~restart:With_flag sendmsg;
    make "recvmsg" ~restart:With_flag recvmsg;
    make "sendmmsg" ~restart:With_flag sendmmsg;
    make "recvmmsg" ~restart:With_flag recvmmsg;
    make "getsockopt" (fun thread -> using thread (Socket_options.get thread));
    make "setsockopt" (fun thread -> using thread (Socket_options.set thread));
  ]
