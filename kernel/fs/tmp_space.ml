type t = { pages : int; nodes : int; used : int Atomic.t; used_nodes : int Atomic.t }

let page = 4096

let create ~bytes ~nodes =
  { pages = bytes / page; nodes; used = Atomic.make 0; used_nodes = Atomic.make 0 }

let rec take_one used limit =
  let now = Atomic.get used in
  now < limit && (Atomic.compare_and_set used now (now + 1) || take_one used limit)

let take t = take_one t.used t.pages
let correct t pages = ignore (Atomic.fetch_and_add t.used pages : int)
let take_node t = take_one t.used_nodes t.nodes
let give_node t = Atomic.decr t.used_nodes

let figures t : Node.figures =
  {
    kind_of_system = 0x01021994;
    unit = page;
    total = t.pages;
    free = Int.max 0 (t.pages - Atomic.get t.used);
    nodes = t.nodes;
    free_nodes = Int.max 0 (t.nodes - Atomic.get t.used_nodes);
    name_max = 255;
  }
