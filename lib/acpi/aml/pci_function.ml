open Object
open Context

let child_value node segment ~evaluate = Option.bind (Namespace.child node segment) evaluate

let child_integer machine node segment ~evaluate =
  match child_value node segment ~evaluate with
  | Some value -> Int64.to_int (Int64.logand (Convert.to_integer machine value) 0xffff_ffffL)
  | None -> 0

let ids machine node segment ~evaluate =
  match child_value node segment ~evaluate with
  | Some value -> Device_id.of_value (Export.value machine value)
  | None -> []

let is_host_bridge machine node ~evaluate =
  let has_id segment =
    List.exists (fun id -> List.mem id Device_id.host_bridges) (ids machine node segment ~evaluate)
  in
  has_id "_HID" || has_id "_CID"

(* The devices from the host bridge's child down to the scope's own, and the bridge. *)
let rec chain machine node below ~evaluate =
  let up below =
    match node.parent with
    | Some parent -> chain machine parent below ~evaluate
    | None -> Error.fail (Not_found "PCI host bridge")
  in
  match node.content with
  | Device when is_host_bridge machine node ~evaluate -> (node, below)
  | Device -> up (node :: below)
  | _ -> up below

let header_type = 0x0e
let secondary_bus = 0x19

let read_byte machine pci register =
  match machine.handlers.read (Config (pci, register)) ~size:1 with
  | Ok value -> Int64.to_int (Int64.logand value 0xffL)
  | Error reason -> Error.fail (Refused { space = Pci_config; address = register; reason })

let bus_behind machine (pci : Handlers.pci) =
  if read_byte machine pci header_type land 0x7f = 1 then read_byte machine pci secondary_bus
  else pci.bus

let at machine node ~segment ~bus ~evaluate =
  let address = child_integer machine node "_ADR" ~evaluate in
  { Handlers.segment; bus; device = (address lsr 16) land 0x1f; function_ = address land 7 }

let find machine ~evaluate scope =
  let bridge, devices = chain machine scope [] ~evaluate in
  let segment = child_integer machine bridge "_SEG" ~evaluate land 0xffff in
  let bus = child_integer machine bridge "_BBN" ~evaluate land 0xff in
  let rec descend bus = function
    | [] -> at machine bridge ~segment ~bus ~evaluate
    | [ device ] -> at machine device ~segment ~bus ~evaluate
    | device :: rest ->
        descend (bus_behind machine (at machine device ~segment ~bus ~evaluate)) rest
  in
  descend bus devices
