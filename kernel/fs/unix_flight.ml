open Unix_end

(* A socket that is under way, and in how many messages. *)
type entry = { socket : Unix_end.t; file : File.t; mutable count : int }

let lock = Sync.Lock.create ()
let entries : (int, entry) Hashtbl.t = Hashtbl.create 16
let nr_entries = Atomic.make 0
let most = 4096

(* How many files each user has under way. *)
let of_users : (int, int) Hashtbl.t = Hashtbl.create 16

let under_way message =
  Option.value (Hashtbl.find_opt of_users message.credentials.uid) ~default:0

let count_user message by =
  let count = under_way message + by in
  if count = 0 then Hashtbl.remove of_users message.credentials.uid
  else Hashtbl.replace of_users message.credentials.uid count

let nr_under_way () = Atomic.get nr_entries
let socket_of (file : File.t) = match file.what with Socket socket -> Some socket | _ -> None

let count_change by (file : File.t) =
  match socket_of file with
  | None -> ()
  | Some socket ->
      let fresh = { socket; file; count = 0 } in
      let entry = Option.value (Hashtbl.find_opt entries socket.id) ~default:fresh in
      entry.count <- entry.count + by;
      if entry.count = 0 then Hashtbl.remove entries socket.id
      else Hashtbl.replace entries socket.id entry;
      Atomic.set nr_entries (Hashtbl.length entries)

(* ---- letting go ---- *)

let doomed : File.t list Atomic.t = Atomic.make []
let working = Atomic.make false

let rec doom files =
  let before = Atomic.get doomed in
  if files <> [] && not (Atomic.compare_and_set doomed before (List.rev_append files before)) then
    doom files

let rec release_doomed () =
  match Atomic.exchange doomed [] with
  | [] -> ()
  | files ->
      List.iter File.release files;
      release_doomed ()

(* With the lock. *)
let land_now message =
  let files = message.rights in
  message.rights <- [];
  List.iter (count_change (-1)) files;
  count_user message (-List.length files);
  files

(* ---- what can never be received ---- *)

(* The messages in a socket, and in those that wait in it to be accepted. *)
let rec messages_in socket =
  let here () =
    (List.of_seq (Queue.to_seq socket.messages), List.of_seq (Queue.to_seq socket.arrivals))
  in
  let messages, arrivals = Sync.Lock.protect socket.lock here in
  List.concat (messages :: List.map messages_in arrivals)

(* The sockets that these messages carry. *)
let carried messages =
  List.concat_map (fun message -> List.filter_map socket_of message.rights) messages

let rec mark reached candidates (socket : Unix_end.t) =
  if Hashtbl.mem candidates socket.id && not (Hashtbl.mem reached socket.id) then begin
    Hashtbl.replace reached socket.id ();
    List.iter (mark reached candidates) (carried (messages_in socket))
  end

(* Candidates are held by messages alone. Those that are in more messages than wait in candidates
   can be received, and so can what waits in these. *)
let lost () =
  let candidates = Hashtbl.create 16 and inside = Hashtbl.create 16 in
  let consider id entry =
    if File.holders entry.file = entry.count then Hashtbl.replace candidates id entry
  in
  Hashtbl.iter consider entries;
  let count (socket : Unix_end.t) =
    let before = Option.value (Hashtbl.find_opt inside socket.id) ~default:0 in
    Hashtbl.replace inside socket.id (before + 1)
  in
  Hashtbl.iter (fun _ entry -> List.iter count (carried (messages_in entry.socket))) candidates;
  let reached = Hashtbl.create 16 in
  let start id entry =
    if entry.count > Option.value (Hashtbl.find_opt inside id) ~default:0 then
      mark reached candidates entry.socket
  in
  Hashtbl.iter start candidates;
  Hashtbl.fold
    (fun id entry lost -> if Hashtbl.mem reached id then lost else entry.socket :: lost)
    candidates []

(* The files go; the messages stay in what is about to be closed. *)
let doom_lost () =
  let empty socket = List.concat_map land_now (messages_in socket) in
  if Atomic.get nr_entries > 0 then
    doom (Sync.Lock.protect lock (fun () -> List.concat_map empty (lost ())))

let wanted = Atomic.make false

(* One at a time: whoever comes meanwhile, by closing what is released here or on another core,
   leaves it to the first. *)
let rec work () =
  let is_work () = Atomic.get doomed <> [] || Atomic.get wanted in
  if is_work () && Atomic.compare_and_set working false true then begin
    Picos.(Fiber.forbid (Fiber.current ())) (fun () ->
        release_doomed ();
        if Atomic.exchange wanted false then doom_lost ();
        release_doomed ());
    Atomic.set working false;
    work ()
  end

let release files =
  doom files;
  work ()

(* Closed sockets since the last time. *)
let closed = Atomic.make 0

let collect () =
  Atomic.set closed 0;
  if Atomic.get nr_entries > 0 then begin
    Atomic.set wanted true;
    work ()
  end

(* Looking costs something for each that is under way: so little of it for each close. *)
let steps_a_close = 16

let collect_after_close () =
  if (Atomic.fetch_and_add closed 1 + 1) * steps_a_close >= Atomic.get nr_entries then collect ()

let collect_rest () = if Atomic.get closed > 0 then collect ()

(* At twice as many as were left the last time. *)
let many = Atomic.make 64

let collect_if_many () =
  if Atomic.get nr_entries >= Atomic.get many then begin
    collect ();
    Atomic.set many (Int.max 64 (2 * Atomic.get nr_entries))
  end

(* ---- messages ---- *)

let launch_now message put =
  let files = message.rights in
  if under_way message + List.length files > most then Error Errno.ETOOMANYREFS
  else begin
    List.iter (count_change 1) files;
    count_user message (List.length files);
    let is_put = put () in
    if Result.is_error is_put then ignore (land_now message : File.t list);
    is_put
  end

let launch message put =
  let files = message.rights in
  if files = [] then put ()
  else begin
    collect_if_many ();
    List.iter File.hold files;
    let is_put = Sync.Lock.protect lock (fun () -> launch_now message put) in
    if Result.is_error is_put then release files;
    is_put
  end

let land_ message =
  if message.rights = [] then [] else Sync.Lock.protect lock (fun () -> land_now message)

let look message =
  let look () =
    List.iter File.hold message.rights;
    message.rights
  in
  if message.rights = [] then [] else Sync.Lock.protect lock look
