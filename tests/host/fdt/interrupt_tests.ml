(* Interrupts: parents, controllers, the maps of nexuses; and where messages go. *)
open Flat
open Fdt

let test = Check.test
let phandle n = ("phandle", cells [ n ])

let controller ?(cells_of_one = 1) ?(more = []) name n =
  let properties =
    [ phandle n; ("#interrupt-cells", cells [ cells_of_one ]); ("interrupt-controller", "") ]
  in
  node name (properties @ more) []

let interrupt list = ("interrupts", cells list)
let parent n = ("interrupt-parent", cells [ n ])
let tree children properties = Expect.tree (blob (node "" properties children))
let value_of tree path name = (Option.get (Node.find (Expect.node tree path) name)).offset

let show = function
  | Error e -> Format.asprintf "%a" Error.pp e
  | Ok { Interrupt.controller; specifier } ->
      String.concat " " (Node.path controller :: List.map string_of_int specifier)

(* The interrupts of a node, as words. *)
let are tree path expected =
  let got = Interrupt.of_node tree (Expect.node tree path) in
  Expect.equal path (String.concat ", ") (List.map show got) expected

let of_node tree path index = List.nth (Interrupt.of_node tree (Expect.node tree path)) index

let parents () =
  test "interrupt: its own parent, an inherited one, the node above" (fun () ->
      let chip = controller "chip" 2 ~more:[ interrupt [ 9 ] ] in
      let chip = { chip with children = [ node "pin" [ interrupt [ 4; 5 ] ] [] ] } in
      let own = node "own" [ interrupt [ 3 ]; parent 2 ] [] in
      let bus = node "bus" [] [ node "inherits" [ interrupt [ 1; 7 ] ] []; chip; own ] in
      let tree = tree [ controller "gic" 1 ~cells_of_one:2; bus ] [ parent 1 ] in
      are tree "/bus/inherits" [ "/gic 1 7" ];
      are tree "/bus/own" [ "/bus/chip 3" ];
      are tree "/bus/chip/pin" [ "/bus/chip 4"; "/bus/chip 5" ];
      Expect.fails ~offset:(value_of tree "/bus/chip" "interrupts")
        (Bad_size { what = "interrupts"; size = 4; wanted = 8 })
        (of_node tree "/bus/chip" 0));
  test "interrupt: a controller's own, whose parent is itself" (fun () ->
      are (tree [ controller "gic" 1 ~more:[ interrupt [ 9 ] ] ] [ parent 1 ]) "/gic" [ "/gic 9" ]);
  test "interrupt: none" (fun () -> are (tree [ node "d" [] [] ] []) "/d" []);
  test "interrupt: no parent" (fun () ->
      let tree = tree [ node "d" [ interrupt [ 1 ] ] [] ] [] in
      Expect.fails ~offset:(Node.offset (Tree.root tree)) (Missing "interrupt-parent")
        (of_node tree "/d" 0));
  test "interrupt: a parent that is nowhere, and one that is no controller" (fun () ->
      let device n = node (Printf.sprintf "d%d" n) [ interrupt [ 1 ]; parent n ] [] in
      let half = node "half" [ phandle 7; ("#interrupt-cells", cells [ 1 ]) ] [] in
      let tree = tree [ device 5; device 6; device 7; node "n" [ phandle 6 ] []; half ] [] in
      Expect.fails ~offset:(value_of tree "/d5" "interrupt-parent") (No_phandle 5)
        (of_node tree "/d5" 0);
      Expect.fails ~offset:(Node.offset (Expect.node tree "/n")) (Missing "#interrupt-cells")
        (of_node tree "/d6" 0);
      let offset = value_of tree "/d7" "interrupts" in
      Expect.fails ~offset
        (Not_mapped { what = "the interrupt map of half"; value = "<>, <0x1>" })
        (of_node tree "/d7" 0));
  test "interrupt: cells of one" (fun () ->
      let tree =
        tree [ controller "c" 1 ~cells_of_one:9; node "d" [ interrupt [ 1 ] ] [] ] [ parent 1 ]
      in
      Expect.fails ~offset:(value_of tree "/c" "#interrupt-cells")
        (Bad_value { what = "#interrupt-cells"; value = 9 })
        (of_node tree "/d" 0))

let extended () =
  let interrupts list = ("interrupts-extended", cells list) in
  let tree list =
    tree [ controller "a" 1; controller "b" 2 ~cells_of_one:3; node "d"
      [ interrupt [ 8 ]; interrupts list ] [] ] []
  in
  test "interrupt: several parents" (fun () ->
      are (tree [ 1; 7; 2; 4; 5; 6; 1; 8 ]) "/d" [ "/a 7"; "/b 4 5 6"; "/a 8" ]);
  test "interrupt: one of several cut off, or for nobody" (fun () ->
      let of_list list =
        let tree = tree list in (of_node tree "/d" 1, value_of tree "/d" "interrupts-extended")
      in
      let cut, at = of_list [ 1; 7; 2; 4; 5 ] in
      let what = "interrupts-extended" in
      Expect.fails ~offset:(at + 12) (Truncated { what; wanted = 12; left = 8 }) cut;
      let nobody, at = of_list [ 1; 7; 0; 4; 5 ] in
      Expect.fails ~offset:(at + 8) (No_phandle 0) nobody)

(* Two slots of a PCI bus: pins of slot 0 to inputs 2 and 3 of [pic], of slot 1 to a GIC that wants
   unit addresses of two cells. *)
let bridge ?(map = []) ?(mask = [ 0xf800; 0; 0; 7 ]) more =
  let rows =
    [ 0; 0; 0; 1; 1; 2; 0; 0; 0; 2; 1; 3; 0x800; 0; 0; 1; 2; 0xa; 0xb; 0; 4; 4; 0x800; 0; 0; 2; 3;
      5 ]
  in
  node "pcie"
    ([
       phandle 9; ("#address-cells", cells [ 3 ]); ("#size-cells", cells [ 2 ]);
         ("#interrupt-cells", cells [ 1 ]);
       ("interrupt-map", cells (rows @ map)); ("interrupt-map-mask", cells mask);
     ]
    @ more)

let nexus ?(address = [ ("#address-cells", cells [ 0 ]) ]) name n rows =
  let map = [ ("#interrupt-cells", cells [ 1 ]); ("interrupt-map", cells rows) ] in
  node name ((phandle n :: address) @ map) []

(* It passes its inputs on to [pic]: 5 as 15, others not. *)
let chip = nexus "chip" 3 [ 5; 1; 15 ]

let machine ?map ?mask ?(more = []) children =
  let gic = controller "gic" 2 ~cells_of_one:3 ~more:[ ("#address-cells", cells [ 2 ]) ] in
  tree [ controller "pic" 1; gic; chip; bridge ?map ?mask more children ] []

let pin tree device pin =
  Interrupt.of_pci_pin tree (Expect.node tree "/pcie") ~bus:0 ~device ~function_:3 ~pin

let maps () =
  let routes name tree device number expected =
    test ("map: " ^ name) (fun () -> Expect.text "arrives" (show (pin tree device number)) expected)
  in
  let plain = machine [] in
  routes "a pin, whatever the function" plain 0 1 "/pic 2";
  routes "a parent with unit addresses" plain 1 1 "/gic 0 4 4";
  routes "through another nexus" plain 1 2 "/pic 15";
  routes "the first of two rows" (machine ~map:[ 0; 0; 0; 1; 1; 99 ] []) 0 1 "/pic 2";
  routes "rows are masked as well" (machine ~map:[ 0x700; 0; 0; 0xb; 1; 44 ] []) 0 3 "/pic 44";
  let all = machine ~more:[ ("interrupt-controller", "") ] [] in
  routes "what a controller does not map is its own" all 2 1 "/pcie 1";
  test "map: a pin that is not there" (fun () ->
      let what = "the interrupt map of pcie" and value = "<0x1300 0x0 0x0>, <0x1>" in
      Expect.fails ~offset:(Node.offset (Expect.node plain "/pcie")) (Not_mapped { what; value })
        (pin plain 2 1));
  test "map: a device on the bus, in the tree" (fun () ->
      let device = node "d@1,0" [ ("reg", cells [ 0x800; 0; 0; 0; 0 ]); interrupt [ 1; 2 ] ] [] in
      are (machine [ device ]) "/pcie/d@1,0" [ "/gic 0 4 4"; "/pic 15" ]);
  test "map: a nexus whose addresses are like those above it" (fun () ->
      let rows = [ 7; 1; 1; 40; 8; 1; 1; 50 ] in
      let device = node "d" [ ("reg", cells [ 8; 0 ]); interrupt [ 1 ]; parent 5 ] [] in
      let children = [ controller "pic" 1; nexus "nexus" 5 ~address:[] rows; device ] in
      are (tree children [ ("#address-cells", cells [ 1 ]) ]) "/d" [ "/pic 50" ]);
  test "map: an interrupt of another size" (fun () ->
      let chip = Expect.node plain "/chip" in
      Expect.fails ~offset:(Node.offset chip)
        (Bad_size { what = "the interrupt"; size = 8; wanted = 4 })
        (Interrupt.route plain chip ~address:[] ~specifier:[ 1; 2 ]));
  test "map: a device without address" (fun () ->
      let tree = machine [ node "d" [ interrupt [ 1 ] ] [] ] in
      let problem = Error.Truncated { what = "reg"; wanted = 12; left = 0 } in
      Expect.fails ~offset:(Node.offset (Expect.node tree "/pcie/d")) problem
        (of_node tree "/pcie/d" 0))

let bad_maps () =
  let fails name ?map ?mask ~property at problem =
    test ("map: " ^ name) (fun () ->
        let tree = machine ?map ?mask [] in
        Expect.fails ~offset:(value_of tree "/pcie" property + at) problem (pin tree 0 1))
  in
  let what = "interrupt-map" and property = "interrupt-map" in
  fails "cut off" ~property ~map:[ 0; 0; 0 ] 112 (Truncated { what; wanted = 16; left = 12 });
  fails "cut off before the parent" ~property ~map:[ 0; 0; 0; 1 ] 128
    (Truncated { what; wanted = 4; left = 0 });
  fails "cut off in the parent's part" ~property ~map:[ 0; 0; 0; 1; 2; 0; 0; 1; 2 ] 140
    (Truncated { what; wanted = 12; left = 8 });
  fails "a parent that is nowhere" ~property ~map:[ 0; 0; 0; 1; 77; 0 ] 128 (No_phandle 77);
  fails "a mask of another size" ~property:"interrupt-map-mask" ~mask:[ 1; 2; 3 ] 0
    (Bad_size { what = "interrupt-map-mask"; size = 12; wanted = 16 });
  test "map: sixteen nexuses in a row, not seventeen" (fun () ->
      let one i = nexus (Printf.sprintf "n%d" i) (10 + i) [ 1; (if i = 0 then 1 else 9 + i); 1 ] in
      let device n = node (Printf.sprintf "d%d" n) [ parent (9 + n); interrupt [ 1 ] ] [] in
      let devices = [ device 16; device 17 ] in
      let tree = tree ((controller "pic" 1 :: List.init 17 one) @ devices) [] in
      are tree "/d16" [ "/pic 1" ];
      let offset = value_of tree "/n1" "interrupt-map" + 8 in
      Expect.fails ~offset (Loop "the interrupt maps") (of_node tree "/d17" 0));
  test "map: two nexuses that point at each other" (fun () ->
      let device = node "d" [ parent 1; interrupt [ 1 ] ] [] in
      let tree = tree [ nexus "a" 1 [ 1; 2; 1 ]; nexus "b" 2 [ 1; 1; 1 ]; device ] [] in
      let offset = value_of tree "/b" "interrupt-map" + 8 in
      Expect.fails ~offset (Loop "the interrupt maps") (of_node tree "/d" 0))

let messages () =
  let its = node "its" [ phandle 4; ("msi-controller", ""); ("#msi-cells", cells [ 1 ]) ] [] in
  let smmu = node "smmu" [ phandle 5 ] [] in
  let map = ("msi-map", cells [ 0x0; 4; 0x1_0000; 0x100; 0x200; 4; 0; 0x100; 0x300; 6; 0; 1 ]) in
  let mask = ("msi-map-mask", cells [ 0xffff ]) in
  let tree more =
    tree [ its; smmu; node "d" [ ("msi-parent", cells [ 4; 77; 5 ]) ] []; node "pcie"
      ([ ("iommu-map", cells [ 8; 5; 0; 8 ]) ] @ more) [] ] []
  in
  let mapped = tree [ map; mask ] in
  let goes lookup tree id =
    match Expect.ok (lookup tree (Expect.node tree "/pcie") id) with
    | None -> "nowhere"
    | Some { Requester.controller; id } -> Printf.sprintf "%s 0x%x" (Node.path controller) id
  in
  test "msi: by the bridge's map" (fun () ->
      Expect.text "first row" (goes Requester.msi mapped 0x20) "/its 0x10020";
      Expect.text "second row, masked" (goes Requester.msi mapped 0x5_0201) "/its 0x1";
      Expect.text "between rows" (goes Requester.msi mapped 0x100) "nowhere";
      let offset = value_of mapped "/pcie" "msi-map" + 36 in
      Expect.fails ~offset (No_phandle 6)
        (Requester.msi mapped (Expect.node mapped "/pcie") 0x300));
  test "msi: by the bridge's parent, or not at all" (fun () ->
      Expect.text "parent" (goes Requester.msi (tree [ ("msi-parent", cells [ 4; 0 ]) ]) 0x123)
        "/its 0x123";
      Expect.text "nothing" (goes Requester.msi (tree []) 0x123) "nowhere");
  test "msi: the parents of a device" (fun () ->
      let parents = Expect.ok (Requester.msi_parents mapped (Expect.node mapped "/d")) in
      let facts { Requester.node; specifier } = (Node.name node, specifier) in
      Check.that "both" (List.map facts parents = [ ("its", [ 77 ]); ("smmu", []) ]));
  test "iommu: by the bridge's map" (fun () ->
      Expect.text "inside" (goes Requester.iommu mapped 0xf) "/smmu 0x7";
      Expect.text "before" (goes Requester.iommu mapped 7) "nowhere";
      Expect.text "behind" (goes Requester.iommu mapped 0x10) "nowhere");
  test "msi: a map cut off" (fun () ->
      let tree = tree [ ("msi-map", cells [ 1; 2; 3 ]) ] in
      Expect.fails ~offset:(value_of tree "/pcie" "msi-map")
        (Bad_size { what = "msi-map"; size = 12; wanted = 16 })
        (Requester.msi tree (Expect.node tree "/pcie") 1))

let limits () =
  let rows n = cells (List.concat (List.init n (fun i -> [ i; 4; 0; 1 ]))) in
  let its cells_of_one = node "its" [ phandle 4; ("#msi-cells", cells [ cells_of_one ]) ] [] in
  let tree ?(cells_of_one = 0) properties =
    tree [ its cells_of_one; node "pcie" properties [] ] []
  in
  let msi tree = Requester.msi tree (Expect.node tree "/pcie") 1023 in
  test "msi: 1,024 rows, not 1,025" (fun () ->
      Check.that "found" (Option.is_some (Expect.ok (msi (tree [ ("msi-map", rows 1024) ]))));
      let tree = tree [ ("msi-map", rows 1025) ] in
      let problem = Error.Too_many { what = "msi-map"; limit = 1024 } in
      Expect.fails ~offset:(value_of tree "/pcie" "msi-map") problem (msi tree));
  test "msi: parents of up to 8 cells" (fun () ->
      let parent n = ("msi-parent", cells (4 :: List.init n Fun.id)) in
      let good n = Expect.ok (msi (tree ~cells_of_one:n [ parent n ])) in
      Check.that "none" (Option.is_some (good 0));
      Check.that "eight" (Option.is_some (good 8));
      let tree = tree ~cells_of_one:9 [ parent 9 ] in
      let problem = Error.Bad_value { what = "#msi-cells"; value = 9 } in
      Expect.fails ~offset:(value_of tree "/its" "#msi-cells") problem (msi tree))

let () =
  parents ();
  extended ();
  maps ();
  bad_maps ();
  messages ();
  limits ();
  Check.finish ()
