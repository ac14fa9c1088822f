open Fdt

let that = Check.that
let is_printable text = String.for_all (fun c -> c >= ' ' && c <= '~') text

let error blob (e : Error.t) =
  that "an error is in the blob" (e.offset >= 0 && e.offset <= String.length blob);
  that "an error is in words" (is_printable (Format.asprintf "%a" Error.pp e))

let result blob check = function Ok value -> check value | Error e -> error blob e
let results blob check list = List.iter (result blob check) list
let nothing _ = ()

let read blob =
  let tree = Tree.of_contents (Flat.contents blob) in
  result blob nothing tree;
  tree

let region { Region.base; size } =
  that "a region is somewhere" (base >= 0 && size >= 0 && base + size >= 0)

let interrupt { Interrupt.controller; specifier } =
  let cells = Node.required controller "#interrupt-cells" Property.u32 in
  that "a specifier is as long as the controller says" (cells = Ok (List.length specifier));
  that "a controller is one" (Node.has controller "interrupt-controller")

let addresses blob tree node =
  results blob region (Address.regions tree node);
  results blob region (Address.regions ~property:"alloc-ranges" tree node);
  result blob region (Address.first tree node);
  results blob (fun (w : Address.window) -> region { base = w.physical; size = w.size })
    (Address.pci_windows tree node);
  let for_device base size =
    result blob (fun at -> region { base = at; size }) (Address.for_device tree node { base; size })
  in
  for_device 0x1000 0x1000;
  for_device (max_int - 1) 1

let messages blob tree node =
  let target (t : Requester.target option) =
    Option.iter (fun (t : Requester.target) -> that "an id is one" (t.id >= 0)) t
  in
  let ask id =
    result blob target (Requester.msi tree node id);
    result blob target (Requester.iommu tree node id)
  in
  List.iter ask [ 0; 0x8; 0xffff ];
  result blob nothing (Requester.msi_parents tree node)

let interrupts blob tree node =
  results blob interrupt (Interrupt.of_node tree node);
  result blob nothing (Interrupt.parent tree node);
  result blob interrupt (Interrupt.of_pci_pin tree node ~bus:0 ~device:1 ~function_:0 ~pin:1);
  result blob interrupt (Interrupt.route tree node ~address:[] ~specifier:[ 1; 2; 3 ])

let place tree node =
  let found = Tree.find tree (Node.path node) in
  that "a node is at its path" (Option.fold ~none:false ~some:(Node.equal node) found);
  ignore (Node.child node (Node.base_name node));
  ignore (Node.status node, Node.unit_address node, Node.is_compatible node "x")

let properties blob node =
  let property (p : Property.t) =
    that "a value is where it says" (String.sub blob p.offset (String.length p.value) = p.value);
    result blob region (Result.map (fun base -> { Region.base; size = 0 }) (Property.number p));
    result blob nothing (Property.strings p)
  in
  List.iter property (Node.properties node)

let of_machine blob tree =
  List.iter region (Tree.blob tree).reservations;
  result blob (List.iter (fun (b : Memory.bank) -> region b.region)) (Memory.banks tree);
  result blob nothing (Memory.reserved tree);
  result blob (List.iter region) (Memory.untouchable tree);
  results blob nothing (Cpu.all tree);
  result blob nothing (Cpu.timebase_hz tree);
  result blob nothing (Chosen.console tree);
  result blob nothing (Chosen.command_line tree);
  result blob (Option.iter region) (Chosen.initrd tree);
  ignore (Chosen.seed tree, Tree.compatible tree [ "x"; "y" ]);
  List.iter (fun path -> ignore (Tree.find tree path)) [ "serial0"; "a/b"; "//"; "/x/../y"; "" ]

let ask blob tree =
  let ask_node node =
    addresses blob tree node;
    interrupts blob tree node;
    messages blob tree node;
    place tree node;
    properties blob node
  in
  of_machine blob tree;
  List.iter ask_node (Tree.nodes tree);
  let printable c = c = '\n' || c = '\t' || is_printable (String.make 1 c) in
  that "the tree as text is in words"
    (String.for_all printable (Format.asprintf "%a" Source.pp tree))
