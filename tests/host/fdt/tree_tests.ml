(* Asking a tree: properties, paths, phandles, what nodes are compatible with. *)
open Flat
open Fdt

let test = Check.test
let that = Check.that

(* The first property's value is at this offset: after 40 of header, 16 of reservations, 8 of the
   root's name and 12 of the property's head. *)
let value_offset = 76

let property value =
  let tree = Expect.tree (blob (node "" [ ("p", value) ] [])) in
  Option.get (Node.find (Tree.root tree) "p")

let reads name read value expected =
  test ("value: " ^ name) (fun () -> that "as expected" (read (property value) = Ok expected))

let refuses name read value problem =
  test ("value: " ^ name)
    (fun () -> Expect.fails ~offset:value_offset problem (read (property value)))

let bad_size size wanted = Error.Bad_size { what = "p"; size; wanted }

let values () =
  reads "u32" Property.u32 (cells [ 0xdead_beef ]) 0xdead_beef;
  refuses "u32 of 8 bytes" Property.u32 (cells [ 1; 2 ]) (bad_size 8 4);
  reads "u64" Property.u64 (cells [ 0x3fff_ffff; 0xffff_ffff ]) max_int;
  refuses "u64 of 2^62" Property.u64 (cells [ 0x4000_0000; 0 ]) (Too_large "p");
  refuses "u64 of 4 bytes" Property.u64 (cells [ 1 ]) (bad_size 4 8);
  reads "number of one cell" Property.number (cells [ 7 ]) 7;
  reads "number of two cells" Property.number (cells [ 1; 7 ]) 0x1_0000_0007;
  refuses "number of no cell" Property.number "" (bad_size 0 8);
  reads "text" Property.string (text "a ~") "a ~";
  reads "the empty text" Property.string (text "") "";
  refuses "text without NUL" Property.string "abcd" (Bad_text "p");
  refuses "two texts for one" Property.string (texts [ "a"; "b" ]) (Bad_text "p");
  refuses "no text for one" Property.string "" (Bad_text "p");
  refuses "an unprintable text" Property.string (text "a\027[2J") (Bad_text "p");
  reads "texts" Property.strings (texts [ "a"; ""; "b" ]) [ "a"; ""; "b" ];
  reads "no texts" Property.strings "" [];
  refuses "texts without NUL" Property.strings (text "a" ^ "b") (Bad_text "p");
  let list property = Result.map Cells.to_list (Property.cells property) in
  reads "cells" list (cells [ 1; 0xffff_ffff ]) [ 1; 0xffff_ffff ];
  reads "no cells" list "" [];
  refuses "cells of 6 bytes" list "123456" (bad_size 6 4)

let cells_tests () =
  let run = Cells.of_list ~what:"run" ~offset:100 [ 1; 2; 3; 4; 5; 6 ] in
  test "cells: parts know where they are" (fun () ->
      let _, rest = Expect.ok (Cells.split run 2) in
      Expect.int "offset" (Cells.offset rest) 108;
      Expect.int "first" (Cells.get rest 0) 3;
      Expect.fails ~offset:108 (Truncated { what = "run"; wanted = 20; left = 16 })
        (Cells.split rest 5);
      Expect.fails ~offset:108 (Bad_size { what = "run"; size = 16; wanted = 12 })
        (Cells.groups rest 3);
      Expect.fails ~offset:108 (Bad_size { what = "run"; size = 16; wanted = 0 })
        (Cells.groups rest 0);
      let groups = Expect.ok (Cells.groups rest 2) in
      that "groups" (List.map Cells.to_list groups = [ [ 3; 4 ]; [ 5; 6 ] ]));
  test "cells: no further than their end" (fun () ->
      let get = Cells.get run in
      Expect.int "last" (get 5) 6;
      let refused i = Check.raises "get" (Invalid_argument "Cells.get") (fun () -> get i) in
      List.iter refused [ -1; 6 ]);
  test "cells: masks and numbers" (fun () ->
      let mask = Cells.of_list ~what:"mask" ~offset:0 [ 0xff00; 1 ] in
      let both = Cells.of_list ~what:"both" ~offset:0 [ 0x1234; 0x3 ] in
      that "masked" (Cells.masked both ~mask = cells [ 0x1200; 1 ]);
      that "by a longer mask" (Cells.masked both ~mask:run = cells [ 0; 2 ]);
      that "number of none" (Cells.number (Cells.of_list ~what:"" ~offset:0 []) = Ok 0);
      let wide = Cells.of_list ~what:"wide" ~offset:8 in
      that "leading zeroes" (Cells.number (wide [ 0; 0; 1; 2 ]) = Ok 0x1_0000_0002);
      Expect.fails ~offset:8 (Too_large "wide") (Cells.number (wide [ 1; 0; 0 ])))

let serial n = node (Printf.sprintf "serial@%d" n) [ ("phandle", cells [ n ]) ] []

let board =
  node ""
    [ ("compatible", texts [ "acme,board"; "acme,common" ]) ]
    [
      node "aliases"
        [
          ("serial0", text "/soc/serial@1");
          ("bus", text "/soc");
          ("loop", text "loop");
          ("lost", text "/nowhere");
          ("odd", cells [ 0 ]);
        ]
        [];
      node "soc"
        [ ("compatible", text "simple-bus") ]
        [ serial 1; serial 2; node "timer@5" []
          [ node "timer" [ ("linux,phandle", cells [ 9 ]) ] [] ] ];
      node "off" [ ("status", text "disabled") ] [ node "child" [] [] ];
      node "bad" [ ("compatible", "unterminated"); ("status", text "fail-hot") ] [];
    ]

let tree = Expect.tree (blob board)

let finds path expected =
  test ("path: " ^ path) (fun () ->
      let show = Option.value ~default:"nothing" in
      Expect.equal "found" show (Option.map Node.path (Tree.find tree path)) expected)

let paths () =
  finds "/" (Some "/");
  finds "/soc/serial@1" (Some "/soc/serial@1");
  finds "/soc/timer" (Some "/soc/timer@5");
  finds "/soc/timer/timer" (Some "/soc/timer@5/timer");
  finds "/soc/serial" None;
  finds "/soc/seria" None;
  finds "/soc/serial@" None;
  finds "/soc/serial@1/x" None;
  finds "serial0" (Some "/soc/serial@1");
  finds "bus/serial@2" (Some "/soc/serial@2");
  finds "bus" (Some "/soc");
  List.iter (fun name -> finds name None) [ "loop"; "lost"; "odd"; "none"; "none/x"; "" ]

let nodes () =
  test "node: its parts" (fun () ->
      let serial = Expect.node tree "/soc/serial@2" in
      Expect.text "name" (Node.name serial) "serial@2";
      Expect.text "base name" (Node.base_name serial) "serial";
      that "unit address" (Node.unit_address serial = Some "2");
      that "no unit address" (Node.unit_address (Expect.node tree "/soc") = None);
      that "parent" (Option.fold ~none:"" ~some:Node.name (Node.parent serial) = "soc"));
  test "node: all of them, parents first" (fun () ->
      let expected =
        [ ""; "aliases"; "soc"; "serial@1"; "serial@2"; "timer@5"; "timer"; "off"; "child"; "bad" ]
      in
      Expect.equal "nodes" (String.concat " ") (List.map Node.name (Tree.nodes tree)) expected);
  test "node: compatible" (fun () ->
      let names list = List.map Node.name (Tree.compatible tree list) in
      that "one" (names [ "acme,common" ] = [ "" ]);
      that "either" (names [ "simple-bus"; "acme,board" ] = [ ""; "soc" ]);
      that "not in words" (Node.compatible (Expect.node tree "/bad") = []));
  test "node: status" (fun () ->
      let status path = Node.status (Expect.node tree path) in
      that "none" (status "/soc" = Okay);
      that "disabled" (status "/off" = Disabled);
      that "failed" (status "/bad" = Failed "fail-hot");
      that "below a disabled one" (not (Node.is_enabled (Expect.node tree "/off/child"))));
  test "node: cells" (fun () ->
      let of_value value =
        let tree = Expect.tree (blob (node "" [ ("#size-cells", value) ] [])) in
        (Node.address_cells (Tree.root tree), Node.size_cells (Tree.root tree))
      in
      that "defaults" (Node.size_cells (Tree.root tree) = Ok 1);
      that "given" (of_value (cells [ 4 ]) = (Ok 2, Ok 4));
      Expect.fails ~offset:value_offset (Bad_value { what = "#size-cells"; value = 5 })
        (snd (of_value (cells [ 5 ]))));
  test "node: required and optional" (fun () ->
      let root = Tree.root tree in
      Expect.fails ~offset:56 (Missing "model") (Node.required root "model" Property.string);
      that "optional" (Node.optional root "model" Property.string = Ok None))

let phandles () =
  test "phandle: found" (fun () ->
      let path phandle = Option.map Node.path (Tree.phandle tree phandle) in
      that "phandle" (path 2 = Some "/soc/serial@2");
      that "linux,phandle" (path 9 = Some "/soc/timer@5/timer");
      that "none" (path 3 = None));
  let with_phandle value = Tree.of_contents (contents (blob (node "" [ ("phandle", value) ] []))) in
  let refuses name value problem =
    test ("phandle: " ^ name) (fun () ->
        Expect.fails ~offset:value_offset problem (with_phandle value))
  in
  refuses "zero" (cells [ 0 ]) (Bad_value { what = "phandle"; value = 0 });
  refuses "all ones" (cells [ -1 ]) (Bad_value { what = "phandle"; value = 0xffff_ffff });
  refuses "of two cells" (cells [ 1; 2 ]) (Bad_size { what = "phandle"; size = 8; wanted = 4 });
  test "phandle: twice the same" (fun () ->
      let two =
        blob (node "" [ ("phandle", cells [ 7 ]) ] [ node "n" [ ("phandle", cells [ 7 ]) ] [] ])
      in
      Expect.fails ~offset:(value_offset + 4 + 8 + 12)
        (Duplicate { what = "phandle"; name = "0x7" })
        (Tree.of_contents (contents two)))

let () =
  values ();
  cells_tests ();
  paths ();
  nodes ();
  phandles ();
  Check.finish ()
