open Unix_end

type received = {
  count : int;
  length : int;
  from : string option;
  credentials : credentials option;
  rights : File.t list;
}

type progress = received ref

let nothing = { count = 0; length = 0; from = None; credentials = None; rights = [] }
let start () = ref nothing
let so_far progress = !progress
let ( let* ) = Result.bind

(* ---- the queue; who calls has [reading] ---- *)

let first t =
  if Atomic.get t.queued = 0 then None
  else Sync.Lock.protect t.lock (fun () -> Queue.peek_opt t.messages)

let all_messages t =
  Sync.Lock.protect t.lock (fun () -> List.of_seq (Queue.to_seq t.messages))

let drop_first t message =
  let was_full = is_full t in
  let is_there =
    Sync.Lock.protect t.lock (fun () ->
        match Queue.peek_opt t.messages with
        | Some first when first == message ->
            ignore (Queue.pop t.messages : message);
            Atomic.decr t.queued;
            true
        | _ -> false)
  in
  if is_there then begin
    uncharge message;
    Pages.give_back message.data
  end;
  if was_full then Watch.ring t.drained Readiness.all

let put transfer message length =
  if length = 0 then Ok 0 else Transfer.put transfer message.data message.start length

let seen progress (message : message) rights ~count ~length =
  progress :=
    {
      count = !progress.count + count;
      length;
      from = Some (Option.value !progress.from ~default:(Atomic.get message.from.name));
      credentials = Some message.credentials;
      rights = !progress.rights @ rights;
    }

(* ---- streams ---- *)

let left message = message.stop - message.start

(* Bytes of different senders are kept apart for who wants to know them. *)
let is_other_sender t progress (message : message) =
  match !progress.credentials with
  | Some credentials -> Atomic.get t.passes_credentials && credentials <> message.credentials
  | None -> false

type step = Over of (received, Errno.t) result | Go_on

let over progress = Over (Ok !progress)

let part t progress transfer message ~peek =
  match put transfer message (Int.min (left message) (Transfer.length transfer)) with
  | Error errno -> if !progress.count > 0 then over progress else Over (Error errno)
  | Ok count ->
      let whole = count = left message in
      let rights = if peek then Unix_flight.look message else Unix_flight.land_ message in
      seen progress message rights ~count ~length:0;
      if not peek then message.start <- message.start + count;
      if whole && not peek then drop_first t message;
      (* Who peeks is shown what files come next, even where no byte fits any more. *)
      let ends = (not peek) && ((not whole) || Transfer.length transfer = 0) in
      if rights <> [] || ends then over progress else Go_on

(* Whether it has ended was asked before the queue was looked at: so nothing has come since. *)
let at_end t progress ~wanted ~ended =
  if !progress.count >= wanted then Ok !progress
  else
    match take_error t with
    | Some errno -> if !progress.count > 0 then Ok !progress else Error errno
    | None -> if ended then Ok !progress else Error Errno.EAGAIN

let rec take_parts t progress transfer ~wanted =
  let ended = is_shut t shut_read in
  match first t with
  | None -> at_end t progress ~wanted ~ended
  | Some message when is_other_sender t progress message -> Ok !progress
  | Some message -> (
      match part t progress transfer message ~peek:false with
      | Over answer -> answer
      | Go_on -> take_parts t progress transfer ~wanted)

(* Looks at all that is there from the first on, whatever an attempt before has seen. *)
let rec peek_parts t progress transfer = function
  | [] -> Ok !progress
  | message :: _ when is_other_sender t progress message -> Ok !progress
  | message :: rest -> (
      match part t progress transfer message ~peek:true with
      | Over answer -> answer
      | Go_on -> peek_parts t progress transfer rest)

let stream t progress ~peek ~all transfer =
  let wanted = if all then Int.max 1 (!progress.count + Transfer.length transfer) else 1 in
  if Atomic.get t.state <> Connected then Error Errno.EINVAL
  else if not peek then take_parts t progress transfer ~wanted
  else
    let ended = is_shut t shut_read in
    match all_messages t with
    | [] -> at_end t progress ~wanted ~ended
    | messages -> peek_parts t progress transfer messages

(* ---- whole messages ---- *)

let nothing_there t ~waits ~ended =
  if ended && (waits || t.kind = Seqpacket) then Ok nothing else Error Errno.EAGAIN

let take_whole t progress transfer message ~peek =
  let length = left message in
  let put = put transfer message (Int.min length (Transfer.length transfer)) in
  let rights = if peek then Unix_flight.look message else Unix_flight.land_ message in
  if not peek then drop_first t message;
  match put with
  | Error _ as error ->
      Unix_flight.release rights;
      error
  | Ok count ->
      seen progress message rights ~count ~length;
      Ok !progress

let whole t progress ~waits ~peek transfer =
  if t.kind = Seqpacket && Atomic.get t.state <> Connected then Error Errno.ENOTCONN
  else
    let ended = is_shut t shut_read in
    match take_error t with
    | Some errno -> Error errno
    | None -> (
        match first t with
        | Some message -> take_whole t progress transfer message ~peek
        | None -> nothing_there t ~waits ~ended)

let attempt t progress ~waits ~peek ~all transfer =
  let* () = if Atomic.get t.dead then Error Errno.ECONNRESET else Ok () in
  Sync.Lock.protect t.reading (fun () ->
      match t.kind with
      | Stream -> stream t progress ~peek ~all transfer
      | Datagram | Seqpacket -> whole t progress ~waits ~peek transfer)
