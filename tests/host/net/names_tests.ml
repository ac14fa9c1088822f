(* DNS: names and messages as bytes, and a resolver with servers that tests play. *)
open Net

let test = Check.test
let is = Check.that
let second = 1_000_000_000
let name text = Option.get (Dns_name.of_string text)

(* ---- bytes ---- *)

let read_name ?(offset = 0) text =
  let m = Hex.octets text in
  Dns_name.read m ~at:0 ~length:(Octets.length m) ~offset

let names () =
  test "names: what is one" (fun () ->
      Hex.text "lower case" (Dns_name.to_string (name "WWW.Example.org.")) "www.example.org";
      let none text = is (Printf.sprintf "%S" text) (Dns_name.of_string text = None) in
      List.iter none [ ""; "a..b";
      ".a"; String.make 64 'x'; String.concat "." (List.init 128 (fun _ -> "ab")) ];
      is "63" (Dns_name.of_string (String.make 63 'x') <> None));
  test "names: as bytes, with pointers (RFC 1035 4.1.4)" (fun () ->
      Hex.equal "written" (Dns_name.write (name "www.a")) "03777777 0161 00";
      match read_name ~offset:3 "0161 00 03777777 c000 ff" with
      | Ok (n, 9) -> Hex.text "read" (Dns_name.to_string n) "www.a"
      | _ -> failwith "it is not read");
  test "names: errors" (fun () ->
      let error what text ?offset wanted =
        Hex.error what (read_name ?offset text) ("DNS, byte " ^ wanted)
      in
      error "no end" "0161" "2: 1 bytes are wanted, and 0 are left";
      error "short label" "0561" "0: 6 bytes are wanted, and 2 are left";
      error "a loop" "c000" "0: a pointer of 0 is impossible";
      error "forwards" "c002 00" "0: a pointer of 2 is impossible";
      error "a loop of two" ~offset:2 "c002 c000" "0: a pointer of 2 is impossible";
      error "half a pointer" "c0" "0: 2 bytes are wanted, and 1 are left";
      error "other kinds" "40 00" "0: a label length of 64 is impossible")

(* example.org A: an alias of www.example.org, which has two addresses. *)
let question = "07 6578616d706c65 03 6f7267 00 0001 0001"

let answer =
  "1234 8180 0001 0003 0000 0000" ^ question ^ "c00c 0005 0001 00000e10 0006 03777777 c00c"
  ^ "c029 0001 0001 0000003c 0004 0a000005" ^ "c029 0001 0001 0000001e 0004 0a000006"

let read_message text =
  let m = Hex.octets text in
  Dns_message.read m ~at:0 ~length:(Octets.length m)

let messages () =
  test "messages: a question" (fun () ->
      Hex.equal "bytes" (Dns_message.query ~id:0x1234 (name "example.org") A)
        ("1234 0100 0001 0000 0000 0000" ^ question));
  test "messages: an answer with an alias" (fun () ->
      match read_message answer with
      | Ok a ->
          Hex.int "id" a.id 0x1234;
          is "question" (a.question = Some (name "example.org", A));
          let www = name "www.example.org" in
          let ip n = Dns_message.Address (Address.v4 10 0 0 n) in
          is "records"
            (a.records
            = [ { name = name "example.org"; lives = 3600; data = Alias www };
                { name = www; lives = 60; data = ip 5 }; { name = www; lives = 30; data = ip 6 } ])
      | Error e -> failwith (Format.asprintf "%a" Error.pp e));
  test "messages: errors" (fun () ->
      let error what text wanted = Hex.error what (read_message text) ("DNS, byte " ^ wanted) in
      error "short" "1234" "0: 12 bytes are wanted, and 2 are left";
      error "a question"
        ("1234 0100 0001 0000 0000 0000" ^ question) "2: a flags field of 256 is impossible";
      error "questions"
        ("1234 8180 0002 0000 0000 0000" ^ question) "4: a number of questions of 2 is impossible";
      error "a record"
        ("1234 8180 0001 0001 0000 0000" ^ question ^ "c00c 0001 0001")
          "31: 10 bytes are wanted, and 4 are left")

(* ---- a resolver, and servers that tests play ---- *)

let serve h answer =
  let udp = Stack.udp (World.stack h) in
  let socket = Result.get_ok (Udp_socket.bind udp ~port:53 ()) in
  let bytes = Bytes.create 600 in
  let rec go () =
    match Udp_socket.receive udp socket bytes 0 600 with
    | Ok (n, from, port) ->
        let reply = Bytes.of_string (answer (Bytes.sub_string bytes 0 n)) in
        if Bytes.length reply > 0 then
          ignore (Udp_socket.send udp socket from ~port reply 0 (Bytes.length reply) : (unit, _)
            result);
        go ()
    | Error _ -> ()
  in
  World.fork go

let with_server ?(servers = [ World.address 2 ]) answer fn =
  World.run (fun w ->
      let a = World.host w 1 and b = World.host w 2 in
      let asked = ref 0 in
      serve b (fun question ->
          incr asked;
          answer question);
      let dns = Dns.create (World.stack a) in
      Dns.set_servers dns servers;
      fn w dns b asked)

let id_of question = String.sub question 0 2
let good question =
  id_of question ^ String.sub (Hex.bytes answer) 2 (String.length (Hex.bytes answer) - 2)
let two = Ok [ Address.v4 10 0 0 5; Address.v4 10 0 0 6 ]
let lookup dns text = Dns.lookup dns A text

let resolver () =
  test "lookup: addresses of an alias, and then from the cache until the first ends" (fun () ->
      with_server good (fun w dns _ asked ->
          is "found" (lookup dns "Example.ORG" = two);
          is "again" (lookup dns "example.org" = two);
          Hex.int "asked" !asked 1;
          World.sleep w (31 * second);
          is "later" (lookup dns "example.org" = two);
          Hex.int "asked" !asked 2));
  test "lookup: what needs no server" (fun () ->
      with_server good (fun _ dns _ asked ->
          is "an address" (lookup dns "10.9.8.7" = Ok [ Address.v4 10 9 8 7 ]);
          is "of the other kind" (lookup dns "::1" = Error No_addresses);
          is "no name" (lookup dns "a..b" = Error Bad_name);
          Dns.set_servers dns [];
          is "no server" (lookup dns "example.org" = Error No_server);
          Hex.int "asked" !asked 0));
  test "lookup: the next server, when one does not answer or cannot" (fun () ->
      with_server ~servers:[ World.address 9; World.address 2 ] good (fun _ dns _ _ ->
          is "found" (lookup dns "example.org" = two));
      with_server (fun q -> id_of q ^ Hex.bytes ("8182 0001 0000 0000 0000" ^ question))
        (fun _ dns _ asked ->
          is "failed" (lookup dns "example.org" = Error (Failed 2));
          Hex.int "three rounds" !asked 3));
  test "lookup: silence" (fun () ->
      with_server (fun _ -> "") (fun w dns _ _ ->
          let before = World.now w in
          is "no answer" (lookup dns "example.org" = Error No_answer);
          Hex.int "seconds" ((World.now w - before) / second) 6));
  let absent code =
    fun q ->
     id_of q
     ^ Hex.bytes
         (Printf.sprintf "818%d 0001 0000 0001 0000 %s c014 0006 0001 00000e10 0018 c014 c014 %s"
           code question
            "00000001 00000002 00000003 00000004 0000000a")
  in
  test "RFC 2308: no such name, remembered as long as the server says" (fun () ->
      with_server (absent 3) (fun w dns _ asked ->
          is "none" (lookup dns "example.org" = Error No_such_name);
          is "remembered" (lookup dns "example.org" = Error No_addresses);
          Hex.int "asked" !asked 1;
          World.sleep w (11 * second);
          ignore (lookup dns "example.org" : (_, _) result);
          Hex.int "asked again" !asked 2));
  test "RFC 5452: answers with another id or question are not taken" (fun () ->
      let wrong_id q = Printf.sprintf "%c%c" q.[0] (Char.chr (Char.code q.[1] lxor 1)) in
      with_server (fun q -> wrong_id q ^ String.sub (good q) 2 (String.length (good q) - 2))
        (fun _ dns _ _ ->
          is "id" (lookup dns "example.org" = Error No_answer));
      with_server good (fun _ dns _ _ -> is "name" (lookup dns "example.net" = Error No_answer)));
  test "RFC 7766: what is cut is asked for by TCP" (fun () ->
      with_server (fun q -> id_of q ^ Hex.bytes ("8380 0001 0000 0000 0000" ^ question))
        (fun _ dns b _ ->
          let tcp = Stack.tcp (World.stack b) in
          let listener = Result.get_ok (Tcp.listen tcp ~port:53 ()) in
          World.fork (fun () ->
              let socket = Result.get_ok (Tcp.accept tcp listener) in
              let bytes = Bytes.create 600 in
              ignore (Tcp.read tcp socket bytes 0 600 : (int, _) result);
              let reply = good (Bytes.sub_string bytes 2 100) in
              let whole =
                Bytes.of_string (Printf.sprintf "\000%c%s" (Char.chr (String.length reply)) reply)
              in
              ignore (Tcp.write tcp socket whole 0 (Bytes.length whole) : (unit, _) result);
              Tcp.leave tcp socket);
          is "found" (lookup dns "example.org" = two)));
  test "cache: a limit, and what ends first goes first" (fun () ->
      let t = Dns_cache.create () in
      for n = 1 to 3000 do
        Dns_cache.add t ~now:0 (name (Printf.sprintf "n%d.org" n)) A [ Address.loopback4 ]
          ~seconds:n
      done;
      Hex.int "count" (Dns_cache.count t) Dns_cache.limit;
      is "the last" (Dns_cache.find t ~now:0 (name "n3000.org") A <> None))

let () =
  names ();
  messages ();
  resolver ();
  Check.finish ()
