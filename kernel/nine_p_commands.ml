open Command
open Drivers

let say format = Printf.printf (format ^^ "\n%!")

let show server =
  say "%-5s %s on %s; %d lives" (Nine_p.name server) (Nine_p.tag server) (Nine_p.device server)
    (Nine_p.lives server)

(* Tversion: size, type, tag, the longest message, and the protocol's name. Source: Plan 9 manual,
   version(5). *)
let version_request = 100
let version_answer = 101
let no_tag = 0xffff
let header_bytes = 13

let write_version memory ~longest protocol =
  let length = header_bytes + String.length protocol in
  Hal.Dma.set32 memory 0 length;
  Hal.Dma.set8 memory 4 version_request;
  Hal.Dma.set16 memory 5 no_tag;
  Hal.Dma.set32 memory 7 longest;
  Hal.Dma.set16 memory 11 (String.length protocol);
  Hal.Dma.blit_of_bytes (Bytes.of_string protocol) 0 memory header_bytes (String.length protocol);
  length

let read_version memory ~offset ~length =
  let size = Hal.Dma.get32 memory offset and kind = Hal.Dma.get8 memory (offset + 4) in
  let name = Hal.Dma.get16 memory (offset + 11) in
  if length < header_bytes || size <> length || kind <> version_answer then None
  else if name <> length - header_bytes then None
  else
    Some
      ( Hal.Dma.get32 memory (offset + 7),
        Hal.Dma.to_string memory ~offset:(offset + header_bytes) ~length:name )

let half = 2048

let ask server memory =
  let length = write_version memory ~longest:65536 "9P2000.L" in
  let request : Nine_p.part = { memory; offset = 0; length } in
  match Nine_p.exchange server ~request ~answer:{ memory; offset = half; length = half } with
  | Error e -> complain "9p" "%s: %a" (Nine_p.name server) Nine_p.pp_error e
  | Ok length -> (
      match read_version memory ~offset:half ~length with
      | None -> complain "9p" "%s: its answer makes no sense" (Nine_p.name server)
      | Some (longest, protocol) ->
          say "%s speaks %s, messages of up to %d bytes" (Nine_p.name server) protocol longest;
          0)

let version name =
  match Nine_p.find name with
  | None -> complain "9p" "%s: there is no such server" name
  | Some server -> (
      match Hal.Physical.allocate (2 * half) with
      | None -> complain "9p" "there is no memory"
      | Some memory ->
          Fun.protect
            ~finally:(fun () -> Hal.Physical.release memory)
            (fun () -> ask server memory))

let nine_p = function
  | [] ->
      List.iter show (Nine_p.all ());
      0
  | [ "version"; name ] -> version name
  | _ -> misused "9p" "[version SERVER]"

let all =
  [
    {
      name = "9p";
      arguments = "[version SERVER]";
      summary = "file servers of the host; what one speaks";
      run = nine_p;
    };
  ]
