(* Every order of the atomic operations of fibers that use local sockets, with few preemptions.
   Where threads wait, a lost wake-up is a deadlock, which fails the test. *)
open Explored
open Explored_files

let that = Check.that
let computation () : unit Computation.t = Computation.create ()
let fiber main () = Fibers.fiber (computation ()) main ()
let me = { Unix_socket.pid = 1; uid = 0; gid = 0 }
let socket (file : File.t) = match file.what with Unix_socket.Socket s -> s | _ -> assert false
let pair () = Unix_socket.pair Stream me

let send ?rights file text =
  Unix_socket.send (socket file) ?rights me Patience.forever (Transfer.of_string text)

let receive file length =
  let bytes = Bytes.create length in
  match Unix_socket.receive (socket file) Patience.forever (Transfer.of_bytes bytes 0 length) with
  | Ok got -> Ok (Bytes.sub_string bytes 0 got.count, got.rights)
  | Error _ as error -> error

let gets file text () =
  that "what was sent" (receive file (max 1 (String.length text)) = Ok (text, []))

let sends file text () = that "sent" (send file text = Ok (String.length text))
let done_ = function Ok value -> value | Error errno -> failwith (Errno.name errno)

(* Full with one message, and far from empty. *)
let large = String.make 4096 'x'

let streams =
  [
    ( "stream: a receiver waits for bytes",
      fun () ->
        let a, b = pair () in
        ([ fiber (gets b "hello"); fiber (sends a "hello") ], ignore) );
    ( "stream: a receiver waits for the end",
      fun () ->
        let a, b = pair () in
        ([ fiber (gets b ""); fiber (fun () -> File.release a) ], ignore) );
    ( "stream: what was sent before the end comes before it",
      fun () ->
        let a, b = pair () in
        let go () =
          sends a "last" ();
          File.release a
        in
        ([ fiber (gets b "last"); fiber go ], ignore) );
    ( "stream: a sender waits for room",
      fun () ->
        let a, b = pair () in
        Unix_socket.set_send_room (socket a) 1;
        that "full" (send a large = Ok 4096);
        ([ fiber (sends a "more"); fiber (gets b large) ], ignore) );
    ( "stream: a sender waits for room, and the receiver goes",
      fun () ->
        let a, b = pair () in
        Unix_socket.set_send_room (socket a) 1;
        that "full" (send a large = Ok 4096);
        let go () =
          match send a "more" with
          | Error (EPIPE | ECONNRESET) -> ()
          | _ -> raise (Failure "sent to nobody")
        in
        ([ fiber go; fiber (fun () -> File.release b) ], ignore) );
    ( "stream: a file sent to who goes is let go of",
      fun () ->
        let a, b = pair () and cargo = Eventfd.create ~initial:0 ~semaphore:false in
        let go () = ignore (send ~rights:[ cargo ] a "x") in
        ( [ fiber go; fiber (fun () -> File.release b) ],
          fun () -> that "held by us alone" (File.holders cargo = 1) ) );
    ( "stream: two receive",
      fun () ->
        let a, b = pair () and got = ref 0 in
        let one () = got := !got + String.length (fst (done_ (receive b 1))) in
        ( [ fiber one; fiber one; fiber (sends a "xy") ], fun () -> that "each one" (!got = 2) ) );
  ]

let listener ~most =
  let file = Unix_socket.create Stream me in
  let place = Unix_socket.Named (Nameless.node Sockets, "path") in
  done_ (Unix_socket.bind (socket file) place);
  done_ (Unix_socket.listen (socket file) me ~most);
  (file, place)

let connect place () =
  let file = Unix_socket.create Stream me in
  (file, Unix_socket.connect (socket file) me place Patience.forever)

let accepts file () = ignore (done_ (Unix_socket.accept (socket file) Patience.forever))
let connects place () = done_ (snd (connect place ()))

let connections =
  [
    ( "listener: accepting waits for who connects",
      fun () ->
        let file, place = listener ~most:1 in
        ([ fiber (accepts file); fiber (connects place) ], ignore) );
    ( "listener: connecting waits for who accepts",
      fun () ->
        let file, place = listener ~most:0 in
        connects place ();
        ([ fiber (connects place); fiber (accepts file) ], ignore) );
    ( "listener: who connects is refused or cut off when it goes",
      fun () ->
        let file, place = listener ~most:1 in
        let go () =
          match connect place () with
          | client, Ok () -> that "cut off" (receive client 1 = Error Errno.ECONNRESET)
          | _, Error errno -> that "refused" (errno = ECONNREFUSED)
        in
        ([ fiber go; fiber (fun () -> File.release file) ], ignore) );
  ]

let datagrams =
  [
    ( "datagram: a sender waits until the receiver takes one",
      fun () ->
        let server = Unix_socket.create Datagram me and client = Unix_socket.create Datagram me in
        let place = Unix_socket.Named (Nameless.node Sockets, "path") in
        done_ (Unix_socket.bind (socket server) place);
        done_ (Unix_socket.connect (socket client) me place Patience.none);
        Atomic.set (socket server).most_queued 0;
        sends client "one" ();
        let write () =
          let transfer = Transfer.of_string "two" in
          that "written" (File.write client Patience.forever transfer = Ok 3)
        in
        ([ fiber write; fiber (gets server "one") ], ignore) );
  ]

(* Two pairs whose ends wait in each other, held by nothing else but what [first] does. *)
let circle () =
  let a, b = pair () in
  that "sent" (send ~rights:[ b ] a "b" = Ok 1);
  that "sent" (send ~rights:[ a ] b "a" = Ok 1);
  (a, b)

let flights =
  [
    ( "circle: found, whoever lets go last",
      fun () ->
        let a, b = circle () and c, d = pair () and left = ref 3 in
        let release file () =
          File.release file;
          decr left
        in
        let collect () =
          Explorer.wait_until (fun () -> !left = 0);
          Unix_flight.collect ()
        in
        ignore d;
        ( [ fiber (release a); fiber (release b); fiber (release c); fiber collect ],
          fun () -> that "none is left" (Unix_flight.nr_under_way () = 0) ) );
    ( "circle: what is received meanwhile is kept",
      fun () ->
        let a, b = circle () and got = ref [] in
        File.release b;
        let receive () =
          match receive a 10 with
          | Ok (_, rights) ->
              got := rights;
              File.release a
          | Error _ -> raise (Failure "not received")
        in
        ( [ fiber receive; fiber Unix_flight.collect; fiber Unix_flight.collect ],
          fun () ->
            let holders = List.map File.holders !got in
            that "a, held here and by the message in b that was emptied or not"
              (List.for_all (fun n -> n >= 1) holders) ) );
  ]

let () =
  let with_preemptions preemptions =
    List.iter (fun (name, scenario) -> Explore.test ~preemptions name scenario)
  in
  with_preemptions 2 (streams @ connections @ datagrams);
  with_preemptions 1 flights;
  Explore.finish ()
