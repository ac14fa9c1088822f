(* Our stack beside Linux's: over a tap device, in a network namespace of its own. *)
open Net

let ours4 = Unix.inet_addr_of_string "10.99.0.2"
let ours6 = Unix.inet_addr_of_string "fd99::2"
let linux4 = Address.v4 10 99 0 1
let linux6 = Option.get (Address.of_string "fd99::1")
let is what holds = if not holds then failwith what

let tcp_ok what = function
  | Ok value -> value
  | Error e -> failwith (Format.asprintf "%s: %a" what Tcp.pp_error e)

let content seed length =
  let random = Random.State.make [| seed |] in
  String.init length (fun _ -> Char.chr (Random.State.int random 256))

(* ---- Linux's side ---- *)

let domain address = Unix.domain_of_sockaddr (Unix.ADDR_INET (address, 0))

let connect_linux address port =
  let fd = Unix.socket (domain address) SOCK_STREAM 0 in
  Unix.connect fd (ADDR_INET (address, port));
  fd

let rec write_linux fd text at =
  if at < String.length text then
    write_linux fd text (at + Unix.write_substring fd text at (String.length text - at))

let read_linux fd =
  let bytes = Bytes.create 65536 and all = Buffer.create 65536 in
  let rec go () =
    match Unix.read fd bytes 0 65536 with
    | 0 -> Buffer.contents all
    | n ->
        Buffer.add_subbytes all bytes 0 n;
        go ()
  in
  go ()

let echo_through address ~port text () =
  let fd = connect_linux address port in
  match Unix.fork () with
  | 0 ->
      write_linux fd text 0;
      Unix.shutdown fd SHUTDOWN_SEND;
      Unix._exit 0
  | pid ->
      let got = read_linux fd in
      ignore (Unix.waitpid [] pid : int * Unix.process_status);
      is "Linux got back what it sent" (got = text)

let listen_linux address port =
  let fd = Unix.socket (domain address) SOCK_STREAM 0 in
  Unix.setsockopt fd SO_REUSEADDR true;
  Unix.bind fd (ADDR_INET (address, port));
  Unix.listen fd 128;
  fd

let serve_one fd =
  let peer, _ = Unix.accept fd in
  let bytes = Bytes.create 65536 in
  let rec go () =
    match Unix.read peer bytes 0 65536 with
    | 0 -> Unix.close peer
    | n ->
        write_linux peer (Bytes.sub_string bytes 0 n) 0;
        go ()
  in
  go ()

(* ---- our side ---- *)

let serve t ~port =
  let tcp = Stack.tcp (Tap.stack t) in
  let listener = tcp_ok "listen" (Tcp.listen tcp ~port ()) in
  let one socket () =
    let bytes = Bytes.create 16384 in
    let rec go () =
      match Tcp.read tcp socket bytes 0 16384 with
      | Ok 0 | Error _ -> Tcp.leave tcp socket
      | Ok n ->
          ignore (Tcp.write tcp socket bytes 0 n : (unit, Tcp.error) result);
          go ()
    in
    go ()
  in
  let rec go () =
    match Tcp.accept tcp listener with
    | Ok socket ->
        Tap.fork (one socket);
        go ()
    | Error _ -> ()
  in
  Tap.fork go

let read_ours tcp socket =
  let bytes = Bytes.create 16384 and all = Buffer.create 65536 in
  let rec go () =
    match tcp_ok "read" (Tcp.read tcp socket bytes 0 16384) with
    | 0 -> Buffer.contents all
    | n ->
        Buffer.add_subbytes all bytes 0 n;
        go ()
  in
  go ()

let echo_at_linux t address ~port text =
  let tcp = Stack.tcp (Tap.stack t) in
  let socket = tcp_ok "connect" (Tcp.connect tcp address ~port) in
  Tap.fork (fun () ->
      tcp_ok "write" (Tcp.write tcp socket (Bytes.of_string text) 0 (String.length text));
      Tcp.close tcp socket);
  let got = read_ours tcp socket in
  Tcp.leave tcp socket;
  is "we got back what we sent" (got = text)


(* ---- the tests ---- *)

let nothing () = ()

let ping t =
  let answered address =
    match Echo.ask (Stack.echo (Tap.stack t)) address ~bytes:1000 ~patience:2_000_000_000 with
    | Ok (Some { bytes = 1000; _ }) -> true
    | _ -> false
  in
  Check.test "Linux: it answers our echoes, of both versions" (fun () ->
      Tap.with_linux t nothing (fun () ->
          is "version 4" (answered linux4);
          is "version 6" (answered linux6)))

let echo_request = "\x08\x00\xf7\xfd\x00\x01\x00\x01"

let be_pinged t =
  Check.test "Linux: we answer its echoes" (fun () ->
      let linux () =
        let fd = Unix.socket PF_INET SOCK_RAW 1 in
        ignore (Unix.sendto_substring fd echo_request 0 8 [] (ADDR_INET (ours4, 0)) : int);
        let bytes = Bytes.create 100 in
        let n, _ = Unix.recvfrom fd bytes 0 100 [] in
        is "reply" (Bytes.sub_string bytes (n - 8) 8 = "\000\000\xff\xfd\000\001\000\001")
      in
      Tap.with_linux t linux nothing)

let udp_sizes = [ 0; 1; 1000; 1472; 1473; 4000; 20000; 60000 ]

let udp_server t name address =
  let udp = Stack.udp (Tap.stack t) in
  Check.test ("Linux: UDP to us and back, in fragments too, " ^ name) (fun () ->
      let linux () =
        let fd = Unix.socket (domain address) SOCK_DGRAM 0 and bytes = Bytes.create 65536 in
        List.iter
          (fun size ->
            let text = content size size in
            ignore (Unix.sendto_substring fd text 0 size [] (ADDR_INET (address, 7)) : int);
            let n, _ = Unix.recvfrom fd bytes 0 65536 [] in
            is (Printf.sprintf "%d bytes" size) (Bytes.sub_string bytes 0 n = text))
          udp_sizes
      in
      Tap.with_linux t linux (fun () ->
          let socket = Result.get_ok (Udp_socket.bind udp ~port:7 ()) in
          let bytes = Bytes.create 65536 in
          List.iter
            (fun _ ->
              let n, from, port = Result.get_ok (Udp_socket.receive udp socket bytes 0 65536) in
              Result.get_ok (Udp_socket.send udp socket from ~port bytes 0 n))
            udp_sizes;
          Udp_socket.close udp socket))

let refused t =
  Check.test "Linux: nobody is at our port, by UDP and TCP" (fun () ->
      let fails f =
        match f () with exception Unix.Unix_error (ECONNREFUSED, _, _) -> true | _ -> false
      in
      let linux () =
        let fd = Unix.socket PF_INET SOCK_DGRAM 0 in
        Unix.connect fd (ADDR_INET (ours4, 9));
        ignore (Unix.write_substring fd "x" 0 1 : int);
        is "UDP" (fails (fun () -> ignore (Unix.read fd (Bytes.create 9) 0 9 : int)));
        is "TCP" (fails (fun () -> ignore (connect_linux ours4 9 : Unix.file_descr)));
        is "TCP, version 6" (fails (fun () -> ignore (connect_linux ours6 9 : Unix.file_descr)))
      in
      Tap.with_linux t linux nothing);
  Check.test "Linux: nobody is at its port" (fun () ->
      Tap.with_linux t nothing (fun () ->
          is "refused" (Tcp.connect (Stack.tcp (Tap.stack t)) linux4 ~port:9 = Error Refused)))

let streams t ~port name text =
  Check.test ("Linux: a stream to us and back, " ^ name) (fun () ->
      Tap.with_linux t (echo_through ours4 ~port text) (fun () -> serve t ~port));
  Check.test ("Linux: a stream from us and back, " ^ name) (fun () ->
      let fd = listen_linux (Unix.inet_addr_of_string "10.99.0.1") port in
      Tap.with_linux t (fun () -> serve_one fd) (fun () -> echo_at_linux t linux4 ~port text);
      Unix.close fd)

let version6 t =
  let text = content 6 1_000_000 in
  Check.test "Linux: a stream to us and back, version 6" (fun () ->
      Tap.with_linux t (echo_through ours6 ~port:60 text) (fun () -> serve t ~port:60));
  Check.test "Linux: a stream from us and back, version 6" (fun () ->
      let fd = listen_linux (Unix.inet_addr_of_string "fd99::1") 61 in
      Tap.with_linux t (fun () -> serve_one fd) (fun () -> echo_at_linux t linux6 ~port:61 text);
      Unix.close fd)

(* Until nothing more can be written: the event loop turns. *)
let rec await_full tcp socket =
  if Tcp.is_writable tcp socket then begin
    Picos.Fiber.sleep ~seconds:0.;
    await_full tcp socket
  end

let slow_reader t =
  Check.test "Linux: it reads late, when its window has long been full, and gets all" (fun () ->
      let text = content 8 3_000_000 and wait, go = Unix.pipe () in
      let linux () =
        let fd = Unix.socket PF_INET SOCK_STREAM 0 in
        Unix.setsockopt_int fd SO_RCVBUF 4096;
        Unix.connect fd (ADDR_INET (ours4, 80));
        is "told" (Unix.read wait (Bytes.create 1) 0 1 = 1);
        is "all" (read_linux fd = text)
      in
      Tap.with_linux t linux (fun () ->
          let tcp = Stack.tcp (Tap.stack t) in
          let listener = tcp_ok "listen" (Tcp.listen tcp ~port:80 ()) in
          let socket = tcp_ok "accept" (Tcp.accept tcp listener) in
          let writing =
            Structured.Flock.fork_as_promise (fun () ->
                tcp_ok "write" (Tcp.write tcp socket (Bytes.of_string text) 0 (String.length text)))
          in
          await_full tcp socket;
          ignore (Unix.write_substring go "x" 0 1 : int);
          Structured.Promise.await writing;
          Tcp.leave tcp socket;
          Tcp.stop tcp listener))

let many t =
  Check.test "Linux: a hundred connections at once" (fun () ->
      let linux () =
        let fds = List.init 100 (fun _ -> connect_linux ours4 81) in
        List.iteri (fun i fd -> write_linux fd (content i 5000) 0) fds;
        List.iter (fun fd -> Unix.shutdown fd SHUTDOWN_SEND) fds;
        List.iteri (fun i fd -> is "the same" (read_linux fd = content i 5000)) fds
      in
      Tap.with_linux t linux (fun () -> serve t ~port:81))

let with_losses t fn =
  Tap.set_faults t { drop = 0.05; duplicate = 0.02; reorder = 0.1 };
  Fun.protect ~finally:(fun () -> Tap.set_faults t { drop = 0.; duplicate = 0.; reorder = 0. }) fn

let lossy t = with_losses t (fun () -> streams t ~port:90 "with losses" (content 9 300_000))

(* What Linux offers, and takes, in this namespace. *)
let set_linux name value =
  let channel = open_out ("/proc/sys/net/ipv4/tcp_" ^ name) in
  output_string channel value;
  close_out channel

let without t ~port names =
  let what = "without " ^ String.concat ", " names in
  List.iter (fun name -> set_linux name "0") names;
  Fun.protect
    ~finally:(fun () -> List.iter (fun name -> set_linux name "1") names)
    (fun () ->
      streams t ~port what (content 10 1_000_000);
      with_losses t (fun () -> streams t ~port:(port + 1) (what ^ ", with losses")
        (content 11 200_000)))

let poorer t =
  match set_linux "sack" "1" with
  | () ->
      without t ~port:100 [ "sack" ];
      without t ~port:102 [ "timestamps" ];
      without t ~port:104 [ "window_scaling" ];
      without t ~port:106 [ "sack"; "timestamps"; "window_scaling" ]
  | exception Sys_error reason -> Printf.printf "# not without options: %s\n" reason

let resets t =
  Check.test "Linux: it resets, and we hear of it" (fun () ->
      let linux () =
        let fd = connect_linux ours4 82 in
        Unix.setsockopt_optint fd SO_LINGER (Some 0);
        Unix.close fd
      in
      Tap.with_linux t linux (fun () ->
          let tcp = Stack.tcp (Tap.stack t) in
          let listener = tcp_ok "listen" (Tcp.listen tcp ~port:82 ()) in
          let socket = tcp_ok "accept" (Tcp.accept tcp listener) in
          is "reset" (Tcp.read tcp socket (Bytes.create 9) 0 9 = Error Reset);
          Tcp.stop tcp listener))

let all t =
  ping t;
  be_pinged t;
  udp_server t "version 4" ours4;
  udp_server t "version 6" ours6;
  refused t;
  streams t ~port:50 "of one byte" "x";
  streams t ~port:51 "of 8 MB" (content 5 8_000_000);
  version6 t;
  slow_reader t;
  many t;
  lossy t;
  poorer t;
  resets t;
  Check.finish ()

let () =
  Sys.set_signal Sys.sigpipe Signal_ignore;
  match Tap.create () with
  | Some t -> all t
  | None ->
      print_endline "skipped: no tap device in a network namespace of its own";
      print_endline "0 passed, 0 failed, 1 skipped"
