(* Blobs and the trees that they hold: what is read, and each error with its place. *)
open Flat

let read blob = Fdt.Tree.of_contents (contents blob)
let test = Check.test

(* The reservations' end is at 40, the structure at 56; its root takes 8 bytes. *)
let structure = 56
let of_tokens ?(strings = "a\000b\000") tokens = assemble ~strings tokens
let small = of_tokens [ begin_node ""; property 0 (cells [ 1 ]); end_node; end_ ]

let bad name ?(offset = 0) problem blob =
  test ("blob: " ^ name) (fun () -> Expect.fails ~offset problem (read blob))

let bad_tokens name ?strings at problem tokens =
  bad name ~offset:(structure + at) problem (of_tokens ?strings tokens)

let truncated what wanted left = Fdt.Error.Truncated { what; wanted; left }
let misplaced what where = Fdt.Error.Misplaced { what; where }
let name_of c n = String.make n c

let good () =
  test "blob: header and reservations" (fun () ->
      let reservations = [ (0x8000_0000, 0x1000); (0x1_0000_0000, 0) ] in
      let tree = Expect.tree (blob ~reservations ~boot_cpu:3 (node "" [] [])) in
      let blob = Fdt.Tree.blob tree in
      Expect.int "boot cpu" blob.boot_cpu 3;
      Expect.int "size" blob.size (40 + 48 + 16);
      Expect.regions "reservations" blob.reservations reservations);
  test "blob: what follows it is not read" (fun () ->
      ignore (Expect.tree (small ^ String.make 1000 '\255')));
  test "blob: a newer version that is compatible" (fun () ->
      ignore (Expect.tree (patch (patch small 20 18) 24 17)));
  test "blob: NOPs anywhere, and words behind the end" (fun () ->
      let root = [ begin_node ""; nop; property 2 "x"; nop; nop ] in
      let child = [ begin_node "c"; nop; end_node; nop ] in
      let tokens = [ nop ] @ root @ child @ [ nop; end_node; nop; end_; cells [ 77 ] ] in
      let tree = Expect.tree (of_tokens tokens) in
      Expect.int "nodes" (List.length (Fdt.Tree.nodes tree)) 2;
      let b = Option.get (Fdt.Node.find (Fdt.Tree.root tree) "b") in
      Expect.text "value" b.value "x";
      Expect.int "offset of the value" b.offset (structure + 4 + 8 + 4 + 12));
  test "blob: names of any sign but the space" (fun () ->
      let tree = Expect.tree (blob (node "" [ ("!~/", "") ] [ node "~!" [] [] ])) in
      ignore (Expect.node tree "/~!"));
  test "blob: names up to 255 characters, nodes 64 deep" (fun () ->
      let rec nest n =
        node (name_of 'n' 255) [ (name_of 'p' 255, "") ] (if n = 0 then [] else [ nest (n - 1) ])
      in
      let tree = Expect.tree (blob (node "" [] [ nest 62 ])) in
      Expect.int "nodes" (List.length (Fdt.Tree.nodes tree)) 64)

let header () =
  bad "empty" (truncated "the header" 40 0) "";
  bad "less than a header" (truncated "the header" 40 39) (String.sub small 0 39);
  bad "magic" (Bad_magic 0xedfe0dd0) (patch small 0 0xedfe0dd0);
  bad "old version" ~offset:20 (Unsupported_version { version = 16; compatible = 16 })
    (patch small 20 16);
  bad "incompatible version" ~offset:20
    (Unsupported_version { version = 19; compatible = 18 })
    (patch (patch small 20 19) 24 18);
  let size = String.length small in
  bad "cut off" ~offset:4 (truncated "the blob" size (size - 1)) (String.sub small 0 (size - 1));
  bad "smaller than its header" (truncated "the header" 40 39) (patch small 4 39)

let blocks () =
  let size = String.length small in
  bad "structure too long" ~offset:8
    (truncated "the structure" 1000 (size - structure))
    (patch small 36 1000);
  bad "structure outside" ~offset:8
    (Bad_value { what = "the start of the structure"; value = 0xffff_fff0 })
    (patch small 8 0xffff_fff0);
  bad "structure misaligned" ~offset:8 (Misaligned { what = "the structure"; alignment = 4 })
    (patch small 8 58);
  bad "structure over the header" ~offset:8
    (Overlap { what = "the structure"; other = "the header" })
    (patch small 8 36);
  bad "strings outside" ~offset:12 (truncated "the strings" 4 3)
    (patch small 12 (size - 3));
  bad "strings over the structure" ~offset:12
    (Overlap { what = "the strings"; other = "the structure" })
    (patch small 12 structure);
  bad "reservations misaligned" ~offset:16
    (Misaligned { what = "the reservations"; alignment = 8 }) (patch small 16 44);
  bad "reservations over the structure" ~offset:16
    (Overlap { what = "the reservations"; other = "the structure" })
    (patch (of_tokens
      [ begin_node ""; nop; property 0 (String.make 16 '\000'); end_node; end_ ]) 16 80);
  bad "reservations without end" ~offset:16
    (truncated "the reservations" 64 60)
    (patch (assemble ~reservations:[ (1, 1); (2, 2) ] ~strings:"" [ cells [ 7; 7; 7 ] ]) 72 1);
  bad "a reservation beyond 62 bits" ~offset:48 (Too_large "a memory reservation")
    (patch small 48 0x4000_0000);
  bad "a reservation that ends beyond" ~offset:40 (Too_large "a memory reservation")
    (assemble ~reservations:[ (0x3000_0000_0000_0000, 0x1000_0000_0000_0000) ] ~strings:""
      [ begin_node ""; end_node; end_ ])

let tokens () =
  let root = begin_node "" in
  bad_tokens "no token" 0 (truncated "a token" 4 0) [];
  bad_tokens "an unknown token" 8 (Bad_token 5) [ root; cells [ 5 ] ];
  bad_tokens "end before the root" 4 (misplaced "the end of the tree" "before the root")
    [ nop; end_ ];
  bad_tokens "property before the root" 0 (misplaced "a property" "before the root")
    [ property 0 "" ];
  bad_tokens "two roots" 12 (misplaced "the start of a node" "behind the root")
    [ root; end_node; root; end_node; end_ ];
  bad_tokens "a node ended twice" 12 (misplaced "the end of a node" "behind the root")
    [ root; end_node; end_node ];
  bad_tokens "the end within a node" 8 (misplaced "the end of the tree" "within a node")
    [ root; end_ ];
  bad_tokens "the end within a node, behind another" 20
    (misplaced "the end of the tree" "within a node")
    [ root; begin_node "n"; end_node; end_ ];
  bad_tokens "a property behind a node" 20
    (misplaced "a property" "behind a node within the same node")
    [ root; begin_node "n"; end_node; property 0 ""; end_node; end_ ];
  bad_tokens "no end" 12 (truncated "a token" 4 0) [ root; end_node ];
  bad_tokens "a token cut off" 12 (truncated "a token" 4 2) [ root; end_node; "\000\000" ];
  bad_tokens "a property cut off" 12 (truncated "a property" 8 4) [ root; cells [ 3; 0 ] ];
  bad_tokens "a value cut off" 20 (truncated "the value of a property" 5 4)
    [ root; cells [ 3; 5; 0; 0 ] ];
  bad_tokens "a value of 4 GiB" 20
    (truncated "the value of a property" 0xffff_ffff 4)
    [ root; cells [ 3; -1; 0; 0 ] ];
  bad_tokens "nodes too deep" (8 + (63 * 8)) (Too_deep 64)
    (root :: List.init 64 (fun _ -> begin_node "n"))

let names () =
  let root = begin_node "" and rest = [ end_node; end_ ] in
  let child name = [ root; begin_node name; end_node ] @ rest in
  let named ?strings offset = [ root; property offset "" ] @ rest |> of_tokens ?strings in
  bad_tokens "a node's name without end" 12 (Unterminated "the name of a node")
    [ root; cells [ 1 ]; "abcd" ];
  bad_tokens "a node's name of 256 characters" 12 (Unterminated "the name of a node")
    (child (name_of 'n' 256));
  bad_tokens "a node without name" 12 (Bad_name "") (child "");
  bad_tokens "a slash in a name" 12 (Bad_name "a/b") (child "a/b");
  bad_tokens "a slash in the root's name" 4 (Bad_name "/") (begin_node "/" :: rest);
  bad_tokens "a control character in a name" 12 (Bad_name "a\027") (child "a\027");
  bad_tokens "two nodes of one name" 20
    (Duplicate { what = "node"; name = "n@1" })
    ([ root; begin_node "n@1"; end_node; begin_node "n@1"; end_node ] @ rest);
  bad_tokens "two properties of one name" 36
    (Duplicate { what = "property"; name = "a" })
    ([ root; property 0 "x"; property 0 "y" ] @ rest);
  bad "a property's name outside" ~offset:(structure + 16)
    (truncated "the name of a property" 5 4) (named 4);
  bad "a property's name without end" ~offset:(structure + 28 + 1)
    (Unterminated "the name of a property") (named ~strings:"ab" 1);
  bad "a property's name of 256 characters" ~offset:(structure + 28)
    (Unterminated "the name of a property") (named ~strings:(text (name_of 'p' 256)) 0);
  bad "a property without name" ~offset:(structure + 16) (Bad_name "") (named 1);
  bad "a space in a property's name" ~offset:(structure + 28) (Bad_name "a b")
    (named ~strings:"a b\000" 0)

let () =
  good ();
  header ();
  blocks ();
  tokens ();
  names ();
  Check.finish ()
