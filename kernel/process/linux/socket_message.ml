open Fs
open Call

type t = {
  name_at : int;
  name_length : int;
  data : Transfer.t;
  control_at : int;
  control_length : int;
}

let bytes = 56
let flag_truncated = 0x20
let flag_control_truncated = 0x8

(* What is no size is less than 0. *)
let word bytes at =
  Option.value (Int64.unsigned_to_int (Bytes.get_int64_le bytes at)) ~default:(-1)

let get thread at =
  let* header = User_memory.read (memory thread) ~at bytes in
  let word = word header in
  let name_length = Int32.to_int (Bytes.get_int32_le header 8) in
  let* () = check (name_length >= 0) Errno.EINVAL in
  let* () = check (word 24 >= 0 && word 24 <= 1024) Errno.EMSGSIZE in
  let* () = check (word 40 >= 0 && word 40 < 1 lsl 31) Errno.ENOBUFS in
  let* data = File_argument.iovec thread (word 16) (word 24) in
  Ok { name_at = word 0; name_length; data; control_at = word 32; control_length = word 40 }

(* ---- what is sent along ---- *)

type ancillary = { rights : File.t list; credentials : Unix_socket.credentials }

let header_bytes = 16
let level_socket = 1
let type_rights = 1
let type_credentials = 2
let most_control = 20480
let padded length = (length + 7) land lnot 7

(* Of a process that is not user 0: its own only. *)
let may_send_as (thread : Process.thread) (who : Unix_socket.credentials) =
  let { Identity.user; group } = thread.process.identity in
  Process.is_privileged thread.process
  || who.pid = thread.process.pid
     && List.mem who.uid (Identity.any user)
     && List.mem who.gid (Identity.any group)

let number bytes at = Int32.to_int (Bytes.get_int32_le bytes at)

let rec files_of thread bytes ~at ~last found =
  if at + 4 > last then Ok found
  else
    match Descriptors.find (files thread) (number bytes at) with
    | Ok file -> files_of thread bytes ~at:(at + 4) ~last (file :: found)
    | Error error ->
        List.iter File.release found;
        Error error

let one thread bytes ~at ~last ancillary =
  match number bytes (at + 12) with
  | kind when kind = type_rights ->
      let found = List.rev ancillary.rights in
      let* rights = files_of thread bytes ~at:(at + header_bytes) ~last found in
      Ok { ancillary with rights = List.rev rights }
  | kind when kind = type_credentials && last - at = header_bytes + 12 ->
      let field i = number bytes (at + header_bytes + i) in
      let credentials = { Unix_socket.pid = field 0; uid = field 4; gid = field 8 } in
      let* () = check (may_send_as thread credentials) Errno.EPERM in
      let is_there () = Process.find credentials.pid <> None in
      let* () = check (Process.locked is_there) Errno.ESRCH in
      Ok { ancillary with credentials }
  | _ -> Error Errno.EINVAL

let rec all thread bytes ~at ancillary =
  if at + header_bytes > Bytes.length bytes then Ok ancillary
  else
    let length = word bytes at in
    let fits = length >= header_bytes && length <= Bytes.length bytes - at in
    let next =
      let* () = check fits Errno.EINVAL in
      if number bytes (at + 8) <> level_socket then Ok ancillary
      else one thread bytes ~at ~last:(at + length) ancillary
    in
    match next with
    | Ok ancillary -> all thread bytes ~at:(at + padded length) ancillary
    | Error _ as error ->
        List.iter File.release ancillary.rights;
        error

let with_ancillary thread t send =
  let nothing = { rights = []; credentials = Sockets.sender thread } in
  let* () = check (t.control_length <= most_control) Errno.ENOBUFS in
  let* bytes = User_memory.read (memory thread) ~at:t.control_at t.control_length in
  let* ancillary = all thread bytes ~at:0 nothing in
  Fun.protect
    ~finally:(fun () -> List.iter File.release ancillary.rights)
    (fun () -> send ancillary)

(* ---- what came along ---- *)

(* Where the next one goes, how much room is left, and whether something was cut. *)
type room = { at : int; left : int; cut : bool }

let put_one thread room ~kind data =
  let length = header_bytes + Bytes.length data in
  if room.left < header_bytes then Ok { room with cut = true }
  else begin
    let fits = min length room.left in
    let bytes = Bytes.make length '\000' in
    Bytes.set_int64_le bytes 0 (Int64.of_int fits);
    Bytes.set_int32_le bytes 8 (Int32.of_int level_socket);
    Bytes.set_int32_le bytes 12 (Int32.of_int kind);
    Bytes.blit data 0 bytes header_bytes (Bytes.length data);
    let* () = User_memory.write (memory thread) ~at:room.at (Bytes.sub bytes 0 fits) in
    let space = min (padded fits) room.left in
    Ok { at = room.at + space; left = room.left - space; cut = room.cut || fits < length }
  end

let words numbers =
  let bytes = Bytes.create (4 * List.length numbers) in
  List.iteri (fun i n -> Bytes.set_int32_le bytes (4 * i) (Int32.of_int n)) numbers;
  bytes

let put_credentials thread room socket (received : Unix_socket.received) =
  let put numbers = put_one thread room ~kind:type_credentials (words numbers) in
  match received.credentials with
  | _ when not (Unix_socket.passes_credentials socket) -> Ok room
  | Some who -> put [ who.pid; who.uid; who.gid ]
  | None when Unix_socket.kind socket = Stream -> put [ 0; 0; 0 ]
  | None -> Ok room

(* As many as there is room for; the rest is let go. *)
let rec descriptors thread ~close_on_exec ~most = function
  | file :: rest when most > 0 -> (
      match Descriptors.add (files thread) ~close_on_exec file with
      | Ok fd -> fd :: descriptors thread ~close_on_exec ~most:(most - 1) rest
      | Error _ ->
          Unix_flight.release rest;
          [])
  | rest ->
      Unix_flight.release rest;
      []

let put_rights thread room ~close_on_exec rights =
  if rights = [] then Ok room
  else
    let most = max 0 (room.left - header_bytes) / 4 in
    let numbers = descriptors thread ~close_on_exec ~most rights in
    let cut = room.cut || List.length numbers < List.length rights in
    if numbers = [] then Ok { room with cut }
    else put_one thread { room with cut } ~kind:type_rights (words numbers)

let put_name thread ~at t (received : Unix_socket.received) =
  if t.name_at = 0 then Ok ()
  else
    let name = Option.value received.from ~default:"" in
    let* length = Socket_address.put_sender thread ~at:t.name_at ~room:t.name_length name in
    User_memory.set32 (memory thread) (at + 8) length

let put thread ~at t socket ~close_on_exec ~flags (received : Unix_socket.received) =
  let left = if t.control_at = 0 then 0 else t.control_length in
  let room = { at = t.control_at; left; cut = false } in
  let told = put_credentials thread room socket received in
  let* room =
    match told with
    | Ok room -> put_rights thread room ~close_on_exec received.rights
    | Error _ as error ->
        Unix_flight.release received.rights;
        error
  in
  let* () = put_name thread ~at t received in
  let* () = User_memory.set64 (memory thread) (at + 40) (left - room.left) in
  let truncated = if received.length > received.count then flag_truncated else 0 in
  let cut = if room.cut then flag_control_truncated else 0 in
  User_memory.set32 (memory thread) (at + 48) (flags lor truncated lor cut)
