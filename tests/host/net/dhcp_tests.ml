(* DHCP: messages as bytes, and a client with a server that tests play. *)
open Net

let test = Check.test
let is = Check.that
let second = 1_000_000_000
let mac = Hex.bytes "525400000001"

(* ---- bytes ---- *)

let zeros n = String.concat "" (List.init n (fun _ -> "00"))

let discover =
  "01 01 06 00 12345678 0000 8000" ^ zeros 16 ^ "525400000001" ^ zeros 202 ^ "63825363"
  ^ "350101 3d0701525400000001 390205dc 37070103061a333a3b ff"

(* A server's answer: fixed fields, and options. *)
let reply ?(transaction = 0x12345678) ?(yours = "0a000032") options =
  Printf.sprintf "02 01 06 00 %08x 0000 8000 00000000 %s %s 525400000001 %s 63825363 %s ff"
    transaction yours
    (zeros 8) (zeros 202) options

let read text =
  let m = Hex.octets text in
  Dhcp_message.read m ~at:0 ~length:(Octets.length m)

let messages () =
  test "messages: DISCOVER, written" (fun () ->
      let bytes = Dhcp_message.write (Dhcp_message.empty Discover ~transaction:0x12345678 ~mac) in
      let wanted = Hex.bytes discover in
      Hex.int "padded" (String.length bytes) 300;
      Hex.equal "bytes" (String.sub bytes 0 (String.length wanted)) discover);
  test "messages: ACK, read" (fun () ->
      match
        read (reply "350105 3604 0a000002 0104 ffffff00 0304 0a000002 0608 0a000003 08080808 3304 00000e10 3a04 00000708")
      with
      | Ok m ->
          is "kind" (m.kind = Ack && m.transaction = 0x12345678 && m.mac = mac);
          is "address" (Address.to_string m.yours = "10.0.0.50" && m.mask_bits = Some 24);
          is "server" (m.server = Some (Address.v4 10 0 0 2));
          is "others" (m.routers = [ Address.v4 10 0 0 2 ] && List.length m.name_servers = 2);
          is "times" (m.lease = Some 3600 && m.renew = Some 1800 && m.rebind = None)
      | Error e -> failwith (Format.asprintf "%a" Error.pp e));
  test "messages: options that are not right" (fun () ->
      let mask text =
        match read (reply ("350105 " ^ text)) with Ok m -> m.mask_bits | Error _ -> Some (-1)
      in
      is "holes" (mask "0104 ff00ff00" = None);
      is "short" (mask "0103 ffffff" = None);
      is "in two pieces (RFC 3396)" (mask "0102 ffff 0102 f000" = Some 20));
  test "messages: errors" (fun () ->
      let error what text wanted = Hex.error what (read text) ("DHCP, byte " ^ wanted) in
      error "short" "0101" "0: 240 bytes are wanted, and 2 are left";
      error "token ring" ("02 06 06" ^ zeros 300) "1: a hardware type of 1542 is impossible";
      error "BOOTP's" ("02 01 06" ^ zeros 300) "236: a cookie of 0 is impossible";
      error "no type" (reply "") "240: a message type of 0 is impossible";
      error "an option" (reply "350105 33") "243: 255 bytes are wanted, and 0 are left")

(* ---- a client, and a server that tests play ---- *)

type server = {
  host : World.host;
  mutable seen : Dhcp_message.t list;
  mutable nak : bool;
  mutable silent : bool;
}

let answer server (m : Dhcp_message.t) =
  let ack = "350105 3604 0a000002 0104 ffffff00 0304 0a000002 3304 00000e10" in
  match m.kind with
  | Discover ->
      reply ~transaction:m.transaction ("350102" ^ String.sub ack 6 (String.length ack - 6))
  | _ when server.nak -> reply ~transaction:m.transaction ~yours:"00000000" "350106 3604 0a000002"
  | _ -> reply ~transaction:m.transaction ack

let serve host =
  let server = { host; seen = []; nak = false; silent = false } in
  let udp = Stack.udp (World.stack host) in
  let socket = Result.get_ok (Udp_socket.bind udp ~port:67 ()) in
  let rec go () =
    match Udp_socket.receive_packet udp socket with
    | Error _ -> ()
    | Ok (packet, from, _) ->
        let memory = Packet.memory packet and at = Packet.start packet in
        let m = Result.get_ok (Dhcp_message.read memory ~at ~length:(Packet.length packet)) in
        Packet.release packet;
        server.seen <- m :: server.seen;
        let bytes = Bytes.of_string (Hex.bytes (answer server m)) in
        let to_ = if Address.is_any from then Address.broadcast4 else from in
        if not server.silent then
          ignore (Udp_socket.send udp socket to_ ~port:68 bytes 0 (Bytes.length bytes) : (unit, _)
            result);
        go ()
  in
  World.fork go;
  server

let with_client fn =
  World.run (fun w ->
      let a = World.host w 1 and b = World.host w 2 in
      Stack.remove_address (World.stack a) (World.address 1);
      let server = serve b and leases = ref [] in
      World.fork (fun () -> Dhcp.run (World.stack a) ~on_change:(fun l -> leases := l :: !leases));
      World.sleep w second;
      fn w a server leases)

let kinds server = List.rev_map (fun (m : Dhcp_message.t) -> m.kind) server.seen
let has_address a = Interface.has (Stack.interface (World.stack a)) (Address.v4 10 0 0 50)

let client () =
  test "RFC 2131 3.1: an address, and the way out" (fun () ->
      with_client (fun _ a server leases ->
          is "asked" (kinds server = [ Discover; Request ]);
          is "told" (match !leases with [ Some l ] -> l.bits = 24 | _ -> false);
          is "in use" (has_address a);
          match Echo.ask (Stack.echo (World.stack a)) (World.address 2) ~bytes:1
            ~patience:second with
          | Ok (Some _) -> ()
          | _ -> failwith "no answer"));
  test "RFC 2131 4.4.5: renewed at half of its time, with the server alone" (fun () ->
      with_client (fun w a server leases ->
          World.sleep w (1801 * second);
          is "asked" (kinds server = [ Discover; Request; Request ]);
          is "by its address" (Address.to_string (List.hd server.seen).client = "10.0.0.50");
          is "kept" (has_address a && List.length !leases = 2)));
  test "RFC 2131 4.4.5: a silent server is asked again, and the address goes when its time is up"
    (fun () ->
      with_client (fun w a server leases ->
          server.silent <- true;
          World.sleep w (3500 * second);
          is "still there" (has_address a);
          World.sleep w (200 * second);
          is "gone" (not (has_address a));
          is "told" (List.hd !leases = None);
          server.silent <- false;
          World.sleep w (100 * second);
          is "and back" (has_address a)));
  test "RFC 2131 4.4.5: a server that says no" (fun () ->
      with_client (fun w a server leases ->
          server.nak <- true;
          World.sleep w (1801 * second);
          is "gone" (not (has_address a) && List.hd !leases = None);
          server.nak <- false;
          World.sleep w (100 * second);
          is "another" (has_address a)));
  test "RFC 2131 4.1: a server that is not there is asked for, later and later" (fun () ->
      World.run (fun w ->
          let a = World.host w 1 in
          World.fork (fun () -> Dhcp.run (World.stack a) ~on_change:ignore);
          World.sleep w (120 * second);
          is "few" (World.frames w >= 4 && World.frames w <= 6)))

let () =
  messages ();
  client ();
  Check.finish ()
