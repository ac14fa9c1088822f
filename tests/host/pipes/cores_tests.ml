(* Pipes, sets and sockets used by several domains at once. *)
open Fs
open Beside

let that = Check.that
let domains = 3

let on_cores name runs body =
  Check.test name (fun () ->
      for run = 1 to runs do
        let random = Random.State.make [| seed; run |] in
        Pool_scheduler.run ~seed:(seed + run) ~domains (fun () -> body random)
      done)

let await = Picos.Computation.await

(* Letters that come in pieces of their own, and how many of each there shall be. *)
let pieces = 200

let write_pieces write size letter () =
  for _ = 1 to pieces do
    that "a piece" (write (String.make size letter) = size)
  done

let count text letter = String.fold_left (fun n c -> if c = letter then n + 1 else n) 0 text

let rec read_all read got =
  match read 3000 with
  | 0, _ -> String.concat "" (List.rev got)
  | n, _ when n < 0 -> failwith (string_of_int n)
  | _, some -> read_all read (some :: got)

let letters = [ 'a'; 'b'; 'c'; 'd' ]

(* Several write and several read; nothing is lost, and all come to their ends. *)
let shared ~sizes reader writer random =
  let size = pick random sizes in
  let writers = List.map (fun c -> spawn (write_pieces (write writer) size c)) letters in
  let readers = List.init 3 (fun _ -> spawn (fun () -> read_all (read reader) [])) in
  List.iter await writers;
  File.release writer;
  let got = String.concat "" (List.map await readers) in
  List.iter (fun c -> same "bytes" ~linux:(size * pieces) (count got c)) letters;
  File.release reader

let pipes random =
  let reader, writer = new_pipe () in
  shared ~sizes:[| 1; 100; 4096; 5000; 20000 |] reader writer random;
  same "frames" ~linux:0 (Frames.in_use ())

let me = { Unix_socket.pid = 1; uid = 0; gid = 0 }
let socket (file : File.t) = match file.what with Unix_socket.Socket s -> s | _ -> assert false

let streams random =
  let a, b = Unix_socket.pair Stream me in
  shared ~sizes:[| 1; 100; 4096; 20000 |] b a random

(* ---- sets ---- *)

let set_of (file : File.t) = match file.what with Epoll.Epoll set -> set | _ -> assert false

let put set file ~edge data =
  let bits = Readiness.readable and data = Int64.of_int data in
  let interest = { Epoll.bits; edge; once = false; exclusive = false; data } in
  done_ (Epoll.add (set_of set) file ~fd:0 interest)

let one = "\001\000\000\000\000\000\000\000"

let rec drain reader ~left ~ended =
  match read reader 3000 with
  | n, _ when n > 0 ->
      if Atomic.fetch_and_add left (-n) = n then ignore (write ended one);
      drain reader ~left ~ended
  | _ -> ()

let rec serve set pipes ~left ~ended () =
  let events = done_ (Epoll.wait (set_of set) ~most:2 Patience.forever) in
  let numbers = List.map (fun (event : Epoll.event) -> Int64.to_int event.data) events in
  List.iter (fun n -> if n >= 0 then drain (fst pipes.(n)) ~left ~ended) numbers;
  if not (List.mem (-1) numbers) then serve set pipes ~left ~ended ()

(* Fibers that wait at one set for the edges of pipes, and read what there is. *)
let edges random =
  let set = Epoll.create () and size = 1 + Random.State.int random 5000 in
  let pipes = Array.init 4 (fun _ -> new_pipe ()) in
  let watch index (reader, _) =
    nonblocking reader;
    put set reader ~edge:true index
  in
  Array.iteri watch pipes;
  let left = Atomic.make (4 * size * pieces) in
  let ended = Eventfd.create ~initial:0 ~semaphore:false in
  put set ended ~edge:false (-1);
  let servers = List.init 3 (fun _ -> spawn (serve set pipes ~left ~ended)) in
  let write_to index c = spawn (write_pieces (write (snd pipes.(index))) size c) in
  List.iter await (List.mapi write_to letters);
  List.iter await servers;
  same "all is read" ~linux:0 (Atomic.get left);
  let ends = List.concat_map (fun (r, w) -> [ r; w ]) (Array.to_list pipes) in
  List.iter File.release (set :: ended :: ends)

(* ---- connections ---- *)

let client place n () =
  let file = Unix_socket.create Stream me in
  done_ (Unix_socket.connect (socket file) me place Patience.forever);
  let rights = if n mod 3 = 0 then [ file ] else [] in
  let data = Transfer.of_string (string_of_int n) in
  ignore (Unix_socket.send (socket file) ~rights me Patience.forever data);
  Unix_socket.shutdown (socket file) ~read:false ~write:true;
  if n mod 2 = 0 then ignore (read_all (read file) []);
  File.release file

let server listener n () =
  let file = done_ (Unix_socket.accept (socket listener) Patience.forever) in
  if n mod 5 > 1 then ignore (read_all (read file) []);
  File.release file

(* Clients send themselves to their servers, some of which look; at the end nothing is under way. *)
let connections _random =
  let listener = Unix_socket.create Stream me in
  done_ (Unix_socket.bind (socket listener) Automatic);
  let name = Unix_socket.own_name (socket listener) in
  let place = Unix_socket.Abstract (String.sub name 1 (String.length name - 1)) in
  done_ (Unix_socket.listen (socket listener) me ~most:2);
  let both n = [ spawn (client place n); spawn (server listener n) ] in
  let finished computation = try await computation with Failure _ -> () in
  List.iter finished (List.concat_map both (List.init 60 Fun.id));
  File.release listener;
  Unix_flight.collect ();
  same "under way" ~linux:0 (Unix_flight.nr_under_way ())

let () =
  on_cores "pipes, by several domains" 15 pipes;
  on_cores "streams, by several domains" 10 streams;
  on_cores "edges, by several domains" 10 edges;
  on_cores "connections and circles, by several domains" 30 connections;
  Check.finish ()
