type t = { mutable free : Packet.t list; mutable nr_free : int; count : int }

let give_back t packet =
  t.free <- packet :: t.free;
  t.nr_free <- t.nr_free + 1

let create ~packets ~bytes =
  let t = { free = []; nr_free = 0; count = packets } in
  let memory = Octets.create (packets * bytes) in
  for token = packets - 1 downto 0 do
    let give_back = give_back t in
    Packet.release (Packet.make memory ~base:(token * bytes) ~room:bytes ~token ~give_back)
  done;
  t

let take t ~headroom =
  match t.free with
  | [] -> None
  | packet :: rest ->
      t.free <- rest;
      t.nr_free <- t.nr_free - 1;
      Packet.hold packet;
      Packet.reset packet ~headroom;
      Some packet

let free t = t.nr_free
let count t = t.count
