(* Local sockets of all kinds, tied, named, connected, used, sent through each other and closed at
   random, beside Linux's; all the while a set of files watches their edges. *)
open Fs
open Beside

let that = Check.that

type descriptor = { fd : int; file : File.t }
type name = { linux : string; place : Unix_socket.place }

type world = {
  random : Random.State.t;
  mutable all : descriptor list;
  mutable names : name list;
  set : descriptor;
  mutable fresh : int;
}

let socket_of d = match d.file.what with Unix_socket.Socket s -> s | _ -> assert false
let set_of d = match d.file.what with Epoll.Epoll set -> set | _ -> assert false
let me = { Unix_socket.pid = 1; uid = 0; gid = 0 }
let kinds = [| (Unix_socket.Stream, 1); (Datagram, 2); (Seqpacket, 5) |]
let number world = Random.State.int world.random
let any world = pick world.random (Array.of_list world.all)
let one_in world n = number world n = 0
let unit_code result = code (Result.map (fun () -> 0) result)
let at_once = Patience.none
(* Not those of room to send: Linux also tells of memory that failed requests give back. *)
let edges = (1 lsl 31) lor 0x2003

(* What was done is shown when it fails. *)
let history = Queue.create ()

let note format =
  let keep line =
    Queue.push line history;
    if Queue.length history > 400 then ignore (Queue.pop history : string)
  in
  Printf.ksprintf keep format

let let_go d =
  ignore (Linux.close d.fd);
  File.release d.file

let enter world d =
  note "  new %d" d.fd;
  world.all <- d :: world.all;
  nonblocking d.file;
  world.fresh <- world.fresh + 1;
  let data = Int64.of_int world.fresh in
  let interest =
    { Epoll.bits = Readiness.of_bits edges; edge = true; once = false; exclusive = false; data }
  in
  same "watched" ~linux:(Linux.epoll_ctl world.set.fd 1 d.fd edges world.fresh)
    (unit_code (Epoll.add (set_of world.set) d.file ~fd:d.fd interest))

(* ---- what is done ---- *)

let make world =
  let kind, number = pick world.random kinds in
  if one_in world 2 then begin
    let a, b = Linux.socketpair (number lor Linux.nonblock) in
    let x, y = Unix_socket.pair kind me in
    note "pair of type %d" number;
    enter world { fd = a; file = x };
    enter world { fd = b; file = y }
  end
  else
    let fd = Linux.socket (number lor Linux.nonblock) in
    note "socket of type %d" number;
    enter world { fd; file = Unix_socket.create kind me }

let directory = Filename.temp_dir "sockets" ""
let nr_names = ref 0

let fresh_name ?(abstract = false) world =
  incr nr_names;
  let text = Printf.sprintf "%d-%d" (Unix.getpid ()) !nr_names in
  if abstract || one_in world 2 then { linux = "\000" ^ text; place = Abstract text }
  else
    let path = Filename.concat directory text in
    { linux = path ^ "\000"; place = Named (Nameless.node Sockets, path) }

let bind world =
  let d = any world in
  let is_abstract name = match name.place with Abstract _ -> true | _ -> false in
  let old = Array.of_list (List.filter is_abstract world.names) in
  let name =
    if one_in world 4 && old <> [||] then pick world.random old else fresh_name world
  in
  let linux = Linux.bind d.fd name.linux in
  note "bind %d to %S" d.fd name.linux;
  same "bind" ~linux (unit_code (Unix_socket.bind (socket_of d) name.place));
  if linux = 0 then world.names <- name :: world.names

let listen world =
  let d = any world and most = number world 3 in
  note "listen %d for %d" d.fd most;
  same "listen" ~linux:(Linux.listen d.fd most)
    (unit_code (Unix_socket.listen (socket_of d) me ~most))

let some_name world =
  if world.names = [] then fresh_name ~abstract:true world
  else pick world.random (Array.of_list world.names)

let connect world =
  let d = any world and name = some_name world in
  note "connect %d to %S" d.fd name.linux;
  same "connect" ~linux:(Linux.connect d.fd name.linux)
    (unit_code (Unix_socket.connect (socket_of d) me name.place at_once))

let accept world =
  let d = any world in
  let linux = Linux.accept d.fd Linux.nonblock in
  note "accept at %d: %d" d.fd linux;
  match Unix_socket.accept (socket_of d) at_once with
  | Ok file ->
      that "accepted by Linux too" (linux >= 0);
      enter world { fd = linux; file }
  | Error _ as error -> same "accept" ~linux (code error)

(* A new one that listens, and two that connect to it. *)
let meet world =
  let kind, number = pick world.random [| kinds.(0); kinds.(2) |] in
  let name = fresh_name world in
  let fresh () =
    let fd = Linux.socket (number lor Linux.nonblock) in
    note "socket of type %d" number;
    let d = { fd; file = Unix_socket.create kind me } in
    enter world d;
    d
  in
  let listener = fresh () in
  same "bind" ~linux:(Linux.bind listener.fd name.linux)
    (unit_code (Unix_socket.bind (socket_of listener) name.place));
  same "listen" ~linux:(Linux.listen listener.fd 1)
    (unit_code (Unix_socket.listen (socket_of listener) me ~most:1));
  world.names <- name :: world.names;
  for _ = 1 to 2 do
    let d = fresh () in
    same "connect" ~linux:(Linux.connect d.fd name.linux)
      (unit_code (Unix_socket.connect (socket_of d) me name.place at_once))
  done

let shutdown world =
  let d = any world and how = number world 3 in
  note "shutdown %d %d" d.fd how;
  same "shutdown" ~linux:(Linux.shutdown d.fd how) 0;
  Unix_socket.shutdown (socket_of d) ~read:(how <> 1) ~write:(how <> 0)

let close world =
  let d = any world in
  world.all <- List.filter (fun other -> other != d) world.all;
  note "close %d" d.fd;
  let_go d

let dup world =
  let d = any world in
  File.hold d.file;
  let fd = Linux.dup d.fd in
  note "dup %d to %d" d.fd fd;
  world.all <- { d with fd } :: world.all

(* Little enough to be far from where polling tells that there is no room. *)
let may_send d = Atomic.get (socket_of d).charged < 30_000

(* What is sent along: counters that tell which they are. Sockets are not, here: Linux finds those
   that can never be received when it likes to. *)
let nr_cargo = ref 0

let cargo _ =
  incr nr_cargo;
  let fd = Linux.eventfd !nr_cargo Linux.nonblock in
  let file = Eventfd.create ~initial:!nr_cargo ~semaphore:false in
  nonblocking file;
  { fd; file }

let unpack fd file =
  same_read "what was sent along" ~linux:fd file 8;
  let_go { fd; file }

let rights world = if one_in world 4 then List.init (1 + number world 2) cargo else []

let send world =
  let d = any world in
  let data = text world.random (pick world.random [| 0; 1; 10; 100; 150 |]) in
  let rights = rights world in
  let target = if one_in world 3 then Some (some_name world) else None in
  if may_send d then begin
    let linux_rights = Array.of_list (List.map (fun r -> r.fd) rights) in
    let name = Option.fold target ~none:"" ~some:(fun name -> name.linux) in
    let linux = Linux.send d.fd data 0 linux_rights name in
    let nr_files = List.length rights in
    note "send %d bytes by %d to %S, %d files: %d" (String.length data) d.fd name nr_files linux;
    let target = Option.map (fun name -> name.place) target in
    let files = List.map (fun r -> r.file) rights in
    let transfer = Transfer.of_string data in
    let ours = Unix_socket.send (socket_of d) ?target ~rights:files me at_once transfer in
    List.iter let_go rights;
    same "send" ~linux (code ours)
  end

let msg_trunc = 0x20
let msg_peek = 2
let msg_waitall = 0x100

let compare_received (n, flags, name, fds) (got : Unix_socket.received) =
  same "received" ~linux:n got.count;
  if n > 0 then begin
    that "name" (got.from = Some name);
    let is_cut = got.length > got.count in
    that "cut" (is_cut = (flags land msg_trunc <> 0))
  end;
  same "rights" ~linux:(Array.length fds) (List.length got.rights);
  List.iteri (fun i file -> unpack fds.(i) file) got.rights

let receive world =
  let d = any world in
  let length = pick world.random [| 0; 1; 20; 100; 200; 1000 |] in
  let peek = one_in world 4 and all = one_in world 5 in
  let flags = (if peek then msg_peek else 0) lor if all then msg_waitall else 0 in
  let theirs = Bytes.make length '.' and ours = Bytes.make length '.' in
  let linux = Linux.receive d.fd theirs length flags 16 in
  let n, _, _, fds = linux in
  let nr_files = Array.length fds in
  note "receive %d at %d, peek %b, all %b: %d, %d files" length d.fd peek all n nr_files;
  (match
     Unix_socket.receive (socket_of d) ~peek ~all at_once (Transfer.of_bytes ours 0 length)
   with
  | Ok got ->
      that (Printf.sprintf "Linux failed: %d" n) (n >= 0);
      compare_received linux got
  | Error _ as error -> same "receive" ~linux:n (code error));
  that "the same bytes" (theirs = ours)

let plain world =
  let d = any world in
  note "read, write or names of %d" d.fd;
  match number world 3 with
  | 0 -> same_read "plain" ~linux:d.fd d.file (number world 300)
  | 1 when may_send d ->
      same_write "plain" ~linux:d.fd d.file (text world.random (number world 150))
  | _ -> (
      let linux_own = Linux.socket_name d.fd 0 and linux_peer = Linux.socket_name d.fd 1 in
      let socket = socket_of d in
      that "own name" (linux_own = (0, Unix_socket.own_name socket));
      match Unix_socket.peer_name socket with
      | Ok name -> that "peer's name" (linux_peer = (0, name))
      | Error errno -> same "peer's name" ~linux:(fst linux_peer) (-Errno.number errno))

let option world =
  let d = any world in
  note "options of %d" d.fd;
  let error =
    match Unix_socket.take_error (socket_of d) with Some errno -> Errno.number errno | None -> 0
  in
  same "SO_ERROR" ~linux:(Linux.getsockopt d.fd 4) error;
  let listens = Bool.to_int (Unix_socket.is_listening (socket_of d)) in
  same "SO_ACCEPTCONN" ~linux:(Linux.getsockopt d.fd 30) listens

(* ---- and compared ---- *)

let compare_lengths d =
  let answer = Bytes.make 4 '.' in
  let status = d.file.file.control Linux.bytes_ready (Transfer.of_bytes answer 0 4) in
  same "FIONREAD" ~linux:(Linux.ioctl_int d.fd Linux.bytes_ready)
    (if code status = 0 then Int32.to_int (Bytes.get_int32_le answer 0) else code status)

let show events =
  String.concat " " (List.map (fun (data, bits) -> Printf.sprintf "%d:%x" data bits) events)

let compare_edges world =
  let linux = Result.get_ok (Linux.epoll_wait world.set.fd 60) in
  let ours = done_ (Epoll.wait (set_of world.set) ~most:60 Patience.none) in
  let pair (e : Epoll.event) = (Int64.to_int e.data, (e.ready :> int)) in
  let ours = List.sort compare (List.map pair ours) and linux = List.sort compare linux in
  if ours <> linux then that (Printf.sprintf "edges: %s, Linux %s" (show ours) (show linux)) false

let compare_all world =
  let compare d =
    same_readiness "socket" ~linux:d.fd d.file;
    compare_lengths d
  in
  List.iter compare world.all;
  compare_edges world

let actions =
  [|
    (3, "make", make); (1, "make", meet); (2, "bind", bind); (2, "listen", listen);
    (4, "connect", connect); (4, "accept", accept); (1, "shutdown", shutdown);
    (2, "close", close); (1, "dup", dup);
    (10, "send", send); (10, "receive", receive); (6, "plain", plain); (2, "option", option);
  |]

let rec choose number index =
  let weight, name, action = actions.(index) in
  if number < weight then (name, action) else choose (number - weight) (index + 1)

let step world =
  let total = Array.fold_left (fun sum (weight, _, _) -> sum + weight) 0 actions in
  let name, action = choose (number world total) 0 in
  if world.all = [] then make world
  else if name <> "make" || List.length world.all < 16 then action world

let close_all world =
  List.iter let_go (world.set :: world.all)

let beside_linux random =
  let set = { fd = Linux.epoll_create (); file = Epoll.create () } in
  let world = { random; all = []; names = []; set; fresh = 0 } in
  Queue.clear history;
  (try
     for _ = 1 to 150 do
       step world;
       compare_all world
     done
   with exn ->
     let bt = Printexc.get_raw_backtrace () in
     Queue.iter (Printf.printf "# %s\n") history;
     Printexc.raise_with_backtrace exn bt);
  close_all world;
  same "nothing is under way" ~linux:0 (Unix_flight.nr_under_way ())

let remove_directory () =
  Array.iter (fun name -> Sys.remove (Filename.concat directory name)) (Sys.readdir directory);
  Sys.rmdir directory

let () =
  Linux.ignore_sigpipe ();
  random "local sockets beside Linux's" 1000 beside_linux;
  remove_directory ();
  Check.finish ()
