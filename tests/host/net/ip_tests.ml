(* The tables below the sockets, each by itself: what they promise, and their limits. *)
open Net

let test = Check.test
let is = Check.that
let second = 1_000_000_000
let address n = Address.v4 10 0 (n lsr 8) (n land 255)
let packet = Tcp_end.packet
let text p = Octets.to_string (Packet.memory p) ~at:(Packet.start p) ~length:(Packet.length p)

(* The test, and no packet that it made is left. *)
let tidy name body =
  test name (fun () ->
      let held = Tcp_end.packets_held () in
      body ();
      Hex.int "packets left" (Tcp_end.packets_held ()) held)

(* ---- reassembly ---- *)

let key n =
  { Reassembly.source = address n; destination = address 1; identification = n; protocol = 17 }

let add ?(now = 0) ?(n = 2) t offset more data =
  Option.map
    (fun (header, p) -> header ^ text p)
    (Reassembly.add t ~now (key n) ~offset ~more ~header:"H" (packet data))

let gone t = ignore (Reassembly.expire t ~now:(1000 * second) (fun _ _ -> ()))

let reassembly () =
  tidy "reassembly: in order, backwards, and repeated" (fun () ->
      let t = Reassembly.create () in
      is "first" (add t 0 true "01234567" = None);
      is "again" (add t 0 true "01234567" = None);
      is "last" (add t 8 false "89" = Some "H0123456789");
      is "last first" (add t 16 false "gh" = None);
      is "middle" (add t 8 true "89abcdef" = None);
      is "all" (add t 0 true "01234567" = Some "H0123456789abcdefgh");
      Hex.int "none left" (Reassembly.count t) 0;
      Hex.int "no bytes" (Reassembly.bytes t) 0);
  tidy "RFC 5722: what overlaps is dropped, and all that was there" (fun () ->
      let t = Reassembly.create () in
      ignore (add t 0 true (String.make 16 'a') : string option);
      is "overlap" (add t 8 true (String.make 16 'b') = None);
      Hex.int "none left" (Reassembly.count t) 0;
      ignore (add t 16 false "end" : string option);
      is "before" (add t 8 true (String.make 16 'b') = None);
      Hex.int "none left" (Reassembly.count t) 0);
  tidy "reassembly: what no packet can be" (fun () ->
      let t = Reassembly.create () in
      let refused what offset more data =
        is what (add t offset more data = None && Reassembly.count t = 0)
      in
      refused "not a multiple of 8" 0 true "0123456";
      refused "beyond 64 KiB (the ping of death)" 65528 false (String.make 100 'x');
      refused "empty" 8 true "";
      ignore (add t 0 false "short" : string option);
      ignore (add t 8 true "01234567" : string option);
      ignore (add t 24 false "end" : string option);
      refused "beyond the end" 32 true "01234567";
      ignore (add t 24 false "end" : string option);
      refused "two ends" 16 false "end");
  tidy "reassembly: limits, and the oldest goes first" (fun () ->
      let t = Reassembly.create () in
      for n = 1 to 1000 do
        ignore (add t ~now:n ~n 8 true "01234567" : string option)
      done;
      Hex.int "packets" (Reassembly.count t) Reassembly.limit;
      is "the last is there" (add t ~n:1000 0 true "abcdefgh" = None);
      is "and is made whole" (add t ~n:1000 16 false "." = Some "Habcdefgh01234567.");
      for n = 1 to 1000 do
        ignore (add t ~now:n ~n:(2000 + n) 8 true (String.make 60_000 'x') : string option)
      done;
      is "bytes" (Reassembly.bytes t <= Reassembly.most_bytes);
      gone t;
      Hex.int "none" (Reassembly.bytes t) 0);
  tidy "reassembly: so many fragments, and no more" (fun () ->
      let t = Reassembly.create () in
      for i = 1 to Reassembly.most_fragments + 1 do
        ignore (add t (8 * i) true "01234567" : string option)
      done;
      Hex.int "given up" (Reassembly.count t) 0);
  tidy "reassembly: given up after 30 s, and whose beginning came is told" (fun () ->
      let t = Reassembly.create () in
      ignore (add t ~n:2 0 true "01234567" : string option);
      ignore (add t ~now:second ~n:3 8 true "01234567" : string option);
      Hex.int "deadline" (Reassembly.deadline t) (30 * second);
      let told = ref [] in
      let tell header p = told := (header ^ text p) :: !told in
      Reassembly.expire t ~now:(30 * second) tell;
      Hex.int "one left" (Reassembly.count t) 1;
      Reassembly.expire t ~now:(31 * second) tell;
      is "one told" (!told = [ "H01234567" ]))

(* ---- neighbours ---- *)

let mac = World.mac 9
let no_send _ _ = failwith "nothing waits"

let hear ?(solicited = true) ?(override = true) ?(create = false) ?(mac = mac) ?(send = no_send) t
  ~now n =
  Neighbours.heard t ~now (address n) { mac; solicited; override } ~create ~send

let asks t ~now =
  let asked = ref [] and lost = ref 0 in
  let lose p =
    incr lost;
    Packet.release p
  in
  Neighbours.expire t ~now ~ask:(fun _ ~mac -> asked := mac :: !asked) ~lost:lose;
  (!asked, !lost)

let state t n =
  List.find_map (fun (a, _, s) -> if Address.equal a (address n) then Some s else None)
    (Neighbours.all t)

let neighbours () =
  tidy "RFC 4861 7.2.2: packets wait for an answer, three at most, the newest" (fun () ->
      let t = Neighbours.create () in
      is "ask" (Neighbours.wait t ~now:0 (address 5) (packet "1"));
      List.iter (fun p -> is "asked" (not (Neighbours.wait t ~now:0 (address 5) (packet p))))
        [ "2"; "3"; "4" ];
      let sent = ref "" in
      hear t ~now:1 5 ~send:(fun p _ ->
          sent := !sent ^ text p;
          Packet.release p);
      Hex.text "in order" !sent "234";
      Hex.text "known" (Neighbours.find t ~now:1 (address 5)) mac);
  tidy "RFC 4861 7.3.3: who does not answer three times is given up" (fun () ->
      let t = Neighbours.create () in
      ignore (Neighbours.wait t ~now:0 (address 5) (packet "1") : bool);
      is "again" (asks t ~now:second = ([ "" ], 0));
      is "and again" (asks t ~now:(2 * second) = ([ "" ], 0));
      is "lost" (asks t ~now:(3 * second) = ([], 1));
      Hex.int "none" (Neighbours.count t) 0);
  tidy "RFC 4861 7.3.3: one that was not heard of is used, and asked itself" (fun () ->
      let t = Neighbours.create () in
      ignore (Neighbours.wait t ~now:0 (address 5) (packet "1") : bool);
      hear t ~now:0 5 ~send:(fun p _ -> Packet.release p);
      let later = 31 * second in
      Hex.text "used" (Neighbours.find t ~now:later (address 5)) mac;
      is "delay" (state t 5 = Some Delay);
      is "asked after 5 s" (asks t ~now:(later + (5 * second)) = ([ mac ], 0));
      hear t ~now:(later + (6 * second)) 5;
      is "reachable" (state t 5 = Some Reachable));
  tidy "RFC 4861 7.2.5: another MAC address without override makes doubt alone" (fun () ->
      let t = Neighbours.create () in
      hear t ~now:0 5 ~create:true;
      hear t ~now:0 5;
      hear t ~now:1 5 ~override:false ~solicited:false ~mac:(World.mac 8);
      Hex.text "the old one" (Neighbours.find t ~now:1 (address 5)) mac;
      hear t ~now:2 5 ~mac:(World.mac 8);
      Hex.text "the new one" (Neighbours.find t ~now:2 (address 5)) (World.mac 8));
  tidy "neighbours: nobody is put there who was not asked for and did not ask" (fun () ->
      let t = Neighbours.create () in
      hear t ~now:0 5;
      Hex.int "none" (Neighbours.count t) 0);
  tidy "RFC 6583: the table has a limit, and who answers stays" (fun () ->
      let t = Neighbours.create () in
      hear t ~now:0 1 ~create:true;
      for n = 2 to 2000 do
        ignore (Neighbours.wait t ~now:n (address n) (packet "x") : bool);
        hear t ~now:n (4000 + n) ~create:true ~solicited:false
      done;
      Hex.int "count" (Neighbours.count t) Neighbours.limit;
      is "packets" (Tcp_end.packets_held () <= Neighbours.most_waiting);
      Hex.text "known" (Neighbours.find t ~now:second (address 1)) mac;
      Neighbours.clear t)

(* ---- routes, paths, rates, deadlines, secrets ---- *)

let routes () =
  let route ?via ?(expires = max_int) text bits =
    { Routes.prefix = Option.get (Address.of_string text); bits; via; expires }
  in
  let hop t ?(now = 0) text = Routes.next_hop t ~now (Option.get (Address.of_string text)) in
  test "routes: the longest prefix counts" (fun () ->
      let t = Routes.create () in
      let add r = is "added" (Routes.add t r) in
      add (route "0.0.0.0" 0 ~via:(address 254));
      add (route "10.0.0.0" 24);
      add (route "10.0.0.128" 25 ~via:(address 7) ~expires:second);
      is "link" (hop t "10.0.0.5" = Some (address 5));
      is "router" (hop t "10.0.0.129" = Some (address 7));
      is "expired" (hop t ~now:second "10.0.0.129" = Some (address 129));
      is "default" (hop t "8.8.8.8" = Some (address 254));
      is "version 6" (hop t "2001:db8::1" = None);
      Routes.remove t ~prefix:Address.any4 ~bits:0;
      is "none" (hop t "8.8.8.8" = None));
  test "routes: a limit" (fun () ->
      let t = Routes.create () in
      for n = 1 to 100 do
        is "added" (Routes.add t (route (Address.to_string (address n)) 32) = (n <= Routes.limit))
      done)

let paths () =
  test "RFC 1191 3, RFC 8201 4: what routers say, for ten minutes, and not less than must be"
    (fun () ->
      let t = Path_mtu.create () and v6 = Option.get (Address.of_string "2001:db8::1") in
      let told a mtu = Path_mtu.told t ~now:0 ~link:1500 a mtu in
      let find now a = Path_mtu.find t ~now ~link:1500 a in
      is "smaller" (told (address 1) 1400);
      is "not larger" (not (told (address 1) 1450));
      Hex.int "so" (find second (address 1)) 1400;
      Hex.int "others" (find second (address 2)) 1500;
      is "tiny" (told (address 1) 10);
      Hex.int "576" (find second (address 1)) 576;
      is "version 6" (told v6 100);
      Hex.int "1280" (find second v6) 1280;
      Hex.int "later" (find (601 * second) (address 1)) 1500);
  test "paths: a limit" (fun () ->
      let t = Path_mtu.create () in
      for n = 1 to 1000 do
        is "told" (Path_mtu.told t ~now:n ~link:1500 (address n) 1000)
      done;
      let known =
        List.init 1000 (fun n -> Path_mtu.find t ~now:2000 ~link:1500 (address (n + 1)))
      in
      Hex.int "kept" (List.length (List.filter (( = ) 1000) known)) Path_mtu.limit)

let small_ones () =
  test "rates: a second's worth at once, and then as the time passes" (fun () ->
      let t = Rate.create ~per_second:10 in
      let allowed now n =
        List.length (List.filter (fun _ -> Rate.allow t ~now) (List.init n Fun.id))
      in
      Hex.int "at once" (allowed (100 * second) 50) 10;
      Hex.int "in half a second" (allowed ((100 * second) + (second / 2)) 50) 5);
  test "deadlines: beside a model (seed 4)" (fun () ->
      let random = Random.State.make [| 4 |] and t = Deadlines.create () in
      let fired = Array.make 50 0 and expected = Array.make 50 0 in
      let wanted = Array.make 50 max_int in
      let entries =
        Array.init 50 (fun i -> Deadlines.entry (fun () -> fired.(i) <- fired.(i) + 1))
      in
      for now = 1 to 5000 do
        let i = Random.State.int random 50 in
        let at =
          if Random.State.int random 8 = 0 then max_int else now + Random.State.int random 60
        in
        Deadlines.set t entries.(i) at;
        wanted.(i) <- at;
        is "not late" (Deadlines.next t <= Array.fold_left min max_int wanted);
        Deadlines.fire t ~now;
        Array.iteri
          (fun i at ->
            if at <= now then begin
              expected.(i) <- expected.(i) + 1;
              wanted.(i) <- max_int
            end)
          wanted;
        is "as the model" (fired = expected)
      done);
  test "SipHash-2-4: the paper's vector" (fun () ->
      let bytes n = String.init n Char.chr in
      is "so" (Siphash.hash (Siphash.key (bytes 16)) (bytes 15) = 0xa129ca6149be45e5L));
  test "flows: found, and gone, beside a model (seed 5)" (fun () ->
      let random = Random.State.make [| 5 |] in
      let t = Flows.create (Flow_hash.create (fun () -> Random.State.bits random)) in
      let model = Hashtbl.create 100 in
      let with_flow n f =
        f ~local:(address 1) ~remote:(address (n land 31)) ~local_port:(n lsr 5) ~remote_port:80
      in
      for _ = 1 to 20_000 do
        let n = Random.State.int random 3000 in
        (match (Hashtbl.mem model n, Random.State.bool random) with
        | true, true ->
            with_flow n (Flows.remove t);
            Hashtbl.remove model n
        | false, true ->
            with_flow n (Flows.add t) n;
            Hashtbl.replace model n ()
        | known, false -> is "found" (with_flow n (Flows.find t) = if known then Some n else None));
        Hex.int "count" (Flows.count t) (Hashtbl.length model)
      done)

let secrets () =
  let random = Random.State.make [| 6 |] in
  let t = Secret.create (fun () -> Random.State.bits random) in
  let flow =
    { Secret.local = address 1; remote = address 2; local_port = 80; remote_port = 4000 }
  in
  test "RFC 6528: a flow's sequence numbers grow, and others' say nothing of them" (fun () ->
      let first now f = Secret.first_sequence t ~now f in
      Hex.int "in 4 us" (Sequence.wire (first 4000 flow - first 0 flow)) 1;
      is "another" (abs (first 0 { flow with remote_port = 4001 } - first 0 flow) > 1));
  test "RFC 4987: cookies come back within two minutes, and others are none" (fun () ->
      let now = 1000 * second in
      let cookie = Secret.cookie t ~now flow ~peer_first:7 ~segment:1460 in
      let check ?(now = now) ?(flow = flow) ?(peer_first = 7) cookie =
        Secret.check_cookie t ~now flow ~peer_first cookie
      in
      is "at once" (check cookie = Some 1460);
      is "a minute later" (check ~now:(now + (60 * second)) cookie = Some 1460);
      is "much later" (check ~now:(now + (200 * second)) cookie = None);
      is "of another" (check ~flow:{ flow with remote_port = 1 } cookie = None);
      is "for another" (check ~peer_first:8 cookie = None);
      is "changed" (check (cookie lxor 1) = None);
      let small = Secret.cookie t ~now flow ~peer_first:7 ~segment:1300 in
      is "a smaller segment" (check small = Some 1220);
      let guesses =
        List.init 100_000 (fun i -> check
          (Random.State.bits random lxor (i lsl 20) land 0xffff_ffff))
      in
      is "not guessed" (List.for_all (( = ) None) guesses))

let () =
  reassembly ();
  neighbours ();
  routes ();
  paths ();
  small_ones ();
  secrets ();
  Check.finish ()
