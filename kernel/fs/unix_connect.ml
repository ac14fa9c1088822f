open Unix_end

let locked t act = Sync.Lock.protect t.lock act
let check holds errno = if holds then Ok () else Error errno
let ( let* ) = Result.bind

let join a b =
  let tie t other =
    Atomic.set t.peer (Some other);
    Atomic.set t.peer_credentials other.owner;
    Atomic.set t.state Connected
  in
  tie a b;
  tie b a

(* ---- streams ---- *)

(* The other end of the new connection, which has the listener's name. *)
let arrival t listener credentials =
  let fresh = create t.kind listener.owner in
  Atomic.set fresh.peer (Some t);
  Atomic.set fresh.peer_credentials credentials;
  Atomic.set fresh.state Connected;
  Atomic.set fresh.name (Atomic.get listener.name);
  fresh

let own_state_allows t =
  match Atomic.get t.state with
  | Closed -> Ok ()
  | Connected -> Error Errno.EISCONN
  | Listening -> Error EINVAL

let knock t listener credentials () =
  let listens = Atomic.get listener.state = Listening && not (is_shut listener shut_read) in
  let* () = check listens Errno.ECONNREFUSED in
  let* () = check (not (is_full listener)) Errno.EAGAIN in
  let* () = own_state_allows t in
  let fresh = arrival t listener credentials in
  let* () = check (Atomic.compare_and_set t.state Closed Connected) Errno.EINVAL in
  Atomic.set t.peer (Some fresh);
  Atomic.set t.peer_credentials (Atomic.get listener.peer_credentials);
  Queue.push fresh listener.arrivals;
  Atomic.incr listener.queued;
  Ok ()

(* ---- datagrams ---- *)

let drop_all t =
  let messages =
    locked t (fun () ->
        let messages = List.of_seq (Queue.to_seq t.messages) in
        Queue.clear t.messages;
        Atomic.set t.queued 0;
        messages)
  in
  List.iter uncharge messages;
  List.iter (fun message -> Unix_flight.release (Unix_flight.land_ message)) messages;
  messages <> []

(* From the peer that it had: what that has sent is lost, and it learns so. *)
let part t old =
  if drop_all t then begin
    Watch.ring t.drained Readiness.all;
    if is_peer t ~of_:old && not (Atomic.get old.dead) then begin
      Atomic.set old.error (Some ECONNRESET);
      Watch.ring old.watch Readiness.error
    end
  end

let set_peer t other =
  let old = Atomic.exchange t.peer other in
  let relay other =
    let watcher = Watch.add other.drained (fun _ -> Watch.ring t.watch Readiness.writable) in
    fun () -> Watch.remove other.drained watcher
  in
  let no_relay = Option.fold other ~none:ignore ~some:relay in
  (Atomic.exchange t.no_relay no_relay) ();
  match (old, other) with
  | Some old, Some other when old == other -> ()
  | Some old, _ -> part t old
  | None, _ -> ()

let lose t other = if is_peer other ~of_:t then set_peer t None

let connect_datagram t other =
  let free = Option.is_none (Atomic.get other.peer) || is_peer t ~of_:other in
  let* () = check free Errno.EPERM in
  let* () = check (not (Atomic.get other.dead)) Errno.ECONNREFUSED in
  Ok (set_peer t (Some other))

let disconnect t = if t.kind = Datagram then Ok (set_peer t None) else Error Errno.EINVAL

let connect t other credentials =
  if t.kind = Datagram then connect_datagram t other
  else
    let* () = locked other (knock t other credentials) in
    Ok (Watch.ring other.watch told)

(* ---- who listens ---- *)

let listen t credentials ~most =
  let* () = check (t.kind <> Datagram) Errno.EOPNOTSUPP in
  let* () = check (Atomic.get t.name <> "") Errno.EINVAL in
  let* () = check (Atomic.get t.state <> Connected) Errno.EINVAL in
  let before = Atomic.exchange t.most_queued most in
  Atomic.set t.peer_credentials credentials;
  Atomic.set t.state Listening;
  if most > before then Watch.ring t.drained Readiness.all;
  Ok ()

let accept t ~waits =
  let* () = check (t.kind <> Datagram) Errno.EOPNOTSUPP in
  let* () = check (Atomic.get t.state = Listening) Errno.EINVAL in
  match locked t (fun () -> Queue.take_opt t.arrivals) with
  | Some fresh ->
      Atomic.decr t.queued;
      Watch.ring t.drained Readiness.all;
      Ok fresh
  | None -> Error (if is_shut t shut_read && waits then Errno.EINVAL else EAGAIN)

(* ---- the end ---- *)

let shutdown t ~read ~write =
  let ways read write = (if read then shut_read else 0) lor if write then shut_write else 0 in
  shut t (ways read write);
  Watch.ring t.watch Readiness.all;
  match Atomic.get t.peer with
  | Some other when t.kind <> Datagram ->
      shut other (ways write read);
      Watch.ring other.watch Readiness.all
  | _ -> ()

let leave_peer t ~unread =
  match Atomic.exchange t.peer None with
  | Some other when t.kind <> Datagram ->
      (* In this order: who sees that it has ended sees why. *)
      if unread then Atomic.set other.error (Some ECONNRESET);
      shut other (shut_read lor shut_write);
      Watch.ring other.watch Readiness.all
  | _ -> ()

(* One empty message does not count. *)
let has_unread t =
  match Queue.peek_opt t.messages with
  | Some first -> first.stop > first.start || Queue.length t.messages > 1
  | None -> false

let rec release t ~accepted =
  (Atomic.exchange t.unbind ignore) ();
  (Atomic.exchange t.no_relay ignore) ();
  let arrivals, unread =
    locked t (fun () ->
        Atomic.set t.dead true;
        Atomic.set t.state Closed;
        let arrivals = List.of_seq (Queue.to_seq t.arrivals) in
        Queue.clear t.arrivals;
        (arrivals, has_unread t))
  in
  shut t (shut_read lor shut_write);
  Watch.ring t.drained Readiness.all;
  leave_peer t ~unread:(unread || not accepted);
  List.iter (release ~accepted:false) arrivals;
  ignore (drop_all t : bool)

let close t =
  Picos.(Fiber.forbid (Fiber.current ())) (fun () ->
      release t ~accepted:true;
      Unix_flight.collect_after_close ())
