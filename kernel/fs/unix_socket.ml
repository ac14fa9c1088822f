open Unix_end

type t = Unix_end.t
type kind = Unix_end.kind = Stream | Datagram | Seqpacket
type credentials = Unix_end.credentials = { pid : int; uid : int; gid : int }

type place = Unix_names.place =
  | Automatic
  | Abstract of string
  | Named of Node.t * string

type File.what += Socket = Unix_end.Socket

type received = Unix_receive.received = {
  count : int;
  length : int;
  from : string option;
  credentials : credentials option;
  rights : File.t list;
}

let ( let* ) = Result.bind

(* ---- waiting ---- *)

let patience t timeout patience =
  if (Atomic.get t.nonblocking) () then Patience.none
  else Patience.at_most ~seconds:(Atomic.get timeout) patience

let anything watch = (watch, Readiness.all)

(* ---- files ---- *)

let read t transfer =
  let waits = not ((Atomic.get t.nonblocking) ()) in
  if Transfer.length transfer = 0 then Ok 0
  else
    let progress = Unix_receive.start () in
    let* received =
      Unix_receive.attempt t progress ~waits ~peek:false ~all:false transfer
    in
    Unix_flight.release received.rights;
    Ok received.count

let bytes_here t =
  let left (message : message) = message.stop - message.start in
  Sync.Lock.protect t.lock (fun () ->
      match Queue.peek_opt t.messages with
      | Some first when t.kind = Datagram -> left first
      | _ -> Queue.fold (fun sum message -> sum + left message) 0 t.messages)

let nr_bytes_here = 0x541b
let nr_bytes_sent = 0x5411

let control t number transfer =
  let answer number =
    let bytes = Bytes.create 4 in
    Bytes.set_int32_le bytes 0 (Int32.of_int number);
    Result.map (fun _moved -> 0) (Transfer.put transfer bytes 0 4)
  in
  if number = nr_bytes_here && Atomic.get t.state = Listening then Error Errno.EINVAL
  else if number = nr_bytes_here then answer (bytes_here t)
  else if number = nr_bytes_sent then answer (Atomic.get t.charged)
  else Error ENOTTY

let longest t bits =
  let writes = not (Readiness.is_empty (Readiness.inter bits Readiness.writable)) in
  Atomic.get (if writes then t.send_timeout else t.receive_timeout)

let file t =
  let begin_write = Unix_send.attempt t ~target:None ~rights:[] t.owner in
  let node = Nameless.node Sockets in
  let file =
    File.make ~what:(Socket t) ~whole:(t.kind = Stream) ~begin_write ~longest:(longest t)
      { read = true; write = true }
      {
        (Nameless.file node ~watch:t.watch) with
        read = (fun ~at:_ transfer -> read t transfer);
        write = (fun ~at:_ transfer -> begin_write transfer ());
        readiness = (fun () -> readiness t);
        control = control t;
        close = (fun () -> Unix_connect.close t);
      }
  in
  Atomic.set t.nonblocking (fun () -> File.is_nonblocking file);
  file

let create kind credentials = file (Unix_end.create kind credentials)

let pair kind credentials =
  let a = Unix_end.create kind credentials and b = Unix_end.create kind credentials in
  Unix_connect.join a b;
  (file a, file b)

let kind t = t.kind

(* ---- coming together ---- *)

let bind = Unix_names.bind
let listen = Unix_connect.listen
let disconnect = Unix_connect.disconnect
let shutdown = Unix_connect.shutdown

let connect t credentials place wait =
  let* other = Unix_names.find t.kind place in
  Patience.retry (patience t t.send_timeout wait)
    [ anything other.drained ]
    (fun () -> Unix_connect.connect t other credentials)

let accept t wait =
  let patience = patience t t.receive_timeout wait in
  let waits = Patience.waits patience in
  let* fresh =
    Patience.retry patience [ anything t.watch ] (fun () -> Unix_connect.accept t ~waits)
  in
  Ok (file fresh)

let own_name t = Atomic.get t.name

let peer_name t =
  match Atomic.get t.peer with
  | Some other -> Ok (Atomic.get other.name)
  | None -> Error Errno.ENOTCONN

(* ---- messages ---- *)

(* A stream goes on until all is sent; what has been sent counts. *)
let rec send_rest t ~target ~rights credentials patience transfer sent =
  let attempt = Unix_send.attempt t ~target ~rights credentials transfer in
  let drained =
    match target with Some (Ok (other : t)) -> [ anything other.drained ] | _ -> []
  in
  match Patience.retry patience (anything t.watch :: drained) attempt with
  | Ok part ->
      let sent = sent + part in
      let goes_on = t.kind = Stream && Patience.waits patience && part > 0 in
      if goes_on && Transfer.length transfer > 0 then
        send_rest t ~target ~rights:[] credentials patience transfer sent
      else Ok sent
  | Error _ when sent > 0 -> Ok sent
  | Error _ as error -> error

let send t ?target ?(rights = []) credentials wait transfer =
  let patience = patience t t.send_timeout wait in
  let target = Option.map (Unix_names.find t.kind) target in
  send_rest t ~target ~rights credentials patience transfer 0

let receive t ?(peek = false) ?(all = false) wait transfer =
  let patience = patience t t.receive_timeout wait in
  let waits = Patience.waits patience and progress = Unix_receive.start () in
  let attempt () = Unix_receive.attempt t progress ~waits ~peek ~all transfer in
  match Patience.retry patience [ anything t.watch ] attempt with
  | Error _ when (Unix_receive.so_far progress).count > 0 -> Ok (Unix_receive.so_far progress)
  | answer -> answer
  | exception exn ->
      let bt = Printexc.get_raw_backtrace () in
      Unix_flight.release (Unix_receive.so_far progress).rights;
      Printexc.raise_with_backtrace exn bt

(* ---- options ---- *)

let take_error = Unix_end.take_error
let is_listening t = Atomic.get t.state = Listening
let peer_credentials t = Atomic.get t.peer_credentials
let passes_credentials t = Atomic.get t.passes_credentials
let set_passes_credentials t passes = Atomic.set t.passes_credentials passes
let most_room = 212_992
let least_send_room = 4608
let least_receive_room = 2304
let room ~least bytes = Int.max least (2 * Int.min most_room (Int.max 0 bytes))
let send_room t = Atomic.get t.send_room

let set_send_room t bytes =
  Atomic.set t.send_room (room ~least:least_send_room bytes);
  Watch.ring t.watch Readiness.writable

let receive_room t = Atomic.get t.receive_room
let set_receive_room t bytes = Atomic.set t.receive_room (room ~least:least_receive_room bytes)
let send_timeout t = Atomic.get t.send_timeout
let set_send_timeout t = Atomic.set t.send_timeout
let receive_timeout t = Atomic.get t.receive_timeout
let set_receive_timeout t = Atomic.set t.receive_timeout

let kept t option ~default = Option.value (List.assoc_opt option (Atomic.get t.kept)) ~default

let rec keep t option value =
  let before = Atomic.get t.kept in
  let after = (option, value) :: List.remove_assoc option before in
  if not (Atomic.compare_and_set t.kept before after) then keep t option value
