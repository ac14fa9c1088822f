open Fs
open Call

let level_socket = 1

(* include/uapi/asm-generic/socket.h *)
let type_ = 3
let error = 4
let send_room = 7
let receive_room = 8
let linger = 13
let passes_credentials = 16
let peer_credentials = 17
let send_low = 19
let receive_timeout = 20
let send_timeout = 21
let listens = 30
let send_room_forced = 32
let receive_room_forced = 33
let protocol = 38
let domain = 39
let new_receive_timeout = 66
let new_send_timeout = 67

(* Those without effect, which are kept, and what they are at first. SO_DEBUG, SO_REUSEADDR,
   SO_DONTROUTE, SO_BROADCAST, SO_KEEPALIVE, SO_OOBINLINE, SO_NO_CHECK, SO_REUSEPORT, SO_TIMESTAMP,
   SO_RXQ_OVFL are on or off; SO_PRIORITY, SO_RCVLOWAT, SO_MARK are numbers. *)
let switches = [ 1; 2; 5; 6; 9; 10; 11; 15; 29; 40 ]
let numbers = [ (12, 0); (18, 1); (36, 0) ]

let words numbers =
  let bytes = Bytes.create (4 * List.length numbers) in
  List.iteri (fun i n -> Bytes.set_int32_le bytes (4 * i) (Int32.of_int n)) numbers;
  bytes

(* A [struct timeval], of zeros for ever. *)
let time seconds =
  let bytes = Bytes.make 16 '\000' in
  if seconds < infinity then begin
    let whole = Float.of_int (Float.to_int seconds) in
    Bytes.set_int64_le bytes 0 (Int64.of_float whole);
    Bytes.set_int64_le bytes 8 (Int64.of_float (Float.round ((seconds -. whole) *. 1e6)))
  end;
  bytes

let kind_number socket =
  match Unix_socket.kind socket with Stream -> 1 | Datagram -> 2 | Seqpacket -> 5

let error_number socket =
  match Unix_socket.take_error socket with Some errno -> Errno.number errno | None -> 0

let bool holds = words [ Bool.to_int holds ]

let credentials socket =
  let { Unix_socket.pid; uid; gid } = Unix_socket.peer_credentials socket in
  words [ pid; uid; gid ]

(* SO_LINGER is whether it does, and for how many seconds. *)
let lingers socket =
  let seconds = Unix_socket.kept socket linger ~default:(-1) in
  words (if seconds < 0 then [ 0; 0 ] else [ 1; seconds ])

let kept option default = (option, fun socket -> words [ Unix_socket.kept socket option ~default ])

(* What each tells, and is asked only when it is wanted. *)
let known =
  [
    (type_, fun socket -> words [ kind_number socket ]);
    (error, fun socket -> words [ error_number socket ]);
    (send_room, fun socket -> words [ Unix_socket.send_room socket ]);
    (receive_room, fun socket -> words [ Unix_socket.receive_room socket ]);
    (passes_credentials, fun socket -> bool (Unix_socket.passes_credentials socket));
    (peer_credentials, credentials);
    (send_low, fun _ -> words [ 1 ]);
    (receive_timeout, fun socket -> time (Unix_socket.receive_timeout socket));
    (send_timeout, fun socket -> time (Unix_socket.send_timeout socket));
    (new_receive_timeout, fun socket -> time (Unix_socket.receive_timeout socket));
    (new_send_timeout, fun socket -> time (Unix_socket.send_timeout socket));
    (linger, lingers);
    (listens, fun socket -> bool (Unix_socket.is_listening socket));
    (protocol, fun _ -> words [ 0 ]);
    (domain, fun _ -> words [ 1 ]);
  ]
  @ List.map (fun option -> kept option 0) switches
  @ List.map (fun (option, default) -> kept option default) numbers

let get thread socket =
  let at = arg thread 3 and length_at = arg thread 4 in
  let* () = check (int thread 1 = level_socket) Errno.EOPNOTSUPP in
  let* room = User_memory.get32 (memory thread) length_at in
  let* () = check (room >= 0) Errno.EINVAL in
  let* tell = Option.to_result (List.assoc_opt (int thread 2) known) ~none:Errno.ENOPROTOOPT in
  let bytes = tell socket in
  let length = min room (Bytes.length bytes) in
  let* () = User_memory.write (memory thread) ~at (Bytes.sub bytes 0 length) in
  done_ (User_memory.set32 (memory thread) length_at length)

(* ---- setting ---- *)

let seconds thread =
  let* () = check (int thread 4 >= 16) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 3) 16 in
  let whole = Bytes.get_int64_le bytes 0 and part = Bytes.get_int64_le bytes 8 in
  let* () = check (part >= 0L && part < 1_000_000L) Errno.EDOM in
  if whole = 0L && part = 0L then Ok infinity
  else if whole < 0L then Ok 0.
  else Ok (Int64.to_float whole +. (Int64.to_float part *. 1e-6))

let number thread = User_memory.get32 (memory thread) (arg thread 3)

let with_time thread set = Result.map set (seconds thread)
let with_number thread set = Result.map set (number thread)

let forced (thread : Process.thread) set =
  let* () = check (Process.is_privileged thread.process) Errno.EPERM in
  with_number thread set

let set_linger thread socket =
  let* () = check (int thread 4 >= 8) Errno.EINVAL in
  let* on = number thread in
  let* seconds = User_memory.get32 (memory thread) (arg thread 3 + 4) in
  Ok (Unix_socket.keep socket linger (if on = 0 then -1 else max 0 seconds))

let set_kept thread socket option =
  if List.mem option switches then
    with_number thread (fun on -> Unix_socket.keep socket option (Bool.to_int (on <> 0)))
  else if List.mem_assoc option numbers then with_number thread (Unix_socket.keep socket option)
  else Error Errno.ENOPROTOOPT

(* A time of 0 does not wait, where another word for it is none at all. *)
let set_known thread socket = function
  | n when n = receive_timeout || n = new_receive_timeout ->
      with_time thread (Unix_socket.set_receive_timeout socket)
  | n when n = send_timeout || n = new_send_timeout ->
      with_time thread (Unix_socket.set_send_timeout socket)
  | n when n = send_room -> with_number thread (Unix_socket.set_send_room socket)
  | n when n = receive_room -> with_number thread (Unix_socket.set_receive_room socket)
  | n when n = send_room_forced -> forced thread (Unix_socket.set_send_room socket)
  | n when n = receive_room_forced -> forced thread (Unix_socket.set_receive_room socket)
  | n when n = passes_credentials ->
      with_number thread (fun on -> Unix_socket.set_passes_credentials socket (on <> 0))
  | n when n = linger -> set_linger thread socket
  | n -> set_kept thread socket n

let set thread socket =
  let* () = check (int thread 1 = level_socket) Errno.EOPNOTSUPP in
  let* () = check (int thread 4 >= 4) Errno.EINVAL in
  done_ (set_known thread socket (int thread 2))
