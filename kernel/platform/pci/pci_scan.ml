open Hal.Registers

type node = {
  host : Pci_host.t;
  parent : node option;
  f : Pci_function.t;
  mutable children : node list;
}

(* Of a scan: [next_bus] is the first number that no bus has. *)
type progress = { host : Pci_host.t; mutable next_bus : int }

let offset_buses = 0x18 (* primary, secondary, subordinate: a byte each *)

let set_buses space ~primary ~secondary ~subordinate =
  let old = read32 space offset_buses land 0xff00_0000 in
  write32 space offset_buses (old lor primary lor (secondary lsl 8) lor (subordinate lsl 16))

let read_function progress ~bus device function_ =
  let address : Pci_address.t = { segment = progress.host.segment; bus; device; function_ } in
  Option.bind (Pci_config.space progress.host.config address) (Pci_function.read address)

let functions progress ~bus device =
  match read_function progress ~bus device 0 with
  | None -> []
  | Some f when not f.is_multifunction -> [ f ]
  | Some f -> f :: List.filter_map (read_function progress ~bus device) [ 1; 2; 3; 4; 5; 6; 7 ]

let rec bus progress ~parent ~limit number =
  progress.next_bus <- max progress.next_bus (number + 1);
  let functions = List.concat_map (functions progress ~bus:number) (List.init 32 Fun.id) in
  List.map (node progress ~parent ~limit) functions

and node progress ~parent ~limit f =
  let node = { host = progress.host; parent; f; children = [] } in
  if f.kind = Pci_function.Bridge then node.children <- behind progress node ~limit;
  node

and behind progress node ~limit =
  let space = node.f.space in
  let secondary = read8 space (offset_buses + 1)
  and subordinate = read8 space (offset_buses + 2) in
  if secondary = 0 then numbered progress node ~limit
  else if secondary < progress.next_bus || subordinate < secondary || subordinate > limit then []
  else
    let found = bus progress ~parent:(Some node) ~limit:subordinate secondary in
    progress.next_bus <- max progress.next_bus (subordinate + 1);
    found

(* Everything may be behind it until we know what is. *)
and numbered progress node ~limit =
  let secondary = progress.next_bus and primary = node.f.address.bus in
  if secondary > limit then []
  else begin
    set_buses node.f.space ~primary ~secondary ~subordinate:limit;
    let found = bus progress ~parent:(Some node) ~limit secondary in
    set_buses node.f.space ~primary ~secondary ~subordinate:(progress.next_bus - 1);
    found
  end

let scan (host : Pci_host.t) =
  let progress = { host; next_bus = host.first_bus } in
  bus progress ~parent:None ~limit:host.last_bus host.first_bus

let rec all nodes = List.concat_map (fun node -> node :: all node.children) nodes

(* ---- who sent it ---- *)

let capability_express = 0x10
let type_to_pci = 7

(* A bridge to conventional PCI, where addresses do not name the sender, answers for all behind it:
   one from PCI Express as function 0 of its further bus, others as themselves. *)
let requester_id node =
  let rec seen_above node ~id =
    match node.parent with
    | None -> id
    | Some bridge -> (
        match Pci_function.capability bridge.f capability_express with
        | None -> seen_above bridge ~id:(Pci_address.requester_id bridge.f.address)
        | Some at when (read16 bridge.f.space (at + 2) lsr 4) land 0xf = type_to_pci ->
            let behind = { node.f.address with device = 0; function_ = 0 } in
            seen_above bridge ~id:(Pci_address.requester_id behind)
        | Some _ -> seen_above bridge ~id)
  in
  seen_above node ~id:(Pci_address.requester_id node.f.address)

(* A bridge passes its devices' pins on in rotation. *)
let rec wire node ~device ~function_ ~pin =
  match node.parent with
  | None -> node.host.route ~bus:node.f.address.bus ~device ~function_ ~pin
  | Some bridge ->
      let pin = ((pin - 1 + device) land 3) + 1 in
      let above = bridge.f.address in
      wire bridge ~device:above.device ~function_:above.function_ ~pin

let interrupt node =
  let { Pci_address.device; function_; _ } = node.f.address in
  if node.f.pin = 0 then None else wire node ~device ~function_ ~pin:node.f.pin
