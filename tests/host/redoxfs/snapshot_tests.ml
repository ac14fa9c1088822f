(* Snapshots: what they are as bytes, what is done with them, and what becomes of them when somebody
   writes who does not know of them. *)
open Redoxfs

let test name = Check.test ("snapshot: " ^ name)
let ok = Files.ok

let noise seed n =
  let random = Random.State.make [| seed |] in
  String.init n (fun _ -> Char.chr (Random.State.int random 256))

let text fs path = Files.contents fs (Files.find fs path)
let free fs = (Fs.statistics fs).free
let names fs = List.map (fun (s : Fs.snapshot) -> s.name) (ok (Fs.snapshots fs))

let viewed fs name body =
  let view = ok (Fs.open_snapshot fs name) in
  body view;
  Fs.close_snapshot fs name

let remounted bytes fs =
  ok (Fs.unmount fs);
  Image.clean bytes;
  Files.mount bytes

(* ---- bytes ---- *)

let pointer index hash = { Pointer.address = Address.make ~level:0 index; hash }

let entry =
  { Snapshot_table.name = "before"; time = { seconds = 0x1234; nanoseconds = 7 };
    generation = 0x55; tree = pointer 0x101 1L; releases = pointer 0x102 2L;
    free = pointer 0x103 3L; dead = pointer 0x104 4L; damaged = true; going = false }

let table_runs =
  [ (0, "00 05 01 00 00 00 00 00 05"); (16, "01");
    (256, "00 01 01 00 00 00 00 00 01"); (272, "00 02 01 00 00 00 00 00 02");
    (288, "00 03 01 00 00 00 00 00 03"); (304, "00 04 01 00 00 00 00 00 04");
    (320, "55"); (328, "34 12"); (336, "07"); (340, "01"); (351, "06 62 65 66 6f 72 65") ]

let formats () =
  test "the table's bytes" (fun () ->
      let table = { Snapshot_table.previous = pointer 0x105 5L; entries = [ entry ] } in
      Expect.bytes "table" (Snapshot_table.print table) table_runs;
      Check.that "read" (Expect.ok (Snapshot_table.parse (Expect.block table_runs)) = table));
  test "a table's errors" (fun () ->
      let with_ run = Snapshot_table.parse (Expect.block (table_runs @ [ run ])) in
      Expect.fails ~block:300 ~field:"number of snapshots" (Value 16) (with_ (16, "10"));
      Expect.fails ~block:300 ~field:"flags" (Value 4) (with_ (340, "04"));
      Expect.fails ~block:300 ~field:"a snapshot's name's length" (Value 161) (with_ (351, "a1"));
      Expect.fails ~block:300 ~field:"a snapshot's name" (Not "a name") (with_ (352, "62 65 2f")));
  test "the header's padding" (fun () ->
      let mark = { Snapshot_mark.generation = 9; table = pointer 0x101 1L; dead = Pointer.null } in
      let blank = Header.blank ~uuid:(String.make 16 'u') ~size:4096 in
      let header = Snapshot_mark.set (Some mark) blank in
      let expected =
        "BctSnap1\009\000\000\000\000\000\000\000\000\001\001\000\000\000\000\000\001"
      in
      Check.that "bytes" (String.starts_with ~prefix:expected header.padding);
      Check.that "read" (Snapshot_mark.get header = Ok (Some mark));
      Check.that "gone" (Snapshot_mark.set None header = blank);
      let foreign = { blank with padding = String.make 904 'x' } in
      Check.that "another's" (Snapshot_mark.set None foreign = foreign))

(* ---- what is done with them ---- *)

let sample () =
  let bytes = Files.fresh ~blocks:2048 () in
  let fs = Files.mount bytes in
  Files.add fs "kept" (noise 1 300_000);
  Files.add fs "small" "first";
  ignore (Files.create ~kind:Directory fs "d");
  Files.add fs "d/in" (noise 2 100_000);
  (bytes, fs)

let unlink fs path =
  let { Fs.directory; name } = Files.place fs path in
  ok (Fs.unlink fs ~directory name)

let uses () =
  test "it stays as it was" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      Files.write fs (Files.find fs "small") "second";
      Files.write fs (Files.find fs "kept") ~offset:1000 (noise 3 200_000);
      unlink fs "d/in";
      let check fs =
        Expect.text "live" (text fs "small") "second";
        viewed fs "one" (fun view ->
            Expect.text "small" (text view "small") "first";
            Expect.text "kept" (text view "kept") (noise 1 300_000);
            Expect.text "in" (text view "d/in") (noise 2 100_000);
            Files.fails Read_only (Fs.unlink view ~directory:1 "small"))
      in
      check fs;
      let fs = remounted bytes fs in
      check fs;
      check (Files.mount ~options:{ Files.options with read_only = true } bytes));
  test "what nobody needs is free again" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.sync fs);
      let before = free fs in
      ok (Fs.create_snapshot fs "one");
      unlink fs "kept";
      ok (Fs.create_snapshot fs "two");
      unlink fs "d/in";
      ok (Fs.sync fs);
      Check.that "pinned" (free fs < before);
      ok (Fs.delete_snapshot fs "one");
      ok (Fs.delete_snapshot fs "two");
      let fs = remounted bytes fs in
      Check.that "no snapshot" (names fs = []);
      Check.that "free" (free fs >= before + 100);
      Check.that "no trace" (Snapshot_mark.get
        (List.hd (ok (Ring.find (Device.memory bytes))).headers |> fst) = Ok None));
  test "what it never had is free at once" (fun () ->
      let _, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      let before = free fs in
      for i = 1 to 5 do
        Files.add fs "new" (noise i 400_000);
        ok (Fs.sync fs);
        unlink fs "new";
        ok (Fs.sync fs)
      done;
      Check.that "free" (free fs > before - 20));
  test "rolling back" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      let before = free fs in
      Files.add fs "new" (noise 5 200_000);
      unlink fs "kept";
      ok (Fs.create_snapshot fs "two");
      Files.fails Newer_snapshots (Fs.roll_back fs "one");
      let id = Files.find fs "new" in
      ok (Fs.open_node fs id);
      Files.fails In_use (Fs.roll_back fs ~newer:true "one");
      ok (Fs.close_node fs id);
      ok (Fs.roll_back fs ~newer:true "one");
      Check.that "names" (names fs = [ "one" ]);
      let fs = remounted bytes fs in
      Expect.text "kept" (text fs "kept") (noise 1 300_000);
      Files.fails No_entry (Fs.lookup fs ~directory:1 "new");
      Check.that "free" (abs (free fs - before) < 8));
  test "names" (fun () ->
      let _, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      Files.fails Exists (Fs.create_snapshot fs "one");
      Files.fails Bad_name (Fs.create_snapshot fs "a/b");
      Files.fails Bad_name (Fs.create_snapshot fs (String.make 161 'n'));
      Files.fails No_entry (Fs.delete_snapshot fs "two");
      Files.fails No_entry (Fs.roll_back fs "two");
      ignore (ok (Fs.open_snapshot fs "one"));
      Files.fails In_use (Fs.delete_snapshot fs "one");
      Fs.close_snapshot fs "one";
      ok (Fs.delete_snapshot fs "one"));
  test "as many as there can be" (fun () ->
      let bytes, fs = sample () in
      for i = 1 to Snapshots.max do
        Files.write fs (Files.find fs "small") (string_of_int i);
        ok (Fs.create_snapshot fs (string_of_int i))
      done;
      Files.fails Too_many (Fs.create_snapshot fs "one more");
      let fs = remounted bytes fs in
      viewed fs "99" (fun view -> Expect.text "small" (text view "small") "99rst");
      for i = 1 to Snapshots.max do ok (Fs.delete_snapshot fs (string_of_int (i * 7 mod 151))) done;
      let fs = remounted bytes fs in
      Check.that "none" (names fs = []));
  test "a full file system" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      let id = Files.create fs "f" in
      let slice = { File.buffer = Buffer.of_string (noise 1 100_000); at = 0; length = 100_000 } in
      let rec fill offset =
        match Fs.write fs id ~offset slice with
        | Ok 100_000 -> fill (offset + 100_000)
        | Ok _ | Error Reason.No_space -> ()
        | Error reason -> Expect.fail "%s" (Reason.to_string reason)
      in
      fill 0;
      (* Removing what the snapshot has gives nothing back, so it ends. *)
      let rec change n =
        match Fs.set_permissions fs (Files.find fs "d/in") (n land 0o777) with
        | Ok () when n < 2000 -> ignore (Fs.sync fs); change (n + 1)
        | _ -> ()
      in
      change 0;
      ignore (Fs.unlink fs ~directory:1 "kept");
      ignore (Fs.unlink fs ~directory:1 "small");
      ok (Fs.delete_snapshot fs "one");
      ignore (remounted bytes fs))

(* ---- others ---- *)

let written_by_others bytes body = Foreign_writer.write bytes body
let damaged = Foreign_writer.is_damaged

let others () =
  test "what another removes is pinned again" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      ok (Fs.unmount fs);
      written_by_others bytes (fun fs -> unlink fs "kept"; unlink fs "d/in");
      let fs = Files.mount bytes in
      Check.that "intact" (not (damaged fs "one"));
      Files.add fs "more" (noise 9 2_000_000);
      let fs = remounted bytes fs in
      viewed fs "one" (fun view ->
          Expect.text "kept" (text view "kept") (noise 1 300_000);
          Expect.text "in" (text view "d/in") (noise 2 100_000));
      Expect.text "more" (text fs "more") (noise 9 2_000_000);
      ok (Fs.delete_snapshot fs "one");
      ignore (remounted bytes fs));
  test "what another writes over is lost to the snapshot alone" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "old");
      unlink fs "kept";
      ok (Fs.create_snapshot fs "new");
      ok (Fs.unmount fs);
      written_by_others bytes (fun fs ->
          unlink fs "d/in";
          ok (Fs.sync fs);
          for i = 1 to 25 do
            Files.add fs (string_of_int i) (noise i 150_000);
            ok (Fs.sync fs)
          done);
      let fs = Files.mount bytes in
      Check.that "damaged" (damaged fs "old" && damaged fs "new");
      for i = 1 to 25 do Expect.text "live" (text fs (string_of_int i)) (noise i 150_000) done;
      viewed fs "old" (fun view ->
          Expect.text "what only it had" (text view "kept") (noise 1 300_000));
      ok (Fs.delete_snapshot fs "new");
      ok (Fs.delete_snapshot fs "old");
      let fs = remounted bytes fs in
      for i = 1 to 25 do Expect.text "live" (text fs (string_of_int i)) (noise i 150_000) done);
  test "what an older one has under a list that the newest lost" (fun () ->
      let bytes, fs = sample () in
      let id = Files.create fs "records" in
      ok (Fs.set_record_level fs id 0);
      Files.write fs id (noise 4 800_000);
      ok (Fs.create_snapshot fs "old");
      Files.write fs id ~offset:(150 * 4096) (noise 5 4096);
      ok (Fs.create_snapshot fs "new");
      (* The first list of pointers: slot 128. *)
      let list =
        Mounted.reading fs (fun store state ->
            let at = ok (Tree.find store state.header.tree id) in
            let node = ok (Store.block store at) in
            Pointer.index (Expect.ok (Node.pointer node 128)))
      in
      ok (Fs.unmount fs);
      written_by_others bytes (fun fs -> unlink fs "records");
      Buffer.fill bytes (list * 4096) 4096 'x';
      let fs = Files.mount bytes in
      Check.that "which" (damaged fs "new" && not (damaged fs "old"));
      Files.add fs "more" (noise 9 3_000_000);
      let fs = remounted bytes fs in
      viewed fs "old" (fun view -> Expect.text "records" (text view "records") (noise 4 800_000));
      ok (Fs.delete_snapshot fs "old");
      ok (Fs.delete_snapshot fs "new");
      ignore (remounted bytes fs));
  test "a table that cannot be read costs no data" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      ok (Fs.unmount fs);
      let at = (Damage.newest bytes * 4096) + 3168 + 16 in
      let table = Int64.to_int (Buffer.get64 bytes at) lsr 8 in
      Buffer.set8 bytes ((table * 4096) + 300) 77;
      let fs = Files.mount bytes in
      Check.that "nothing is skipped" (Fs.skipped fs = []);
      Files.refused (Fs.snapshots fs);
      Files.refused (Fs.create_snapshot fs "two");
      let before = free fs in
      unlink fs "kept";
      ok (Fs.sync fs);
      Check.that "nothing is freed" (free fs <= before);
      Expect.text "in" (text fs "d/in") (noise 2 100_000))

(* ---- detaching ---- *)

let detaching () =
  test "a full copy" (fun () ->
      let bytes, fs = sample () in
      let id = Files.find fs "kept" in
      ok (Fs.link fs id ~directory:(Files.find fs "d") "again");
      ignore (ok (Fs.symlink fs ~directory:1 "link" ~target:"kept" { uid = 5; gid = 6 }));
      Files.write fs (Files.create fs "sparse") ~offset:3_000_000 "end";
      ok (Fs.set_permissions fs id 0o4711);
      ok (Fs.set_times fs id ~modified:{ seconds = 77; nanoseconds = 8 } ());
      ok (Fs.create_snapshot fs "one");
      unlink fs "d/in";
      ok (Detach.run fs ~snapshot:"one" { directory = 1; name = "copy" });
      Files.fails Exists (Detach.run fs ~snapshot:"one" { directory = 1; name = "copy" });
      ok (Fs.delete_snapshot fs "one");
      (* Nobody who writes can harm it. *)
      ok (Fs.unmount fs);
      written_by_others bytes (fun fs -> unlink fs "kept");
      let fs = Files.mount bytes in
      let stat path = ok (Fs.stat fs (Files.find fs path)) in
      Expect.text "kept" (text fs "copy/kept") (noise 1 300_000);
      Expect.text "in" (text fs "copy/d/in") (noise 2 100_000);
      Expect.text "link" (ok (Fs.read_link fs (Files.find fs "copy/link"))) "kept";
      Expect.int "sparse" (stat "copy/sparse").size 3_000_003;
      Check.that "holes" ((stat "copy/sparse").blocks < 50);
      Check.that "one node" (Files.find fs "copy/kept" = Files.find fs "copy/d/again");
      Check.that "of its own" (not (List.mem "kept" (Files.names fs 1)));
      Expect.int "permissions" (stat "copy/kept").permissions 0o4711;
      Expect.int "time" (stat "copy/kept").modified.seconds 77;
      Expect.int "owner" (stat "copy/link").uid 5;
      ignore (remounted bytes fs));
  test "a copy that has no room" (fun () ->
      let bytes, fs = sample () in
      ok (Fs.create_snapshot fs "one");
      Files.add fs "more" (noise 1 6_250_000);
      Files.fails No_space (Detach.run fs ~snapshot:"one" { directory = 1; name = "copy" });
      Check.that "nothing is left"
        (List.sort compare (Files.names fs 1) = [ "d"; "kept"; "more"; "small" ]);
      ignore (remounted bytes fs))


let () =
  formats ();
  uses ();
  others ();
  detaching ();
  Check.finish ()
