(* Each structure of the format, byte by byte, and what is wrong with damaged ones. *)
open Redoxfs

let test name = Check.test ("bytes: " ^ name)
let int64 what = Expect.equal what (Printf.sprintf "%016Lx")
let pointer ?whole ?(level = 0) index hash = { Pointer.address = Address.make ?whole ~level index;
  hash }
let same_pointer what got expected =
  let show (p : Pointer.t) = Format.asprintf "%a %Lx" Address.pp p.address p.hash in
  Expect.equal what show got expected

let seahash () =
  test "SeaHash's vectors" (fun () ->
      int64 "nothing" (Seahash.string "") 0xc920ca43256fdcb9L;
      int64 "a" (Seahash.string "a") 0x29c401b26a16e94dL;
      let zeros = Buffer.create 4072 in
      int64 "zeros" (Seahash.buffer zeros ~offset:0 ~length:4072) 0xe81ffcb86026ff96L;
      (* The reference implementation's documented example. *)
      int64 "text" (Seahash.string "to be or not to be") 0x1b993a826f4ae575L);
  test "SeaHash of buffers is that of strings, small and large" (fun () ->
      let text n = String.init n (fun i -> Char.chr ((i * 131) lxor (i lsr 7) land 255)) in
      let one n =
        let s = text n in
        let got = Seahash.buffer (Buffer.of_string ("xyz" ^ s)) ~offset:3 ~length:n in
        int64 (string_of_int n) got (Seahash.string s)
      in
      List.iter one [ 0; 1; 7; 8; 9; 31; 32; 33; 63; 4096; 65536; 65537; 131072 ])

let address () =
  test "addresses" (fun () ->
      let address = Address.make ~whole:5 ~level:2 0x1234 in
      int64 "bits" (Address.to_bits address) 0x123452L;
      Expect.int "index" (Address.index address) 0x1234;
      Expect.int "blocks" (Address.blocks address) 4;
      Expect.int "record's level" (Address.record_level address) 5;
      Check.that "compressed" (Address.is_compressed address);
      Check.that "levels don't make a pointer" (Address.is_null (Address.make ~level:3 0));
      let levels = List.map Address.level_of_bytes [ 0; 1; 4096; 4097; 8192; 8193; 131072 ] in
      Check.that "levels" (levels = [ 0; 0; 0; 1; 1; 2; 5 ]));
  test "addresses beyond 2^62" (fun () ->
      let block = Expect.block [ (16, "00 00 00 00 00 00 00 40") ] in
      Expect.fails ~block:300 ~field:"pointer 1" (Too_large 0x4000000000000000L)
        (Pointer_list.pointer block 1))

let header = { (Header.blank ~uuid:"0123456789abcdef" ~size:0x400000) with
  generation = 259; tree = pointer 0x101 1L; allocations = pointer 0x102 2L; releases =
    pointer 0x103 3L }

let header_runs =
  [ (0, "52 65 64 6f 78 46 53 00 08"); (16, "30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66");
    (32, "00 00 40 00"); (40, "03 01"); (48, "00 01 01 00 00 00 00 00 01");
      (64, "00 02 01 00 00 00 00 00 02");
    (3152, "00 03 01 00 00 00 00 00 03"); (4072, "57 c6 8d 2d 2e 68 9a a8");
      (4088, "57 c6 8d 2d 2e 68 9a a8") ]

let headers () =
  test "header" (fun () ->
      Expect.bytes "header" (Header.print header) header_runs;
      Expect.int "slot" (Header.slot header) 3;
      let block = Expect.block header_runs in
      let got = Expect.ok (Header.parse block) in
      Check.that "the same" ({ got with hash = ""; encrypted_hash = "" } = header);
      Check.that "plain" (not (Header.is_encrypted got)));
  test "header: damaged" (fun () ->
      let damaged runs = Header.parse { (Expect.block (header_runs @ runs)) with index = 3 } in
      Expect.fails ~block:3 ~field:"signature" (Not "RedoxFS's") (damaged [ (0, "72") ]);
      Expect.fails ~block:3 ~field:"version" (Not "8") (damaged [ (8, "07") ]);
      match damaged [ (4071, "01") ] with
      | Error { field = "the header"; problem = Wrong_hash { stored = 0xa89a682e2d8dc657L; _ };
          _ } -> ()
      | _ -> Expect.fail "a flipped bit is not found")

let node =
  { Node.kind = File; permissions = 0o644; uid = 1; gid = 2; links = 3; size = 0x500; blocks = 1;
    created = { seconds = 4; nanoseconds = 5 }; modified = { seconds = 6; nanoseconds = 7 };
    accessed = { seconds = 8; nanoseconds = 9 }; record_level = 5; inline = true }

let node_runs =
  [ (0, "a4 81  01 00 00 00  02 00 00 00  03 00 00 00  00 05 00 00 00 00 00 00  01 00 00 00 00 00 00 00");
    (30, "04 00 00 00 00 00 00 00  05 00 00 00  06 00 00 00 00 00 00 00  07 00 00 00");
    (54, "08 00 00 00 00 00 00 00  09 00 00 00  05 00 00 00  01 00 00 00") ]

let nodes () =
  test "node" (fun () ->
      let bytes = Block.fresh () in
      Node.print node bytes;
      Expect.bytes "node" bytes node_runs;
      Check.that "the same" (Expect.ok (Node.parse (Expect.block node_runs)) = node));
  test "node: kinds" (fun () ->
      let kind mode = (Expect.ok (Node.parse (Expect.block [ (0, mode) ]))).kind in
      Check.that "kinds" (List.map kind [ "00 80"; "ed 41"; "ff a1"; "00 c0" ]
        = Node.[ File; Directory; Symlink; Socket ]));
  let damaged name runs field problem =
    test ("node: " ^ name) (fun () ->
        Expect.fails ~block:300 ~field problem (Node.parse (Expect.block (node_runs @ runs))))
  in
  damaged "kind" [ (0, "a4 21") ] "mode" (Value 0x21a4);
  damaged "size" [ (21, "40") ] "size" (Too_large 0x4000000000000500L);
  damaged "blocks" [ (29, "80") ] "blocks" (Too_large 0x8000000000000001L);
  damaged "time" [ (49, "ff") ] "modification time" (Too_large 0xff00000000000006L);
  damaged "record level" [ (66, "06") ] "record level" (Value 6);
  damaged "flags" [ (70, "03") ] "flags" (Value 3);
  damaged "directory with data" [ (0, "a4 41") ] "flags" (Value 1);
  test "node: where records are" (fun () ->
      let at record = Node.slot_of_record record in
      let expect record place = Check.that (string_of_int record) (at record = place) in
      expect 0 (Some (0, 0, 0));
      expect 127 (Some (127, 0, 127));
      expect 128 (Some (128, 1, 128));
      expect 383 (Some (128, 1, 128));
      expect 384 (Some (129, 1, 384));
      expect 16512 (Some (192, 2, 16512));
      expect (16512 + 65536) (Some (193, 2, 16512 + 65536));
      expect 2113664 (Some (224, 3, 2113664));
      expect 270549120 (Some (240, 4, 270549120));
      let last = Node.size_max ~record_level:0 / 4096 in
      expect last None;
      expect (last - 1) (Some (247, 4, last - (1 lsl 32)));
      expect (-1) None);
  test "node: directories" (fun () ->
      let block =
        Expect.block [ (128,
        "f2 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff 00 2c 01 00 00 00 00 00 07") ] in
      let root = pointer 300 7L in
      Check.that "root" (Expect.ok (Node.hashed_tree block) = Some (2, root));
      Check.that "empty" (Expect.ok (Node.hashed_tree (Expect.block [])) = None);
      let bytes = Block.fresh () in
      Node.set_hashed_tree bytes (Some (2, root));
      Check.that "the same" (Buffer.to_string bytes 0 4096 = Buffer.to_string block.bytes 0 4096);
      Expect.fails ~block:300 ~field:"pointer 0" (Not "a marker")
        (Node.hashed_tree (Expect.block [ (129, "01") ]));
      Expect.fails ~block:300 ~field:"pointer 1" (Not "a directory's root")
        (Node.hashed_tree (Expect.block [ (128, "f0 ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff")
          ])))

let trees () =
  test "tree list" (fun () ->
      let bytes = Block.fresh () in
      Tree_list.set_pointer bytes 253 (pointer 0x104 9L);
      Tree_list.set_full bytes 0 true;
      Tree_list.set_full bytes 253 true;
      let runs = [ (4048, "00 04 01 00 00 00 00 00 09"); (4064, "01"); (4095, "20") ] in
      Expect.bytes "list" bytes runs;
      let block = Expect.block runs in
      same_pointer "last" (Expect.ok (Tree_list.pointer block 253)) (pointer 0x104 9L);
      Check.that "full" (Tree_list.is_full bytes 253 && not (Tree_list.is_full bytes 252));
      Check.that "free" (Tree_list.first_free bytes ~from:0 = Some 1);
      for slot = 0 to 253 do Tree_list.set_full bytes slot true done;
      Check.that "all full" (Tree_list.all_full bytes && Tree_list.first_free bytes ~from:0 = None);
      Check.that "pointers" (not (Tree_list.all_null bytes) && Tree_list.all_null (Block.fresh
        ())));
  test "ids" (fun () ->
      let ids = [ 1; 253; 254; 256; 0xfdfdfdfd; 0xfefdfdfd; 0 ] in
      Check.that "which" (List.map Tree_list.is_id ids = [ true; true; false; true; true; false;
        false ]);
      Check.that "slots" (List.map (fun level -> Tree_list.slot_of_id ~level 0x01020304) [ 3; 2; 1;
        0 ] = [ 1; 2; 3; 4 ]))

let directories () =
  let runs = [ (0, "05 00 00 00 01 61  01 02 03 04 03 62 c3 a4"); (4092, "02 00 0e 00") ] in
  let entries = [ ("a", 5); ("b\xc3\xa4", 0x04030201) ] in
  test "name list" (fun () ->
      Expect.bytes "list" (Name_list.print entries) runs;
      let block = Expect.block runs in
      Check.that "entries" (Expect.ok (Name_list.entries block) = entries);
      Check.that "found" (Expect.ok (Name_list.find block "b\xc3\xa4") = Some 0x04030201);
      Check.that "not found" (Expect.ok (Name_list.find block "b") = None));
  let damaged name change field problem =
    test ("name list: " ^ name) (fun () ->
        Expect.fails ~block:300 ~field problem (Name_list.entries (Expect.block
          (runs @ [ change ]))))
  in
  damaged "empty name" (4, "00") "a name's length" (Value 0);
  damaged "long name" (4, "fd") "a name's length" (Value 253);
  damaged "name beyond the used bytes" (10, "04") "a name's length" (Value 4);
  damaged "more used" (4094, "0f") "used bytes" (Value 15);
  damaged "too much used" (4094, "fd 0f") "used bytes" (Value 4093);
  damaged "more entries" (4092, "03") "entries" (Value 3);
  test "names" (fun () ->
      let long = String.make 252 'x' in
      Check.that "good" (List.for_all Name.is_valid [ "a"; long; "\xc3\xa4"; "..."; " " ]);
      Check.that "bad" (not (List.exists Name.is_valid
        [ ""; long ^ "x"; "a:b"; "a/b"; "a\000"; "\xc3"; "."; ".." ]));
      Expect.int "hash" (Name.hash "a") 0x6a16e94d);
  test "hashed tree" (fun () ->
      let entry hash index = { Hashed_tree.hash; pointer = pointer index 1L } in
      let entries = [ entry 5 300; entry 7 301; entry 7 302; entry 9 303 ] in
      let bytes = Hashed_tree.print entries in
      Expect.text "first" (Buffer.to_string bytes 0 20)
        (Hex.bytes "05 00 00 00 00 2c 01 00 00 00 00 00 01 00 00 00 00 00 00 00");
      Expect.text "unused" (Buffer.to_string bytes 80 20)
        ("\255\255\255\255" ^ String.make 16 '\000');
      Expect.text "padding" (Buffer.to_string bytes 4080 16) (String.make 16 '\000');
      let block = { Block.index = 300; bytes } in
      Check.that "the same" (Expect.ok (Hashed_tree.entries block) = entries);
      let first from = Hashed_tree.first block ~from in
      Check.that "where" (List.map first [ 4; 5; 6; 7; 8; 9; 10 ] = [ 0; 0; 1; 1; 3; 3; 4 ]);
      Buffer.set32 bytes 20 4;
      Expect.fails ~block:300 ~field:"entry 1" (Not "in order") (Hashed_tree.entries block);
      Buffer.set32 bytes 20 0xffffffff;
      Expect.fails ~block:300 ~field:"entry 1" (Not "an entry") (Hashed_tree.entries block))

let logs () =
  test "allocation list" (fun () ->
      let runs = [ (0, "00 02 01 00 00 00 00 00 08");
        (16, "04 01 00 00 00 00 00 00 fc 02 00 00 00 00 00 00");
        (32, "04 01 00 00 00 00 00 00 fe ff ff ff ff ff ff ff") ] in
      let list = { Allocation_list.previous = pointer 0x102 8L;
        entries = [ { index = 260; count = 764 }; { index = 260; count = -2 } ] } in
      Expect.bytes "list" (Allocation_list.print list) runs;
      Check.that "the same" (Expect.ok (Allocation_list.parse (Expect.block runs)) = list);
      Expect.fails ~block:300 ~field:"entry" (Too_large 0x7ffffffffffffffeL)
        (Allocation_list.parse (Expect.block (runs @ [ (47, "7f") ])));
      Expect.fails ~block:300 ~field:"entry" (Too_large 0x8000000000000104L)
        (Allocation_list.parse (Expect.block (runs @ [ (23, "80") ]))));
  test "release list" (fun () ->
      let runs = [ (0, "00 02 01 00 00 00 00 00 08"); (16, "02"); (20, "03") ] in
      let list = { Release_list.previous = pointer 0x102 8L; ids = [ 2; 3 ] } in
      Expect.bytes "list" (Release_list.print list) runs;
      Check.that "the same" (Expect.ok (Release_list.parse (Expect.block runs)) = list);
      Check.that "gaps" (Expect.ok (Release_list.parse (Expect.block [ (4092, "05") ])) =
        { previous = Pointer.null; ids = [ 5 ] });
      Expect.fails ~block:300 ~field:"a node's id" (Value 254) (Release_list.parse (Expect.block [
        (16, "fe") ])))

(* Whatever a block holds, each reader gives a value or an error. *)
let fuzz () =
  let readers block =
    ignore (Header.parse block);
    ignore (Node.parse block);
    ignore (Node.hashed_tree block);
    ignore (Name_list.entries block);
    ignore (Name_list.find block "a");
    ignore (Hashed_tree.entries block);
    ignore (Allocation_list.parse block);
    ignore (Release_list.parse block);
    for i = 0 to 253 do ignore (Tree_list.pointer block i);
      ignore (Pointer_list.pointer block i) done
  in
  let corpus = Array.map Hex.block [| header_runs; node_runs; [ (0, "05 00 00 00 01 61");
    (4092, "01 00 06") ] |] in
  let target input =
    let text = String.sub (input ^ String.make 4096 '\000') 0 4096 in
    readers { Block.index = 1; bytes = Buffer.of_string text }
  in
  Fuzz.run "bytes: fuzzed blocks" Fuzz.mutate corpus target

let () =
  seahash ();
  address ();
  headers ();
  nodes ();
  trees ();
  directories ();
  logs ();
  fuzz ();
  Check.finish ()
