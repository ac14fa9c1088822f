(* From [reg] to physical addresses, and back for DMA. *)
open Flat
open Fdt

let test = Check.test
let bus ?(address = 1) ?(size = 1) name properties children =
  node name ([ ("#address-cells", cells [ address ]);
    ("#size-cells", cells [ size ]) ] @ properties) children

let device ?(name = "d") reg = node name [ ("reg", cells reg) ] []

let regions tree path = Address.regions tree (Expect.node tree path)
let good tree path = List.map Expect.ok (regions tree path)

(* Where the value of a property of a node starts. *)
let value_of tree path name = (Option.get (Node.find (Expect.node tree path) name)).offset
let node_at tree path = Node.offset (Expect.node tree path)

let below_root ?address ?size children = Expect.tree (blob (bus "" ?address ?size [] children))

let translation () =
  test "reg: below the root" (fun () ->
      let tree = below_root ~address:2 ~size:2 [ device [ 1; 0x1000; 0; 0x10; 0; 5; 0; 0 ] ] in
      Expect.regions "reg" (good tree "/d") [ (0x1_0000_1000, 0x10); (5, 0) ]);
  test "reg: through windows of several levels" (fun () ->
      let inner =
        bus "b" [ ("ranges", cells [ 0; 0x100; 0x80; 0x80; 0x1000; 0x80 ]) ]
          [ device [ 0x10; 4; 0x90; 4 ] ]
      in
      let outer = bus "a" [ ("ranges", cells [ 0; 2; 0; 0x1000_0000 ]) ] [ inner ] in
      let tree = below_root ~address:2 ~size:2 [ outer ] in
      Expect.regions "reg" (good tree "/a/b/d") [ (0x2_0000_0110, 4); (0x2_0000_1010, 4) ]);
  test "reg: empty ranges change nothing" (fun () ->
      let tree =
        below_root [ bus "a" [ ("ranges", "") ] [ bus "b" [ ("ranges", "") ] [ device [ 7; 9 ] ] ] ]
      in
      Expect.regions "reg" (good tree "/a/b/d") [ (7, 9) ]);
  test "reg: of overlapping windows the first counts" (fun () ->
      let ranges = cells [ 0x8; 0x1000; 0x10; 0; 0x2000; 0x20 ] in
      let device = device [ 0x8; 0x10; 7; 1; 0x18; 8; 0x8; 0x11 ] in
      let tree = below_root [ bus "a" [ ("ranges", ranges) ] [ device ] ] in
      match List.rev (regions tree "/a/d") with
      | sticks_out :: others ->
          let within = List.rev_map Expect.ok others in
          Expect.regions "reg" within [ (0x1000, 0x10); (0x2007, 1); (0x2018, 8) ];
          let problem = Error.Not_mapped { what = "ranges of a"; value = "0x8" } in
          Expect.fails ~offset:(value_of tree "/a/d" "reg" + 24) problem sticks_out
      | [] -> Check.that "four entries" false);
  test "reg: none" (fun () ->
      let tree = below_root [ node "d" [] [] ] in
      Check.that "nothing" (regions tree "/d" = []);
      Expect.fails ~offset:(node_at tree "/d") (Missing "reg")
        (Address.first tree (Expect.node tree "/d")))

let untranslatable () =
  test "reg: a bus without ranges" (fun () ->
      let tree = below_root [ bus "a" [] [ device [ 7; 9 ] ] ] in
      Expect.fails ~offset:(node_at tree "/a") (Missing "ranges") (List.hd (regions tree "/a/d")));
  test "reg: outside of every window, the others stand" (fun () ->
      let ranges = cells [ 0x100; 0x1100; 0x10 ] in
      let tree =
        below_root [ bus "a" [ ("ranges", ranges) ]
          [ device [ 0x100; 4; 0x10c; 8; 0x110; 0; 0x10f; 0 ] ] ]
      in
      let at = value_of tree "/a/d" "reg" in
      let lost value = Error.Not_mapped { what = "ranges of a"; value } in
      match regions tree "/a/d" with
      | [ first; sticks_out; behind; empty ] ->
          Expect.regions "the first" [ Expect.ok first ] [ (0x1100, 4) ];
          Expect.fails ~offset:(at + 8) (lost "0x10c") sticks_out;
          Expect.fails ~offset:(at + 16) (lost "0x110") behind;
          Expect.regions "the empty one" [ Expect.ok empty ] [ (0x110f, 0) ]
      | _ -> Check.that "four entries" false)

let malformed () =
  test "reg: cut off" (fun () ->
      let tree = below_root ~address:2 [ device [ 1; 2 ] ] in
      let offset = value_of tree "/d" "reg" in
      Expect.fails ~offset (Bad_size { what = "reg"; size = 8; wanted = 12 })
        (List.hd (regions tree "/d")));
  test "reg: too large, the others stand" (fun () ->
      let tree =
        below_root ~address:2 ~size:2
          [ device [ 0x4000_0000; 0; 0; 1; 0x3fff_ffff; -1; 0; 1; 0x3fff_ffff; -2; 0; 1 ] ]
      in
      let offset = value_of tree "/d" "reg" in
      match regions tree "/d" with
      | [ address; last; good ] ->
          Expect.fails ~offset (Too_large "reg") address;
          Expect.fails ~offset:(offset + 16) (Too_large "reg") last;
          Expect.regions "the last" [ Expect.ok good ] [ (max_int - 1, 1) ]
      | _ -> Check.that "three entries" false);
  test "reg: entries of no cells" (fun () ->
      let tree = below_root ~address:0 ~size:0 [ device [ 1 ] ] in
      let offset = value_of tree "/d" "reg" in
      Expect.fails ~offset (Bad_size { what = "reg"; size = 4; wanted = 0 })
        (List.hd (regions tree "/d")));
  test "ranges: cut off" (fun () ->
      let tree = below_root [ bus "a" [ ("ranges", cells [ 1; 2 ]) ] [ device [ 1; 1 ] ] ] in
      let offset = value_of tree "/a" "ranges" in
      Expect.fails ~offset (Bad_size { what = "ranges"; size = 8; wanted = 12 })
        (List.hd (regions tree "/a/d")));
  test "ranges: too large" (fun () ->
      let tree =
        below_root ~address:2
          [ bus "a" [ ("ranges", cells [ 0; 0x3fff_ffff; -1; 2 ]) ] [ device [ 1; 1 ] ] ]
      in
      let offset = value_of tree "/a" "ranges" + 4 in
      Expect.fails ~offset (Too_large "ranges") (List.hd (regions tree "/a/d")));
  test "ranges: 256 windows, not 257" (fun () ->
      let ranges n = cells (List.concat (List.init n (fun i -> [ i; 0x1000 + (2 * i); 1 ]))) in
      let tree n = below_root [ bus "a" [ ("ranges", ranges n) ] [ device [ 255; 1 ] ] ] in
      Expect.regions "reg" (good (tree 256) "/a/d") [ (0x11fe, 1) ];
      let tree = tree 257 in
      Expect.fails ~offset:(value_of tree "/a" "ranges")
        (Too_many { what = "ranges"; limit = 256 })
        (List.hd (regions tree "/a/d")))

(* I/O ports at 0x3eff0000; 32-bit memory, prefetchable or not; 64-bit memory at 512 GiB. *)
let pci_ranges =
  cells
    [
      0x0100_0000; 0; 0; 0; 0x3eff_0000; 0; 0x1_0000;
      0x0200_0000; 0; 0x1000_0000; 0; 0x1000_0000; 0; 0x2000_0000;
      0x4200_0000; 0; 0x3000_0000; 0; 0x3000_0000; 0; 0x0100_0000;
      0x0300_0000; 0x80; 0; 0x80; 0; 0x80; 0;
    ]

let pci_tree =
  let functions =
    [
      bus "bridge@1,0" ~address:3 ~size:2
        [ ("reg", cells [ 0x800; 0; 0; 0; 0 ]);
          ("ranges", cells
            [ 0x0200_0000; 0; 0x1100_0000; 0x0200_0000; 0; 0x1100_0000; 0; 0x10_0000 ]) ]
        [ device [ 0x0200_0000; 0; 0x1100_1000; 0; 0x1000 ] ];
      device ~name:"device@2,0"
        [ 0x1000; 0; 0; 0; 0; 0x0100_1010; 0; 0x1000; 0; 0x20; 0x4300_1014; 0x80; 0x4000; 0;
          0x4000 ];
    ]
  in
  below_root ~address:2 ~size:2
    [ bus "pcie" ~address:3 ~size:2
      [ ("device_type", text "pci"); ("ranges", pci_ranges) ] functions ]

let pci () =
  test "pci: the windows of a host bridge" (fun () ->
      let windows =
        List.map Expect.ok (Address.pci_windows pci_tree (Expect.node pci_tree "/pcie"))
      in
      let facts { Address.pci; physical; size } =
        (pci.space, pci.prefetchable, pci.at, physical, size)
      in
      Check.that "as given"
        (List.map facts windows
        = [
            (Io, false, 0, 0x3eff_0000, 0x1_0000);
            (Memory32, false, 0x1000_0000, 0x1000_0000, 0x2000_0000);
            (Memory32, true, 0x3000_0000, 0x3000_0000, 0x0100_0000);
            (Memory64, false, 0x80_0000_0000, 0x80_0000_0000, 0x80_0000_0000);
          ]));
  test "pci: registers of functions" (fun () ->
      match regions pci_tree "/pcie/device@2,0" with
      | [ configuration; io; memory ] ->
          let offset = value_of pci_tree "/pcie/device@2,0" "reg" in
          Expect.fails ~offset
            (Not_mapped { what = "ranges of pcie"; value = "00:02.0" }) configuration;
          Expect.regions "io and memory" [ Expect.ok io; Expect.ok memory ]
            [ (0x3eff_1000, 0x20); (0x80_0000_4000, 0x4000) ]
      | _ -> Check.that "three entries" false);
  test "pci: behind a bridge" (fun () ->
      Expect.regions "reg" (good pci_tree "/pcie/bridge@1,0/d") [ (0x1100_1000, 0x1000) ]);
  test "pci: an address taken apart" (fun () ->
      let cells = Cells.of_list ~what:"reg" ~offset:0 [ 0x43fe_fd14; 1; 2 ] in
      let { Pci.space; prefetchable; bus; device; function_; register; at } =
        Expect.ok (Pci.of_cells cells)
      in
      Check.that "fields"
        (space = Memory64 && prefetchable && bus = 0xfe && device = 0x1f && function_ =
          5 && register = 0x14);
      Expect.int "address" at 0x1_0000_0002;
      Check.that "put together" (Pci.function_cells ~bus ~device ~function_ = [ 0xfefd00; 0; 0 ]))

let dma () =
  let for_device tree path base size =
    Address.for_device tree (Expect.node tree path) { base; size }
  in
  test "dma: through the windows of several levels" (fun () ->
      let inner = bus "b" [ ("dma-ranges", cells [ 0xc000_0000; 0x1000; 0x2000 ]) ] [ device [] ] in
      let middle = bus "m" [] [ inner ] in
      let tree =
        below_root ~address:2
          [ bus "a" [ ("dma-ranges", cells [ 0; 1; 0; 0x1_0000 ]) ] [ middle; device [] ] ]
      in
      Check.that "inner" (for_device tree "/a/m/b/d" 0x1_0000_1800 0x800 = Ok 0xc000_0800);
      Check.that "outer" (for_device tree "/a/d" 0x1_0000_1800 0x800 = Ok 0x1800);
      Expect.fails ~offset:(node_at tree "/a/m/b")
        (Not_mapped { what = "dma-ranges"; value = "0x2ff0" })
        (for_device tree "/a/m/b/d" 0x1_0000_2ff0 0x11);
      Expect.fails ~offset:(node_at tree "/a")
        (Not_mapped { what = "dma-ranges"; value = "0x5" })
        (for_device tree "/a/m/b/d" 5 1));
  test "dma: nothing said, nothing changed" (fun () ->
      let tree = below_root [ bus "a" [ ("dma-ranges", "") ] [ bus "b" [] [ device [] ] ] ] in
      Check.that "the same" (for_device tree "/a/b/d" 0x1234 5 = Ok 0x1234))

let intervals () =
  test "intervals: like a list that is searched from its start" (fun () ->
      let random = Random.State.make [| 1 |] in
      for _ = 1 to 2000 do
        let number () = Random.State.int random 40 in
        let stretches = List.init (number () / 4) (fun i -> (number (), number (), i)) in
        let add t (start, stop, i) = Intervals.add t ~start ~stop i in
        let t = List.fold_left add Intervals.empty stretches in
        for at = -1 to 41 do
          let holds (start, stop, i) = if start <= at && at < stop then Some i else None in
          Check.that "the first that holds it" (Intervals.find t at = List.find_map holds stretches)
        done
      done)

let () =
  intervals ();
  translation ();
  untranslatable ();
  malformed ();
  pci ();
  dma ();
  Check.finish ()
