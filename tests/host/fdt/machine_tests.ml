(* What a tree says of the machine: memory, cores, what the firmware chose; and the tree as text. *)
open Flat
open Fdt

let test = Check.test
let that = Check.that

let sized ?(address = 2) ?(size = 2) properties children name =
  let of_children = [ ("#address-cells", cells [ address ]); ("#size-cells", cells [ size ]) ] in
  node name (of_children @ properties) children

let tree ?reservations children = Expect.tree (blob ?reservations (sized [] children ""))
let reg list = ("reg", cells list)
let memory_type = ("device_type", text "memory")
let value_of tree path name = (Option.get (Node.find (Expect.node tree path) name)).offset

let banks () =
  test "memory: banks" (fun () ->
      let tree =
        tree
          [
            node "memory@0" [ memory_type; reg [ 0; 0; 0; 0x9000; 1; 0; 1; 0; 0; 0; 0; 0 ] ] [];
            node "memory@5" [ memory_type; reg [ 5; 0; 0; 1 ]; ("numa-node-id", cells [ 3 ]) ] [];
            node "memory@9" [ memory_type; reg [ 9; 0; 0; 1 ]; ("status", text "disabled") ] [];
            node "rom@7" [ reg [ 7; 0; 0; 1 ] ] [];
          ]
      in
      let banks = Expect.ok (Memory.banks tree) in
      Expect.regions "regions"
        (List.map (fun (b : Memory.bank) -> b.region) banks)
        [ (0, 0x9000); (0x1_0000_0000, 0x1_0000_0000); (0x5_0000_0000, 1) ];
      that "nodes" (List.map (fun (b : Memory.bank) -> b.numa_node) banks = [ 0; 0; 3 ]));
  test "memory: a bank cut off" (fun () ->
      let tree = tree [ node "memory@0" [ memory_type; reg [ 1; 2; 3 ] ] [] ] in
      Expect.fails ~offset:(value_of tree "/memory@0" "reg")
        (Bad_size { what = "reg"; size = 12; wanted = 16 })
        (Memory.banks tree))

let reserved_memory children = sized [ ("ranges", "") ] children "reserved-memory"

let reserved () =
  let tree =
    tree
      ~reservations:[ (0x4000, 0x1000) ]
      [
        reserved_memory
          [
            node "firmware@8" [ reg [ 0; 0x8000; 0; 0x1000; 0; 0xa000; 0; 1 ]; ("no-map", "") ] [];
            node "pool" [ ("size", cells [ 0; 0x100000 ]); ("alignment", cells [ 0; 0x2000 ]);
              ("alloc-ranges", cells [ 1; 0; 1; 0 ]); ("reusable", "") ] [];
            node "any" [ ("size", cells [ 0x1000 ]) ] [];
            node "shared@c" [ reg [ 0; 0xc000; 0; 1 ]; ("reusable", "") ] [];
            node "off@d" [ reg [ 0; 0xd000; 0; 1 ]; ("status", text "disabled") ] [];
          ];
      ]
  in
  let region base size = { Region.base; size } in
  test "reserved memory: places and uses" (fun () ->
      let facts { Memory.node; place; no_map; reusable } =
        (Node.name node, place, no_map, reusable)
      in
      let pool = [ region 0x1_0000_0000 0x1_0000_0000 ] in
      that "all four"
        (List.map facts (Expect.ok (Memory.reserved tree))
        = [
            ("firmware@8", Static [ region 0x8000 0x1000; region 0xa000 1 ], true, false);
            ("pool", Dynamic { size = 0x100000; alignment = 0x2000; within = pool }, false, true);
            ("any", Dynamic { size = 0x1000; alignment = 1; within = [] }, false, false);
            ("shared@c", Static [ region 0xc000 1 ], false, true);
          ]));
  test "reserved memory: what is not to be touched" (fun () ->
      Expect.regions "regions" (Expect.ok (Memory.untouchable tree))
        [ (0x4000, 0x1000); (0x8000, 0x1000); (0xa000, 1) ])

let bad_reserved () =
  let fails name node problem ~offset =
    test ("reserved memory: " ^ name) (fun () ->
        let tree = tree [ reserved_memory [ node ] ] in
        Expect.fails ~offset:(offset tree) problem (Memory.untouchable tree))
  in
  fails "neither place nor size" (node "n" [] []) (Missing "size") ~offset:(fun tree ->
      Node.offset (Expect.node tree "/reserved-memory/n"));
  fails "beyond 62 bits" (node "n" [ reg [ 0x4000_0000; 0; 0; 1 ] ] []) (Too_large "reg")
    ~offset:(fun tree ->
      value_of tree "/reserved-memory/n" "reg");
  test "reserved memory: none" (fun () -> that "nothing" (Memory.untouchable (tree []) = Ok []))

let cores () =
  let cpu id more =
    node (Printf.sprintf "cpu@%x" id) ([ ("device_type", text "cpu"); reg [ id ] ] @ more) []
  in
  let cpus ?(more = []) children = tree [ sized ~address:1 ~size:0 more children "cpus" ] in
  test "cores: what they say" (fun () ->
      let isa = ("riscv,isa", text "rv64imac") and numa = ("numa-node-id", cells [ 2 ]) in
      let spins =
        [ ("status", text "disabled"); ("enable-method", texts [ "psci"; "spin-table" ]) ]
      in
      let tree = cpus [ cpu 0x100 [ isa; numa ]; node "cpu-map" [] []; cpu 1 spins ] in
      let facts (c : Cpu.t) = (c.id, c.status, c.enable_method, c.riscv_isa, c.numa_node) in
      that "both"
        (List.map (fun c -> facts (Expect.ok c)) (Cpu.all tree)
        = [
            (0x100, Node.Okay, [], Some "rv64imac", 2);
            (1, Node.Disabled, [ "psci"; "spin-table" ], None, 0);
          ]));
  test "cores: one without id, the others stand" (fun () ->
      let tree = cpus [ node "cpu@0" [] []; cpu 1 [] ] in
      match Cpu.all tree with
      | [ first; second ] ->
          Expect.fails ~offset:(Node.offset (Expect.node tree "/cpus/cpu@0")) (Missing "reg") first;
          Expect.int "second" (Expect.ok second).id 1
      | _ -> that "two cores" false);
  test "cores: the frequency of time" (fun () ->
      let hz n = ("timebase-frequency", cells n) in
      that "of all" (Cpu.timebase_hz (cpus ~more:[ hz [ 10_000_000 ] ] [ cpu 0 [ hz [ 1 ] ] ]) = Ok
        (Some 10_000_000));
      that "of the first"
        (Cpu.timebase_hz (cpus [ cpu 0 []; cpu 1 [ hz [ 0; 7 ] ] ]) = Ok (Some 7));
      that "none" (Cpu.timebase_hz (tree []) = Ok None))

let chosen () =
  let tree properties =
    tree [ node "aliases" [ ("serial0", text "/uart@5") ] []; node "uart@5" [] []; node
      "chosen" properties [] ]
  in
  let console_is name property value path options =
    test ("chosen: console, " ^ name) (fun () ->
        match Expect.ok (Chosen.console (tree [ (property, text value) ])) with
        | Some console ->
            Expect.text "node" (Node.path console.node) path;
            Expect.text "options" console.options options
        | None -> that "a console" false)
  in
  console_is "a path" "stdout-path" "/uart@5" "/uart@5" "";
  console_is "an alias with options" "stdout-path" "serial0:115200n8:x" "/uart@5" "115200n8:x";
  console_is "by its older name" "linux,stdout-path" "/uart" "/uart@5" "";
  test "chosen: console, nowhere" (fun () ->
      let tree = tree [ ("stdout-path", text "/gone:9600") ] in
      Expect.fails ~offset:(value_of tree "/chosen" "stdout-path") (No_node "/gone")
        (Chosen.console tree));
  test "chosen: words and bytes" (fun () ->
      let tree = tree [ ("bootargs", text "a b=c"); ("rng-seed", "\001\002\255") ] in
      that "command line" (Chosen.command_line tree = Ok (Some "a b=c"));
      that "seed" (Chosen.seed tree = Some "\001\002\255"));
  test "chosen: initrd" (fun () ->
      let initrd first last =
        let tree = tree [ ("linux,initrd-start", cells first); ("linux,initrd-end", cells last) ] in
        (Chosen.initrd tree, value_of tree "/chosen" "linux,initrd-end")
      in
      that "two sizes of numbers"
        (fst (initrd [ 0x1000 ] [ 1; 0 ]) = Ok (Some { base = 0x1000; size = 0xffff_f000 }));
      that "empty" (fst (initrd [ 5 ] [ 5 ]) = Ok (Some { base = 5; size = 0 }));
      let backwards, offset = initrd [ 5 ] [ 4 ] in
      Expect.fails ~offset (Bad_value { what = "linux,initrd-end"; value = 4 }) backwards);
  test "chosen: nothing" (fun () ->
      let tree = tree [] in
      that "all" (Chosen.console tree = Ok None && Chosen.command_line tree =
        Ok None && Chosen.initrd tree = Ok None && Chosen.seed tree = None))

let source () =
  test "source: a tree" (fun () ->
      let child = node "c@1" [ ("bytes", "\001\255x"); ("empty", "") ] [ node "d" [] [] ] in
      let root = node "" [ ("n", cells [ 1; 0xff ]); ("t", texts [ "a\"\\"; "b" ]) ] [ child ] in
      let tree = Expect.tree (blob ~reservations:[ (0x1000, 0x20) ] root) in
      Expect.text "text"
        (Format.asprintf "%a" Source.pp tree)
        "/dts-v1/;\n\
         /memreserve/ 0x1000 0x20;\n\
         / {\n\
         \tn = <0x1 0xff>;\n\
         \tt = \"a\\\"\\\\\", \"b\";\n\
         \tc@1 {\n\
         \t\tbytes = [01 ff 78];\n\
         \t\tempty;\n\
         \t\td {\n\
         \t\t};\n\
         \t};\n\
         };\n");
  test "source: a region" (fun () ->
      let show base size = Format.asprintf "%a" Region.pp { base; size } in
      Expect.text "some" (show 0x1000 0x10) "0x1000-0x100f";
      Expect.text "empty" (show 0x1000 0) "0x1000 (empty)")

let () =
  banks ();
  reserved ();
  bad_reserved ();
  cores ();
  chosen ();
  source ();
  Check.finish ()
