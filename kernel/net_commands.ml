open Command
open Drivers

let say = Command.say

let show_mac mac =
  let digits c = Printf.sprintf "%02x" (Char.code c) in
  String.concat ":" (List.map digits (List.of_seq (String.to_seq mac)))

let show_interface net =
  let info = Network.info net and c = Network.counts net in
  say "%-8s %s  link %s, %d queues, on %s" (Network.name net) (show_mac info.mac)
    (if info.link then "up" else "down")
    (Array.length (Network.queues net))
    (Network.device net);
  say "         sent %d frames, %d bytes (%d again, %d lost); received %d, %d bytes (%d missed)"
    c.sent c.sent_bytes c.resent c.lost c.received c.received_bytes c.missed

let net_test_size from into bytes =
  match Net_test.run ~bytes ~from ~into () with
  | Error what -> complain "net" "%d bytes: %s" bytes what
  | Ok r ->
      say "%s to %s: %d frames of %d bytes arrived; %d sent again, %d came twice, %d foreign; %d ms"
        (Network.name from) (Network.name into) r.frames r.bytes r.repeated r.twice r.foreign
        (r.elapsed_ns / 1_000_000);
      0

let stream_bytes = 1 lsl 20

let streams net =
  match Net_streams.run ~bytes:stream_bytes net with
  | Error what -> complain "net" "%s" what
  | Ok r ->
      say "%s: %d streams, %d bytes came back in %d frames (%d large), %d checksums verified, %s"
        (Network.name net) r.streams r.bytes r.frames r.large r.sums
        (Printf.sprintf "by %d queues; %d ms" r.queues (r.elapsed_ns / 1_000_000));
      0

let net_bench_one from into (bytes, depth) =
  match Net_bench.run ~bytes ~depth ~frames:4096 ~from ~into with
  | Error what -> complain "net" "%d bytes: %s" bytes what
  | Ok figure ->
      say "%s" (Net_bench.to_json from figure);
      0

let worst status = List.fold_left (fun worst x -> max worst (status x)) 0
let sizes = [ Net_test.least_bytes; 1514 ]
let test from into = worst (net_test_size from into) sizes

let bench from into =
  worst (net_bench_one from into) (List.concat_map (fun bytes -> [ (bytes, 1); (bytes, 32) ]) sizes)

let between what from into =
  match (Network.find from, Network.find into) with
  | Some from, Some into -> what from into
  | None, _ -> complain "net" "%s: there is no such interface" from
  | _, None -> complain "net" "%s: there is no such interface" into

let with_one what name =
  match Network.find name with
  | Some net -> what net
  | None -> complain "net" "%s: there is no such interface" name

let net = function
  | [] ->
      List.iter show_interface (Network.all ());
      0
  | [ "test"; name ] -> between test name name
  | [ "test"; from; into ] -> between test from into
  | [ "streams"; name ] -> with_one streams name
  | [ "bench"; from; into ] -> between bench from into
  | _ -> misused "net" "[test NAME [NAME] | streams NAME | bench NAME NAME]"

let all =
  [
    {
      name = "net";
      arguments = "[test NAME [NAME] | streams NAME | bench NAME NAME]";
      summary = "network interfaces; send frames and verify what arrives; what one costs";
      run = net;
    };
  ]
