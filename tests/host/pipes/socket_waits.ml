(* Local sockets: what waits and for what, what limits there are, and files under way. *)
open Fs
open Beside

let that = Check.that
let me = { Unix_socket.pid = 1; uid = 10; gid = 20 }
let you = { Unix_socket.pid = 2; uid = 11; gid = 21 }
let socket (file : File.t) = match file.what with Unix_socket.Socket s -> s | _ -> assert false
let forever = Patience.forever

let send ?rights ?target ?(who = me) ?(patience = forever) file data =
  code (Unix_socket.send (socket file) ?rights ?target who patience (Transfer.of_string data))

let receive_all_of ?peek ?all ?(patience = forever) file length =
  let bytes = Bytes.make length '.' in
  let transfer = Transfer.of_bytes bytes 0 length in
  let answer = Unix_socket.receive (socket file) ?peek ?all patience transfer in
  Result.map (fun (r : Unix_socket.received) -> (Bytes.sub_string bytes 0 r.count, r)) answer

let receive ?peek ?all ?patience file length =
  fst (done_ (receive_all_of ?peek ?all ?patience file length))

let let_go files = List.iter File.release files
let nothing_under_way () = same "under way" ~linux:0 (Unix_flight.nr_under_way ())

(* ---- waiting ---- *)

let stream_waits random =
  let a, b = Unix_socket.pair Stream me in
  let data = text random 1_000_000 in
  let rec read_all got =
    match receive b 5000 with "" -> String.concat "" (List.rev got) | s -> read_all (s :: got)
  in
  let reading = spawn (fun () -> read_all []) in
  that "all is sent" (send a data = String.length data);
  File.release a;
  that "all is received" (Picos.Computation.await reading = data);
  File.release b

let bounded () =
  let a, b = Unix_socket.pair Stream me in
  let data = String.make 1_000_000 'x' in
  let sent = send ~patience:Patience.none a data in
  that "not all fits" (sent > 100_000 && sent < 300_000);
  same "nothing fits" ~linux:(-11) (send ~patience:Patience.none a "x");
  same "no room in time" ~linux:(-11) (send ~patience:(Patience.within ~seconds:1.) a "x");
  that "not writable" (Readiness.is_empty Readiness.(inter writable (File.readiness a)));
  Unix_socket.set_send_timeout (socket a) 0.5;
  same "no room before the timeout" ~linux:(-11) (write a "x");
  Unix_socket.set_send_room (socket a) 1;
  that "the least" (Unix_socket.send_room (socket a) = 4608);
  Unix_socket.set_send_room (socket a) 1_000_000_000;
  that "the most" (Unix_socket.send_room (socket a) = 425_984);
  that "more fits" (send ~patience:Patience.none a data > 100_000);
  Unix_socket.set_receive_timeout (socket b) 0.5;
  that "all is there" (String.length (receive ~all:true b 300_000) = 300_000);
  let_go [ a; b ]

let all_of_it () =
  let a, b = Unix_socket.pair Stream me in
  let waiting = spawn (fun () -> receive ~all:true b 6) in
  Picos.Fiber.yield ();
  ignore (send a "abc");
  Picos.Fiber.yield ();
  that "it waits for the rest" (Picos.Computation.is_running waiting);
  ignore (send a "defg");
  that "all of it" (Picos.Computation.await waiting = "abcdef");
  let waiting = spawn (fun () -> receive ~all:true b 6) in
  Picos.Fiber.yield ();
  File.release a;
  that "what there is at the end" (Picos.Computation.await waiting = "g");
  File.release b

let datagrams_wait () =
  let place = Unix_socket.Abstract "datagrams" in
  let server = Unix_socket.create Datagram me and client = Unix_socket.create Datagram you in
  done_ (Unix_socket.bind (socket server) place);
  done_ (Unix_socket.connect (socket client) you place forever);
  for n = 0 to 10 do
    that "eleven fit" (send ~who:you client (string_of_int n) > 0)
  done;
  same "no more" ~linux:(-11) (send ~patience:Patience.none client "x");
  let polled = spawn (fun () -> done_ (Poll.poll [| (client, Readiness.writable) |] forever)) in
  Picos.Fiber.yield ();
  that "it is full" (Picos.Computation.is_running polled);
  that "the first" (receive server 10 = "0");
  ignore (Picos.Computation.await polled);
  ignore (send ~who:you client "11");
  let waiting = spawn (fun () -> write client "twelve") in
  let to_name = spawn (fun () -> send ~target:place ~who:you client "thirteen") in
  Picos.Fiber.yield ();
  that "they wait" (Picos.Computation.is_running waiting);
  that "in order" (receive server 10 = "1" && receive server 10 = "2");
  that "sent" (Picos.Computation.await waiting = 6 && Picos.Computation.await to_name = 8);
  for n = 3 to 11 do
    that "in order" (receive server 10 = string_of_int n)
  done;
  let cut, whole = done_ (receive_all_of server 3) in
  that "cut" (String.length cut = 3 && whole.length > 3 && whole.from = Some "");
  same "too long" ~linux:(-90) (send client (String.make 300_000 'x'));
  let_go [ server; client ]

let backlog () =
  let listener = Unix_socket.create Stream me in
  done_ (Unix_socket.bind (socket listener) Automatic);
  let name = Unix_socket.own_name (socket listener) in
  let place = Unix_socket.Abstract (String.sub name 1 (String.length name - 1)) in
  done_ (Unix_socket.listen (socket listener) me ~most:0);
  let client () = Unix_socket.create Stream you in
  let a = client () and b = client () in
  done_ (Unix_socket.connect (socket a) you place forever);
  fails "full" EAGAIN (Unix_socket.connect (socket b) you place Patience.none);
  let connecting = spawn (fun () -> Unix_socket.connect (socket b) you place forever) in
  Picos.Fiber.yield ();
  that "it waits" (Picos.Computation.is_running connecting);
  let first = done_ (Unix_socket.accept (socket listener) forever) in
  done_ (Picos.Computation.await connecting);
  let accepting =
    spawn (fun () ->
        let second = done_ (Unix_socket.accept (socket listener) forever) in
        let third = done_ (Unix_socket.accept (socket listener) forever) in
        (second, third))
  in
  Picos.Fiber.yield ();
  let c = client () in
  done_ (Unix_socket.connect (socket c) you place forever);
  let second, third = Picos.Computation.await accepting in
  that "who it is" (Unix_socket.peer_credentials (socket second) = you);
  that "who listens" (Unix_socket.peer_credentials (socket c) = me);
  that "named as the listener" (Unix_socket.own_name (socket third) = name);
  that "one to one" (send b "hello" = 5 && receive second 10 = "hello");
  fails "again" EISCONN (Unix_socket.connect (socket a) you place forever);
  File.release listener;
  fails "gone" ECONNREFUSED (Unix_socket.connect (client () |> socket) you place forever);
  let_go [ a; b; c; first; second; third ]

let not_accepted () =
  let listener = Unix_socket.create Seqpacket me in
  let place = Unix_socket.Named (Nameless.node Sockets, "path") in
  done_ (Unix_socket.bind (socket listener) place);
  that "its name" (Unix_socket.own_name (socket listener) = "path\000");
  done_ (Unix_socket.listen (socket listener) me ~most:5);
  let client = Unix_socket.create Seqpacket you in
  done_ (Unix_socket.connect (socket client) you place forever);
  fails "another kind" EPROTOTYPE
    (Unix_socket.connect (Unix_socket.create Stream me |> socket) me place forever);
  ignore (send client "x");
  let reading = spawn (fun () -> receive_all_of client 10) in
  Picos.Fiber.yield ();
  File.release listener;
  fails "reset" ECONNRESET (Picos.Computation.await reading);
  same "and closed" ~linux:(-32) (send client "x");
  File.release client

(* ---- who sends ---- *)

let credentials () =
  let a, b = Unix_socket.pair Stream me in
  ignore (send a "one");
  ignore (send ~who:you a "two");
  that "glued" (receive ~peek:true b 10 = "onetwo");
  Unix_socket.set_passes_credentials (socket b) true;
  let first, from = done_ (receive_all_of b 10) in
  that "kept apart" (first = "one" && from.credentials = Some me);
  let second, from = done_ (receive_all_of b 10) in
  that "the other's" (second = "two" && from.credentials = Some you);
  let_go [ a; b ]

(* ---- files under way ---- *)

let files_go_along () =
  let a, b = Unix_socket.pair Stream me and reader, writer = new_pipe () in
  ignore (send a "before");
  ignore (send ~rights:[ reader; writer ] a "with");
  ignore (send a "behind");
  let_go [ reader; writer ];
  let text, got = done_ (receive_all_of b 100) in
  that "up to the files" (text = "beforewith" && List.length got.rights = 2);
  (match got.rights with
  | [ reader; writer ] -> that "they work" (write writer "x" = 1 && read reader 5 = (1, "x"))
  | _ -> assert false);
  let_go got.rights;
  that "what is behind" (receive b 100 = "behind");
  let reader, writer = new_pipe () in
  ignore (send ~rights:[ writer ] a "dropped");
  File.release writer;
  that "plain reading drops them" (read b 100 = (7, "dropped") && read reader 5 = (0, ""));
  let reader2, writer2 = new_pipe () in
  ignore (send ~rights:[ writer2 ] a "lost");
  let_go [ writer2; a; b ];
  that "closing drops them" (read reader2 5 = (0, ""));
  let_go [ reader; reader2 ];
  same "frames" ~linux:0 (Frames.in_use ())

(* Sockets that wait in each other and that nobody else has; a pipe's end says when they are gone.
   *)
let circles () =
  let reader, writer = new_pipe () in
  let a, b = Unix_socket.pair Stream me and c, d = Unix_socket.pair Datagram me in
  ignore (send ~rights:[ b; writer ] a "b to itself");
  ignore (send ~rights:[ d; a ] c "d to itself, and a");
  File.release writer;
  that "held" (Unix_flight.nr_under_way () = 3);
  let_go [ a; b; d ];
  that "still held by c" (Readiness.is_empty (File.readiness reader));
  let got = snd (done_ (receive_all_of ~peek:true d 100)) in
  let_go got.rights;
  that "still held" (Readiness.is_empty (File.readiness reader));
  File.release c;
  that "all is gone" (read reader 1 = (0, ""));
  nothing_under_way ();
  File.release reader

let kept () =
  let a, b = Unix_socket.pair Stream me and c, d = Unix_socket.pair Stream me in
  ignore (send ~rights:[ b ] a "b in itself");
  ignore (send ~rights:[ d ] a "d too");
  ignore (send c "hello");
  let_go [ b; d ];
  let other, another = Unix_socket.pair Stream me in
  ignore (send ~rights:[ a ] other "a, by which b may be had");
  let_go [ a ];
  Unix_flight.collect ();
  let got = done_ (receive_all_of another 100) in
  that "a has come" (List.length (snd got).rights = 1);
  let_go ((snd got).rights @ [ other; another ]);
  same "c's peer has gone" ~linux:(-32) (send c "x");
  nothing_under_way ();
  File.release c

(* In a queue that waits to be accepted. *)
let circle_through_listener () =
  let listener = Unix_socket.create Stream me and place = Unix_socket.Abstract "circle" in
  done_ (Unix_socket.bind (socket listener) place);
  done_ (Unix_socket.listen (socket listener) me ~most:5);
  let client = Unix_socket.create Stream me in
  done_ (Unix_socket.connect (socket client) me place forever);
  ignore (send ~rights:[ listener; client ] client "both");
  let_go [ listener; client ];
  let a, b = Unix_socket.pair Stream me in
  let_go [ a; b ];
  nothing_under_way ();
  let fresh = Unix_socket.create Stream me in
  done_ (Unix_socket.bind (socket fresh) place);
  File.release fresh

(* Each pair waits in the next: they are not closed one inside the other. *)
let long_chain () =
  let first = Unix_socket.pair Stream me in
  let last =
    List.fold_left
      (fun (a, b) () ->
        let (c, d) as next = Unix_socket.pair Stream me in
        ignore (send ~rights:[ a; b ] c "down");
        let_go [ a; b ];
        ignore d;
        next)
      first
      (List.init 2000 (fun _ -> ()))
  in
  let_go [ fst last; snd last ];
  nothing_under_way ()

(* Of one user, and in all sockets together. *)
let limits () =
  let a, b = Unix_socket.pair Stream me and counter = Eventfd.create ~initial:0 ~semaphore:false in
  let many nr = List.init nr (fun _ -> counter) in
  same "too many at once" ~linux:(-22) (send ~rights:(many 254) a "x");
  for _ = 1 to Unix_flight.most / 128 do
    same "sent" ~linux:1 (send ~rights:(many 128) a "x")
  done;
  same "too many of a user" ~linux:(-109) (send ~rights:(many 1) a "x");
  same "another user's" ~linux:1 (send ~rights:(many 1) ~who:you a "x");
  same "held" ~linux:(Unix_flight.most + 2) (File.holders counter);
  same "some are read" ~linux:1 (fst (read b 1));
  same "so there is room" ~linux:1 (send ~rights:(many 128) a "x");
  Atomic.set Unix_end.most_charged 100;
  same "no memory" ~linux:(-105) (send a "x");
  Atomic.set Unix_end.most_charged (64 lsl 20);
  let_go [ a; b ];
  same "let go of" ~linux:1 (File.holders counter);
  File.release counter

let canceled () =
  let a, b = Unix_socket.pair Stream me and reader, writer = new_pipe () in
  ignore (send ~rights:[ writer ] a "abc");
  File.release writer;
  let waiting = spawn (fun () -> receive ~all:true b 3) in
  that "files end it" (Picos.Computation.await waiting = "abc");
  let waiting = spawn (fun () -> receive b 3) in
  Picos.Fiber.yield ();
  Picos.Computation.cancel waiting Exit (Printexc.get_callstack 0);
  Picos.Fiber.yield ();
  that "nobody watches" (Watch.is_empty (Option.get b.file.watch));
  let_go [ a; b; reader ]

let () =
  random "streams wait for room and for bytes" 3 stream_waits;
  alone "what is under way is bounded" bounded;
  alone "all of it, or what there is at the end" all_of_it;
  alone "datagrams wait for who receives" datagrams_wait;
  alone "who connects waits to be accepted" backlog;
  alone "a listener that goes away" not_accepted;
  alone "who has sent it" credentials;
  alone "files go along" files_go_along;
  alone "sockets that wait in each other are closed" circles;
  alone "those that can still be had are kept" kept;
  alone "a circle through a listener" circle_through_listener;
  alone "a long chain" long_chain;
  alone "limits" limits;
  alone "a canceled receiver leaves nothing behind" canceled;
  Check.finish ()
