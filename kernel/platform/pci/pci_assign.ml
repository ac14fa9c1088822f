open Hal.Registers

type error = { address : Pci_address.t; bar : int; size : int }

let pp_error ppf { address; bar; size } =
  Format.fprintf ppf "pci %a: there is no room for its register window %d of 0x%x bytes"
    Pci_address.pp address bar size

let is_needed nodes =
  let unassigned (bar : Pci_function.bar) = bar.address = 0 in
  let bars = List.concat_map (fun (node : Pci_scan.node) -> node.f.bars) (Pci_scan.all nodes) in
  bars <> [] && List.for_all unassigned bars

(* Free room in each space: the next address, and the end. *)
type room = { mutable next : int; limit : int }
type rooms = { io : room; low : room; high : room }

let align n unit = (n + unit - 1) land -unit

let room_of (host : Pci_host.t) space =
  match List.find_opt (fun (w : Pci_host.window) -> w.space = space) host.windows with
  | None -> { next = 0; limit = 0 }
  | Some w -> { next = max w.bus 0x1000 (* 0 would be no address *); limit = w.bus + w.size }

(* Behind a bridge only its prefetchable window reaches beyond 4 GiB. *)
let room_for rooms (bar : Pci_function.bar) ~behind =
  match bar.kind with
  | Io -> rooms.io
  | Memory { is_64 = true; prefetchable }
    when rooms.high.limit > 0 && (prefetchable || not behind) ->
      rooms.high
  | Memory _ -> rooms.low

let take room (bar : Pci_function.bar) =
  let at = align room.next bar.size in
  if at + bar.size > room.limit then None
  else begin
    room.next <- at + bar.size;
    Some at
  end

(* Many a bus has no ports at all, and devices do without. *)
let is_missed rooms (bar : Pci_function.bar) = bar.kind <> Io || rooms.io.limit > 0

let place rooms ~behind ~errors (f : Pci_function.t) (bar : Pci_function.bar) =
  match take (room_for rooms bar ~behind) bar with
  | Some address ->
      Pci_function.set_bar f bar address;
      { bar with address }
  | None ->
      if is_missed rooms bar then
        errors := { address = f.address; bar = bar.index; size = bar.size } :: !errors;
      bar

(* ---- what a bridge forwards ---- *)

let io_unit = 0x1000
let memory_unit = 1 lsl 20

(* Base above limit: nothing. *)
let set_io space ~first ~last =
  write8 space 0x1c ((first lsr 8) land 0xf0);
  write8 space 0x1d ((last lsr 8) land 0xf0);
  write16 space 0x30 (first lsr 16);
  write16 space 0x32 (last lsr 16)

let set_memory space ~first ~last =
  write16 space 0x20 ((first lsr 16) land 0xfff0);
  write16 space 0x22 ((last lsr 16) land 0xfff0)

let set_prefetchable space ~first ~last =
  write16 space 0x24 ((first lsr 16) land 0xfff0);
  write16 space 0x26 ((last lsr 16) land 0xfff0);
  write32 space 0x28 (first lsr 32);
  write32 space 0x2c (last lsr 32)

let forward room ~unit set below =
  room.next <- align room.next unit;
  let first = room.next in
  fun () ->
    below ();
    room.next <- align room.next unit;
    let is_used = room.next > first in
    if is_used then set ~first ~last:(room.next - 1) else set ~first:(unit * 2) ~last:0

(* ---- buses ---- *)

let largest_first (_, (a : Pci_function.bar)) (_, (b : Pci_function.bar)) = compare b.size a.size

let bars_of nodes =
  let of_node (node : Pci_scan.node) = List.map (fun bar -> (node, bar)) node.f.bars in
  List.stable_sort largest_first (List.concat_map of_node nodes)

let rec bus rooms ~behind ~errors (nodes : Pci_scan.node list) =
  let placed =
    List.map
      (fun ((node : Pci_scan.node), bar) -> (node, place rooms ~behind ~errors node.f bar))
      (bars_of nodes)
  in
  let of_node node =
    List.filter_map (fun (n, bar) -> if n == node then Some bar else None) placed
  in
  List.map (fun node -> finish rooms ~errors node (of_node node)) nodes

and finish rooms ~errors node bars =
  let node = { node with f = { node.f with bars } } in
  if node.f.kind = Pci_function.Bridge then bridge rooms ~errors node;
  node

and bridge rooms ~errors node =
  let space = node.f.space in
  let below () =
    let adopt (child : Pci_scan.node) = { child with parent = Some node } in
    node.children <- bus rooms ~behind:true ~errors (List.map adopt node.children)
  in
  let io = forward rooms.io ~unit:io_unit (set_io space) below in
  let low = forward rooms.low ~unit:memory_unit (set_memory space) io in
  forward rooms.high ~unit:memory_unit (set_prefetchable space) low ();
  Pci_function.set_decoding node.f true;
  Pci_function.set_master node.f true

let assign host nodes =
  let rooms =
    { io = room_of host Io; low = room_of host Memory32; high = room_of host Memory64 }
  in
  let errors = ref [] in
  let nodes = bus rooms ~behind:false ~errors nodes in
  (nodes, List.rev !errors)
