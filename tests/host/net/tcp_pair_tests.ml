(* Two connections and a wire between them that loses, repeats, delays and exchanges segments:
   whatever it does, each end reads what the other wrote. Time is skipped. *)
open Net

let ms = 1_000_000

type fault = { loss : float; twice : float; late : float }
type side = { c : Connection.t; sends : string; mutable written : int; got : Buffer.t }

module Times = Set.Make (struct
  type t = int * int

  let compare = compare
end)

type t = {
  random : Random.State.t;
  fault : fault;
  delay : int;
  mutable now : int;
  mutable order : int;
  wire : (int * int, int * Segment.t * string) Hashtbl.t;
  mutable times : Times.t;  (** of what is on the wire *)
  sides : side array;
  segment : Segment.t;
  mutable segments : int;
}

let launch t ~into segment data =
  let chance p = Random.State.float t.random 1. < p in
  let send () =
    let extra = if chance t.fault.late then Random.State.int t.random ((2 * t.delay) + ms) else 0 in
    t.order <- t.order + 1;
    let key = (t.now + t.delay + extra, t.order) in
    Hashtbl.replace t.wire key (into,
      { segment with Segment.sack = Array.copy segment.Segment.sack }, data);
    t.times <- Times.add key t.times
  in
  t.segments <- t.segments + 1;
  if not (chance t.fault.loss) then send ();
  if chance t.fault.twice then send ()

(* All that an end has to say goes through its bytes on the wire and back. *)
let rec drain t i =
  let side = t.sides.(i) in
  let s = t.segment in
  if Connection.next_segment side.c ~now:t.now s then begin
    let length = Connection.payload_length side.c in
    let header = Segment.header_bytes + Segment.options_bytes s in
    Check.that "options fit" (header <= 60);
    let memory = Octets.create (header + length) in
    Segment.write s memory 0;
    Connection.payload side.c memory header;
    let copy = Segment.create () in
    Hex.ok "read" (Segment.read copy memory ~at:0 ~length:(header + length));
    launch t ~into:(1 - i) copy (Octets.to_string memory ~at:header ~length);
    drain t i
  end

let chunk = Bytes.create 10_000

let use t i =
  let side = t.sides.(i) in
  let left = String.length side.sends - side.written in
  if left > 0 then begin
    let n = min left (1 + Random.State.int t.random 20_000) in
    side.written <-
      side.written + Connection.write side.c (Bytes.unsafe_of_string side.sends) side.written n
  end
  else if Connection.is_established side.c then Connection.close side.c;
  let n = Connection.read side.c chunk 0 (1 + Random.State.int t.random 10_000) in
  Buffer.add_subbytes side.got chunk 0 n;
  drain t i

let deliver t key =
  let into, segment, data = Hashtbl.find t.wire key in
  Hashtbl.remove t.wire key;
  t.times <- Times.remove key t.times;
  (match Connection.receive t.sides.(into).c ~now:t.now segment (Tcp_end.packet data) with
  | Done -> ()
  | Reset_sender -> Check.that "it is no stranger" (Connection.state t.sides.(into).c = Closed));
  drain t into

let next t =
  let wire = match Times.min_elt_opt t.times with Some (at, _) -> at | None -> max_int in
  Array.fold_left (fun at side -> min at (Connection.deadline side.c)) wire t.sides

let is_done side = Connection.state side.c = Closed

let step t =
  let at = next t in
  Check.that "something will happen" (at < max_int);
  t.now <- max t.now at;
  (match Times.min_elt_opt t.times with
  | Some ((at, _) as key) when at <= t.now -> deliver t key
  | _ -> ());
  Array.iteri
    (fun i side ->
      if Connection.deadline side.c <= t.now then Connection.expire side.c ~now:t.now;
      drain t i;
      use t i)
    t.sides

let content random length = String.init length (fun _ -> Char.chr (Random.State.int random 256))

let create ~seed ~bytes ~delay ~fault ~config =
  let random = Random.State.make [| seed |] in
  let connect =
    Connection.connect config ~source_port:1 ~destination_port:2 ~first:0xffff_fff0 ~clock_offset:7
      ~now:0
  in
  let syn = Segment.create () in
  Check.that "SYN" (Connection.next_segment connect ~now:0 syn);
  let accept = Connection.accept config syn ~first:0x7fff_ffff ~clock_offset:9 ~now:0 in
  let side c = { c; sends = content random bytes; written = 0; got = Buffer.create bytes } in
  { random; fault; delay; now = 0; order = 0; wire = Hashtbl.create 64; times = Times.empty;
    sides = [| side connect; side accept |]; segment = Segment.create (); segments = 0 }

let rec read_rest side =
  let n = Connection.read side.c chunk 0 (Bytes.length chunk) in
  Buffer.add_subbytes side.got chunk 0 n;
  if n > 0 then read_rest side

let run ~seed ~bytes ~delay ~fault ~config =
  let t = create ~seed ~bytes ~delay ~fault ~config in
  let held = Tcp_end.packets_held () in
  let rec go left =
    Check.that "it comes to an end" (left > 0);
    if not (Array.for_all is_done t.sides) then begin
      step t;
      go (left - 1)
    end
  in
  go 5_000_000;
  Array.iter read_rest t.sides;
  Check.that "first to second" (Buffer.contents t.sides.(1).got = t.sides.(0).sends);
  Check.that "second to first" (Buffer.contents t.sides.(0).got = t.sides.(1).sends);
  Array.iter (fun s -> Check.that "in peace" (Connection.ending s.c = Finished)) t.sides;
  Check.that "every packet was given back" (Tcp_end.packets_held () = held);
  t

let clean = { loss = 0.; twice = 0.; late = 0. }
let bad = { loss = 0.05; twice = 0.02; late = 0.1 }
let awful = { loss = 0.3; twice = 0.1; late = 0.5 }
let quick = { Control.default with quiet = 600_000 * ms; attempts = 40; syn_attempts = 40 }

let case name ?(bytes = 300_000) ?(delay = 5 * ms) ?(config = quick) ?(seeds = 5) fault =
  Check.test name (fun () ->
      for seed = 1 to seeds do
        match run ~seed ~bytes ~delay ~fault ~config with
        | t ->
            if seed = 1 then
              Printf.printf "# %s: %d segments, %d ms\n" name t.segments (t.now / ms)
        | exception exn ->
            failwith (Printf.sprintf "seed %d: %s" seed (Printexc.to_string exn))
      done)

let () =
  case "a wire that delivers" clean;
  case "it loses, repeats and delays" bad;
  case "it does so most of the time" ~bytes:60_000 awful;
  case "a small window" ~config:{ quick with receive_limit = 3000 } bad;
  case "a tiny window" ~bytes:20_000 ~config:{ quick with receive_limit = 100 } bad;
  case "small segments" ~bytes:100_000 ~config:{ quick with segment = 64 } bad;
  case "a long way" ~delay:(150 * ms) bad;
  case "no way at all" ~delay:0 bad;
  case "nothing to say" ~bytes:0 ~seeds:50 awful;
  case "one byte" ~bytes:1 ~seeds:50 awful;
  Check.finish ()
