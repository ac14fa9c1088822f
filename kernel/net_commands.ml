open Command
open Drivers

let say format = Printf.printf (format ^^ "\n%!")

let show_mac mac =
  let digits c = Printf.sprintf "%02x" (Char.code c) in
  String.concat ":" (List.map digits (List.of_seq (String.to_seq mac)))

let show_interface net =
  let info = Network.info net and c = Network.counts net in
  say "%-8s %s  link %s, %d queues, on %s" (Network.name net) (show_mac info.mac)
    (if info.link then "up" else "down")
    (Array.length (Network.queues net))
    (Network.device net);
  say "         sent %d frames, %d bytes (%d again, %d lost); received %d, %d bytes (%d missed)" c.sent
    c.sent_bytes c.resent c.lost c.received c.received_bytes c.missed

let net_test_size from into bytes =
  match Net_test.run ~bytes ~from ~into () with
  | Error what -> complain "net" "%d bytes: %s" bytes what
  | Ok r ->
      say "%s to %s: %d frames of %d bytes arrived; %d sent again, %d came twice, %d foreign; %d ms"
        (Network.name from) (Network.name into) r.frames r.bytes r.repeated r.twice r.foreign
        (r.elapsed_ns / 1_000_000);
      0

let net_test from into =
  match (Network.find from, Network.find into) with
  | Some from, Some into ->
      let test = net_test_size from into in
      List.fold_left (fun status bytes -> max status (test bytes)) 0 [ Net_test.least_bytes; 1514 ]
  | None, _ -> complain "net" "%s: there is no such interface" from
  | _, None -> complain "net" "%s: there is no such interface" into

let net = function
  | [] ->
      List.iter show_interface (Network.all ());
      0
  | [ "test"; name ] -> net_test name name
  | [ "test"; from; into ] -> net_test from into
  | _ -> misused "net" "[test NAME [NAME]]"

let all =
  [
    {
      name = "net";
      arguments = "[test NAME [NAME]]";
      summary = "network interfaces; send frames and verify what arrives";
      run = net;
    };
  ]
