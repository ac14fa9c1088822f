open Unix_end

let ( let* ) = Result.bind
let check holds errno = if holds then Ok () else Error errno

(* Puts the message in, unless that says why not. *)
let deliver other message ~refused =
  let put () =
    Sync.Lock.protect other.lock (fun () ->
        let* () = refused () in
        Queue.push message other.messages;
        Atomic.incr other.queued;
        Ok (charge message))
  in
  let* () = Unix_flight.launch message put in
  Ok (Watch.ring other.watch told)

let message t (data, stop) ~rights credentials =
  { data; start = 0; stop; rights; credentials; from = t; cost = cost stop }

let no_error t = match take_error t with None -> Ok () | Some errno -> Error errno

let room t =
  let* () = check (there_is_memory ()) Errno.ENOBUFS in
  check (has_room t) Errno.EAGAIN

let most_files = 253

(* The next bytes in a message's memory, and how many they are. *)
let taken transfer length =
  let* data = Pages.take_for length in
  let* moved = Transfer.take transfer data 0 length in
  Ok (data, moved)

(* ---- streams ---- *)

let most_at_once = Pages.size

let stream_refuses other () =
  check (not (Atomic.get other.dead || is_shut other shut_read)) Errno.EPIPE

let rec stream_rest t other ~rights credentials transfer sent =
  if Transfer.length transfer = 0 then Ok sent
  else
    match stream_part t other ~rights credentials transfer with
    | Ok part -> stream_rest t other ~rights:[] credentials transfer (sent + part)
    | Error _ when sent > 0 -> Ok sent
    | Error _ as error -> error

and stream_part t other ~rights credentials transfer =
  let* () = no_error t in
  let* () = check (not (is_shut t shut_write)) Errno.EPIPE in
  let* () = room t in
  let* data = taken transfer (Int.min most_at_once (Transfer.length transfer)) in
  let* () = deliver other (message t data ~rights credentials) ~refused:(stream_refuses other) in
  Ok (snd data)

let stream t ~target ~rights credentials transfer () =
  let connected = Atomic.get t.state = Connected in
  let* () = check (Option.is_none target) (if connected then Errno.EISCONN else EOPNOTSUPP) in
  let* other = Option.to_result (Atomic.get t.peer) ~none:Errno.ENOTCONN in
  let* () = check (not (is_shut t shut_write)) Errno.EPIPE in
  stream_rest t other ~rights credentials transfer 0

(* ---- whole messages ---- *)

let may_send t other = Option.is_none (Atomic.get other.peer) || is_peer t ~of_:other

let whole_refuses t other () =
  let* () = check (may_send t other) Errno.EPERM in
  let gone = if t.kind = Seqpacket then Errno.EPIPE else ECONNREFUSED in
  let* () = check (not (Atomic.get other.dead)) gone in
  let* () = check (not (is_shut other shut_read)) Errno.EPIPE in
  check (not (blocked_by t other)) Errno.EAGAIN

let receiver t target =
  match target with
  | Some found when t.kind = Datagram -> found
  | _ -> Option.to_result (Atomic.get t.peer) ~none:Errno.ENOTCONN

let seqpacket_connected t =
  if t.kind <> Seqpacket then Ok ()
  else
    let* () = no_error t in
    check (Atomic.get t.state = Connected) Errno.ENOTCONN

(* The bytes are taken once, when nothing speaks against it, and kept for the next attempt. *)
let prepared t cell transfer =
  match !cell with
  | Some data -> Ok data
  | None ->
      let* () = no_error t in
      let* () = check (not (is_shut t shut_write)) Errno.EPIPE in
      let* () = room t in
      let wanted = Transfer.length transfer in
      let* data = taken transfer wanted in
      let* () = check (snd data = wanted) Errno.EFAULT in
      cell := Some data;
      Ok data

let whole t ~target ~rights credentials transfer =
  let cell = ref None in
  fun () ->
    let* () = seqpacket_connected t in
    let* () = check (Transfer.length transfer <= Atomic.get t.send_room - 32) Errno.EMSGSIZE in
    let* data = prepared t cell transfer in
    let* other = receiver t target in
    let message = message t data ~rights credentials in
    match deliver other message ~refused:(whole_refuses t other) with
    | Ok () -> Ok message.stop
    | Error errno ->
        if errno = ECONNREFUSED then Unix_connect.lose t other;
        Error errno

let attempt t ~target ~rights credentials transfer =
  if List.length rights > most_files then fun () -> Error Errno.EINVAL
  else
    match t.kind with
    | Stream -> stream t ~target ~rights credentials transfer
    | Datagram | Seqpacket -> whole t ~target ~rights credentials transfer
