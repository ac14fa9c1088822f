type window = { pci : Pci.t; physical : int; size : int }

let ( let* ) = Result.bind

let not_mapped ~offset what address =
  let value = Format.asprintf "%a" Bus_address.pp address in
  Error.fail ~offset (Not_mapped { what; value })

let rec physical t ~bus address ~size ~offset =
  match (Node.parent bus, address, Tree.ranges t bus) with
  | None, Bus_address.Plain at, _ -> Ok at
  | None, Pci _, _ -> not_mapped ~offset "the root" address
  | Some _, _, None -> Error.fail ~offset:(Node.offset bus) (Missing "ranges")
  | Some above, _, Some ranges -> (
      let* ranges = ranges in
      match Ranges.up ranges address ~size with
      | Some address -> physical t ~bus:above address ~size ~offset
      | None -> not_mapped ~offset ("ranges of " ^ Node.name bus) address)

let region t bus entry =
  let* { Reg.cells; address; size } = entry in
  let offset = Cells.offset cells in
  let* base = physical t ~bus address ~size ~offset in
  Region.make ~what:"reg" ~offset ~base ~size

let regions ?property t node =
  match Node.parent node with
  | None -> []
  | Some bus -> List.map (region t bus) (Reg.entries ?property node)

let first t node =
  match (Node.parent node, Reg.entries node) with
  | Some bus, first :: _ -> region t bus first
  | _ -> Error.fail ~offset:(Node.offset node) (Missing "reg")

(* An address of the root becomes one of the bus. *)
let rec down t bus address ~size =
  match Node.parent bus with
  | None -> Ok address
  | Some above -> (
      let* address = down t above address ~size in
      match Tree.dma_ranges t bus with
      | None -> Ok address
      | Some ranges -> (
          let* ranges = ranges in
          match Ranges.down ranges address ~size with
          | Some address -> Ok address
          | None -> not_mapped ~offset:(Node.offset bus) "dma-ranges" address))

let for_device t node { Region.base; size } =
  match Node.parent node with
  | None -> Ok base
  | Some bus -> Result.map Bus_address.at (down t bus (Bus_address.Plain base) ~size)

let window t bus { Ranges.child; parent; size; offset } =
  match (child, Node.parent bus) with
  | Bus_address.Pci pci, Some above ->
      let* physical = physical t ~bus:above parent ~size ~offset in
      Ok { pci; physical; size }
  | _ -> not_mapped ~offset "PCI" child

let pci_windows t bus =
  match Tree.ranges t bus with
  | None -> []
  | Some (Ok ranges) -> List.map (window t bus) (Ranges.windows ranges)
  | Some (Error e) -> [ Error e ]
