(* PCI buses as they are and as they should not be: what is found, what addresses it gets, and that
   nothing a device says makes us loop or raise. *)
open Platform

let that = Check.that
let test = Check.test
let memory ?(is_64 = false) ?(prefetchable = false) index size : Fake_pci.bar =
  { index; size; kind = Memory { is_64; prefetchable } }

let io index size : Fake_pci.bar = { index; size; kind = Io }

let windows : Pci_host.window list =
  [
    { space = Io; bus = 0; physical = 0x3eff0000; size = 0x10000 };
    { space = Memory32; bus = 0x1000_0000; physical = 0x1000_0000; size = 0x2eff_0000 };
    { space = Memory64; bus = 0x80_0000_0000; physical = 0x80_0000_0000; size = 0x80_0000_0000 };
  ]

let addresses nodes =
  List.map (fun (n : Pci_scan.node) -> Pci_address.to_string n.f.address) (Pci_scan.all nodes)

let is what found expected =
  if found <> expected then
    failwith (Printf.sprintf "%s: %s, not %s" what (String.concat " " found)
      (String.concat " " expected))

(* ---- finding ---- *)

let device = Fake_pci.device
let bridge = Fake_pci.bridge

let flat () =
  let host =
    Fake_pci.(host [ device (); multifunction [ device (); device (); device () ]; device () ])
  in
  is "all" (addresses (Pci_scan.scan host))
    [ "00:00.0"; "00:01.0"; "00:01.1"; "00:01.2"; "00:02.0" ]

let numbered_by_us () =
  let tree () =
    [ device (); bridge [ device (); bridge [ device () ] ]; bridge [ device () ]; bridge [] ]
  in
  let host = Fake_pci.host (tree ()) in
  is "all"
    (addresses (Pci_scan.scan host))
    [ "00:00.0"; "00:01.0"; "01:00.0"; "01:01.0"; "02:00.0"; "00:02.0"; "03:00.0"; "00:03.0" ];
  is "the same again, by numbers that are there"
    (addresses (Pci_scan.scan host))
    [ "00:00.0"; "00:01.0"; "01:00.0"; "01:01.0"; "02:00.0"; "00:02.0"; "03:00.0"; "00:03.0" ]

let too_few_numbers () =
  let host =
    Fake_pci.(host ~last_bus:2 [ bridge [ bridge [ bridge [ device () ] ] ]; bridge [ device () ] ])
  in
  is "as far as numbers go" (addresses (Pci_scan.scan host))
    [ "00:00.0"; "01:00.0"; "02:00.0"; "00:01.0" ]

let senseless_numbers () =
  let found buses =
    addresses (Pci_scan.scan (Fake_pci.host [ bridge ~buses [ device () ]; device () ]))
  in
  let alone = [ "00:00.0"; "00:01.0" ] in
  is "to its own bus" (found (0, 5)) [ "00:00.0"; "01:00.0"; "00:01.0" ];
  is "backwards" (found (5, 3)) alone;
  let twice =
    Fake_pci.host [ bridge ~buses:(1, 3) [ device () ]; bridge ~buses:(2, 4) [ device () ];
      device () ]
  in
  is "overlapping" (addresses (Pci_scan.scan twice)) [ "00:00.0"; "01:00.0"; "00:01.0"; "00:02.0" ];
  let outside = Fake_pci.host [ bridge ~buses:(1, 2) [ bridge ~buses:(2, 9) [ device () ] ] ] in
  is "more than the one above" (addresses (Pci_scan.scan outside)) [ "00:00.0"; "01:00.0" ]

(* ---- addresses ---- *)

(* Every register's range lies within what the bridges above pass on, aligned, and overlaps no
   other. *)
type range = { space : Pci_host.space; first : int; last : int }

let space_of (bar : Pci_function.bar) : Pci_host.space =
  match bar.kind with
  | Io -> Io
  | Memory { is_64; prefetchable } -> if is_64 && prefetchable then Memory64 else Memory32

let range_of (bar : Pci_function.bar) : range =
  { space = space_of bar; first = bar.address; last = bar.address + bar.size - 1 }

let overlap a b = (a.space = Io) = (b.space = Io) && a.first <= b.last && b.first <= a.last

let rec disjoint = function
  | [] -> true
  | r :: rest -> (not (List.exists (overlap r) rest)) && disjoint rest

let register16 (node : Pci_scan.node) = Hal.Registers.read16 node.f.space
let register32 (node : Pci_scan.node) = Hal.Registers.read32 node.f.space

let passed_on node (r : range) =
  let mib at = (register16 node at land 0xfff0) lsl 16 in
  let within first last = first <= r.first && r.last <= last in
  match r.space with
  | Io ->
      let base = register16 node 0x1c in
      within ((base land 0xf0) lsl 8) (((base lsr 8) land 0xf0) lsl 8 lor 0xfff)
  | Memory32 | Memory64 ->
      within (mib 0x20) (mib 0x22 lor 0xfffff)
      || within (mib 0x24 lor (register32 node 0x28 lsl 32))
        (mib 0x26 lor 0xfffff lor (register32 node 0x2c lsl 32))

let rec reaches (node : Pci_scan.node) r =
  match node.parent with None -> true | Some above -> passed_on above r && reaches above r

let in_window (r : range) =
  let holds (w : Pci_host.window) =
    (w.space = Io) = (r.space = Io) && r.first >= w.bus && r.last < w.bus + w.size
  in
  List.exists holds windows

let check_all nodes =
  let bars (n : Pci_scan.node) = List.map (fun bar -> (n, bar)) n.f.bars in
  let all = List.concat_map bars (Pci_scan.all nodes) in
  let given = List.filter (fun (_, (bar : Pci_function.bar)) -> bar.address <> 0) all in
  let check (node, (bar : Pci_function.bar)) =
    let r = range_of bar in
    let what =
      Printf.sprintf "%s, register %d" (Pci_address.to_string node.Pci_scan.f.address) bar.index
    in
    that (what ^ ": aligned") (bar.address land (bar.size - 1) = 0);
    that (what ^ ": in a window of the host's") (in_window r);
    that (what ^ ": passed on") (reaches node r)
  in
  List.iter check given;
  that "nothing overlaps" (disjoint (List.map (fun (_, bar) -> range_of bar) given));
  List.length given

let assign root =
  let host = Fake_pci.host ~windows root in
  let nodes = Pci_scan.scan host in
  that "it is needed" (Pci_assign.is_needed nodes);
  Pci_assign.assign host nodes

let all_fit () =
  let root =
    [
      device ~bars:[ memory 0 0x1000; memory ~is_64:true ~prefetchable:true 2 0x100_0000;
        io 5 0x20 ] ();
      bridge ~bars:[ memory 0 0x100 ]
        [ device ~bars:[ memory 0 0x4000; io 1 0x40 ] (); bridge
          [ device ~bars:[ memory ~is_64:true 0 0x1000 ] () ] ];
      bridge [];
      device ~bars:[ memory 0 0x10_0000; memory ~is_64:true ~prefetchable:true 4 0x4000_0000 ] ();
    ]
  in
  let nodes, errors = assign root in
  that "all got one" (errors = [] && check_all nodes = 9);
  let bar = List.find (fun (bar : Pci_function.bar) -> bar.index = 2) (List.hd nodes).f.bars in
  that "what we think is what it has" (Fake_pci.address (List.hd root) 2 = bar.address)

let too_large () =
  let root =
    [ device ~bars:[ memory 0 0x8000_0000 ] (); device ~bars:[ memory 0 0x1000; io 1 0x100 ] () ]
  in
  let nodes, errors = assign root in
  that "one has none" (match errors with [ e ] -> e.bar = 0 && e.size = 0x8000_0000 | _ -> false);
  that "the others do" (check_all nodes = 2)

let random_tree random =
  let int = Random.State.int random and bool () = Random.State.bool random in
  let rec bars index =
    if index >= 6 || int 3 = 0 then []
    else
      let size = 1 lsl (4 + int 22) in
      if index < 5 && bool () then
        memory ~is_64:true ~prefetchable:(bool ()) index size :: bars (index + 2)
      else if int 4 = 0 then io index (min size 0x100) :: bars (index + 1)
      else memory index size :: bars (index + 1)
  in
  let rec devices depth = List.init (int 6) (fun _ -> one depth)
  and one depth =
    if depth > 0 && int 3 = 0 then bridge (devices (depth - 1)) else device ~bars:(bars 0) ()
  in
  device ~bars:[ memory 0 0x1000 ] () :: devices 4

let random_trees () =
  let with_errors = ref 0 in
  for seed = 1 to 300 do
    let nodes, errors = assign (random_tree (Random.State.make [| seed |])) in
    if errors <> [] then incr with_errors;
    try ignore (check_all nodes : int) with e -> failwith
      (Printf.sprintf "seed %d: %s" seed (Printexc.to_string e))
  done;
  that "most fit" (!with_errors < 100)

(* ---- capabilities ---- *)

let with_capabilities bytes =
  let d = device ~bars:[ memory 0 0x1000 ] () in
  let config = Fake_pci.config d in
  Bytes.set_uint16_le config 6 0x10;
  List.iter (fun (at, byte) -> Bytes.set_uint8 config at byte) bytes;
  d

let capabilities d =
  match Pci_scan.scan (Fake_pci.host [ d ]) with
  | [ node ] -> node.f.capabilities
  | _ -> failwith "one was to be found"

let lists () =
  let of_bytes bytes = capabilities (with_capabilities bytes) in
  that "two" (of_bytes [ (0x34, 0x40); (0x40, 5); (0x41, 0x50); (0x50, 0x11) ] = [ (5, 0x40);
    (0x11, 0x50) ]);
  that "none" (of_bytes [] = []);
  that "into the header" (of_bytes [ (0x34, 0x10) ] = []);
  that "a loop ends" (List.length (of_bytes [ (0x34, 0x40); (0x40, 5); (0x41, 0x40) ]) <= 48);
  that "odd addresses" (of_bytes [ (0x34, 0x43); (0x40, 5) ] = [ (5, 0x40) ])

(* ---- noise: each function's space is random bytes, read-only or not, in a space of 256 or 4096 ---- *)

let noise random ~bytes =
  let spaces = Hashtbl.create 16 in
  let space key =
    match Hashtbl.find_opt spaces key with
    | Some space -> space
    | None ->
        let is_there = Random.State.int random 6 = 0 in
        let space =
          if is_there then Some (Bytes.init bytes (fun _ -> Char.chr (Random.State.int random 256)))
          else None
        in
        Option.iter (fun s -> if Random.State.bool random then Bytes.set_uint8 s 0x0e
          (Random.State.int random 2)) space;
        Hashtbl.replace spaces key space;
        space
  in
  let sticks = Random.State.int random 3 > 0 in
  let read ~bytes:width offset =
    match space (offset lsr 12) with
    | Some s when offset land 0xfff <= bytes - width -> (
        let at = offset land 0xfff in
        match width with
        | 1 -> Bytes.get_uint8 s at
        | 2 -> Bytes.get_uint16_le s at
        | _ -> Int32.to_int (Bytes.get_int32_le s at) land 0xffff_ffff)
    | Some _ | None -> (1 lsl (8 * width)) - 1
  and write ~bytes:width offset value =
    match space (offset lsr 12) with
    | Some s when sticks && width = 4 && offset land 0xfff <= bytes - 4 ->
        Bytes.set_int32_le s (offset land 0xfff) (Int32.of_int value)
    | Some s when sticks && width <= 2 && offset land 0xfff < bytes ->
        Bytes.set_uint8 s (offset land 0xfff) (value land 0xff)
    | Some _ | None -> ()
  in
  Hal.Registers.make ~length:(16 lsl 20) ~read ~write

(* The configuration space of old is 256 bytes, whatever a capability says. *)
let short_spaces registers (host : Pci_host.t) : Pci_host.t =
  let select = ref 0 in
  let read ~bytes at =
    let access =
      match bytes with
      | 1 -> Hal.Registers.read8
      | 2 -> Hal.Registers.read16
      | _ -> Hal.Registers.read32
    in
    if at < 4 then !select
    else
      let id = (!select lsr 8) land 0xffff and offset = (!select land 0xfc) + (at land 3) in
      if id lsr 8 >= 16 then (1 lsl (8 * bytes)) - 1 else access registers ((id lsl 12) + offset)
  and write ~bytes:_ at value = if at < 4 then select := value in
  { host with config = Pci_config.ports (Hal.Registers.make ~length:8 ~read ~write) }

(* All that is done with what is on the buses until drivers have it. *)
let use_all host =
  let nodes = Pci_scan.scan host in
  ignore (Pci_assign.is_needed nodes : bool);
  let nodes, _ = Pci_assign.assign host nodes in
  let use (node : Pci_scan.node) =
    ignore (Pci_scan.interrupt node);
    ignore (Pci_scan.requester_id node : int);
    let hardware = Pci_hardware.of_node ~has_messages:true node in
    hardware.enable ();
    Array.iter (fun window -> ignore (window ())) hardware.windows;
    let bell = Sched.Bell.create "" in
    let claimed = hardware.claim ~message:(Some 0) ~core:0 ~bell ~name:"noise" in
    hardware.disable ();
    Result.iter Drivers.Line.release claimed
  in
  List.iter use (Pci_scan.all nodes)

let noisy bytes =
  let random = Random.State.make [| Hashtbl.hash bytes |] in
  let registers = noise random ~bytes:(if Random.State.bool random then 256 else 4096) in
  let host : Pci_host.t =
    { (Fake_pci.host ~last_bus:15 ~windows []) with config = Pci_config.ecam registers
      ~first_bus:0 }
  in
  let host = if Random.State.bool random then short_spaces registers host else host in
  Host.run (fun () -> use_all host)

let () =
  test "pci: what is on a bus" flat;
  test "pci: bridges that nobody numbered" numbered_by_us;
  test "pci: more bridges than numbers" too_few_numbers;
  test "pci: bridges with numbers that make no sense" senseless_numbers;
  test "pci: addresses for all" all_fit;
  test "pci: a window that fits nowhere" too_large;
  test "pci: addresses in random trees" random_trees;
  test "pci: lists of capabilities" lists;
  Fuzz.run "pci: noise" Fuzz.noise () noisy;
  Check.finish ()
