(* Files and directories are made, changed and removed; all of it is there after a remount. *)
open Redoxfs

let test ?blocks name body =
  Check.test ("change: " ^ name) (fun () ->
      let bytes = Files.fresh ?blocks () in
      let fs = Files.mount bytes in
      let again fs =
        Files.ok (Fs.unmount fs);
        Image.clean bytes;
        Files.mount bytes
      in
      body fs again;
      Image.clean bytes)

let noise seed n =
  let random = Random.State.make [| seed |] in
  String.init n (fun _ -> Char.chr (Random.State.int random 256))

let text n = String.init n (fun i -> Char.chr (97 + (i / 7 mod 26)))
let check_contents fs path expected = Expect.text path (Files.contents fs
  (Files.find fs path)) expected

let sizes =
  [ 0; 1; 3967; 3968; 3969; 4096; 4097; 8192; 100_000; 131_071; 131_072; 131_073; 500_000 ]

let files () =
  test "files of many sizes" (fun fs again ->
      let one n = Files.add fs (string_of_int n) (noise n n) in
      List.iter one sizes;
      List.iter (fun n -> check_contents fs (string_of_int n) (noise n n)) sizes;
      let fs = again fs in
      List.iter (fun n -> check_contents fs (string_of_int n) (noise n n)) sizes);
  test "files that compress" (fun fs again ->
      List.iter (fun n -> Files.add fs (string_of_int n) (text n)) sizes;
      let fs = again fs in
      List.iter (fun n -> check_contents fs (string_of_int n) (text n)) sizes;
      let blocks = (Files.ok (Fs.stat fs (Files.find fs "500000"))).blocks in
      Check.that (Printf.sprintf "%d blocks" blocks) (blocks < 20));
  test "overwriting in the middle" (fun fs again ->
      Files.add fs "f" (noise 1 300_000);
      let fs = again fs in
      Files.write fs (Files.find fs "f") ~offset:131_000 (text 200);
      let expected = Bytes.of_string (noise 1 300_000) in
      Bytes.blit_string (text 200) 0 expected 131_000 200;
      check_contents fs "f" (Bytes.to_string expected);
      let fs = again fs in
      check_contents fs "f" (Bytes.to_string expected));
  test ~blocks:2048 "each record level" (fun fs again ->
      let level n =
        let id = Files.create fs (string_of_int n) in
        Files.ok (Fs.set_record_level fs id n);
        Files.write fs id (noise n 600_000)
      in
      List.iter level [ 0; 1; 2; 3; 4 ];
      let fs = again fs in
      List.iter (fun n -> check_contents fs (string_of_int n) (noise n 600_000)) [ 0; 1; 2; 3; 4 ])

let truncation () =
  test "what was cut off does not come back" (fun fs again ->
      Files.add fs "f" (noise 1 200_000);
      let fs = again fs in
      let id = Files.find fs "f" in
      Files.ok (Fs.truncate fs id ~size:10);
      let fs = again fs in
      Files.ok (Fs.truncate fs id ~size:200_000);
      let expected = String.sub (noise 1 10) 0 10 ^ String.make 199_990 '\000' in
      let expected = String.sub (noise 1 200_000) 0 10 ^ String.sub expected 10 199_990 in
      check_contents fs "f" expected;
      let fs = again fs in
      check_contents fs "f" expected);
  test "a hole between the end and a write" (fun fs again ->
      Files.add fs "f" (noise 1 5000);
      Files.write fs (Files.find fs "f") ~offset:1_000_000 "tail";
      let expected = noise 1 5000 ^ String.make 995_000 '\000' ^ "tail" in
      let fs = again fs in
      check_contents fs "f" expected;
      let blocks = (Files.ok (Fs.stat fs (Files.find fs "f"))).blocks in
      Check.that (Printf.sprintf "%d blocks" blocks) (blocks < 64));
  test "grown without data, in the node and beyond" (fun fs again ->
      Files.add fs "f" "abc";
      Files.ok (Fs.truncate fs (Files.find fs "f") ~size:100_000);
      let fs = again fs in
      check_contents fs "f" ("abc" ^ String.make 99_997 '\000');
      Files.write fs (Files.find fs "f") ~offset:50_000 "x";
      let fs = again fs in
      check_contents fs "f" ("abc" ^ String.make 49_997 '\000' ^ "x" ^ String.make 49_999 '\000'));
  test "too large" (fun fs _ ->
      let id = Files.create fs "f" in
      Files.fails Too_large (Fs.truncate fs id ~size:max_int);
      Files.fails Too_large (Fs.truncate fs id ~size:(-1)))

let room () =
  test "removing gives every block back" (fun fs again ->
      let free fs = (Fs.statistics fs).free in
      Files.add fs "first" "x";
      let fs = again fs in
      let before = free fs in
      Files.add fs "a" (noise 1 100_000);
      Files.add fs "b" (noise 2 1_000_000);
      Files.add fs "c" (text 1_000_000);
      ignore (Files.create ~kind:Directory fs "d");
      for i = 1 to 300 do Files.add fs (Printf.sprintf "d/%0100d" i) "x" done;
      let fs = again fs in
      for i = 1 to 300 do
        Files.ok (Fs.unlink fs ~directory:(Files.find fs "d") (Printf.sprintf "%0100d" i))
      done;
      List.iter (fun name -> Files.ok (Fs.unlink fs ~directory:1 name)) [ "a"; "b"; "c" ];
      Files.ok (Fs.remove_directory fs ~directory:1 "d");
      let fs = again fs in
      Expect.int "free" (free fs) before);
  test "a full file system refuses, and still deletes" (fun fs again ->
      let id = Files.create fs "f" in
      let data = noise 1 131_072 in
      let slice = { File.buffer = Buffer.of_string data; at = 0; length = 131_072 } in
      let rec fill n =
        match Fs.write fs id ~offset:(n * 131_072) slice with
        | Ok _ -> fill (n + 1)
        | Error reason -> Check.that "no space" (reason = No_space); n
      in
      let n = fill 0 in
      Check.that (Printf.sprintf "%d records" n) (n >= 18);
      let fs = again fs in
      Expect.int "size" (Files.ok (Fs.stat fs id)).size (n * 131_072);
      Files.ok (Fs.unlink fs ~directory:1 "f");
      let fs = again fs in
      Check.that "free" ((Fs.statistics fs).free > 700))

let names () =
  test ~blocks:8192 "a directory of many names" (fun fs again ->
      let name i = Printf.sprintf "%d-%s" i (String.make (i mod 200) 'x') in
      let count = 3000 in
      for i = 1 to count do
        ignore (Files.create fs (name i));
        if i mod 100 = 0 then Files.ok (Fs.sync fs)
      done;
      let check fs expected =
        let expected = List.sort compare (List.map name expected) in
        Check.that "all" (List.sort compare (Files.names fs 1) = expected);
        List.iter (fun name -> ignore (Files.find fs name)) expected
      in
      check fs (List.init count succ);
      let fs = again fs in
      check fs (List.init count succ);
      let odd, even = List.partition (fun i -> i land 1 = 1) (List.init count succ) in
      List.iter (fun i -> Files.ok (Fs.unlink fs ~directory:1 (name i))) odd;
      check fs even;
      let fs = again fs in
      check fs even;
      List.iter (fun i -> Files.ok (Fs.unlink fs ~directory:1 (name i))) even;
      let fs = again fs in
      check fs []);
  test "links" (fun fs again ->
      Files.add fs "a" "text";
      let id = Files.find fs "a" in
      ignore (Files.create ~kind:Directory fs "d");
      Files.ok (Fs.link fs id ~directory:(Files.find fs "d") "b");
      Files.fails Exists (Fs.link fs id ~directory:1 "a");
      Files.fails Is_directory (Fs.link fs (Files.find fs "d") ~directory:1 "e");
      let fs = again fs in
      Expect.int "links" (Files.ok (Fs.stat fs id)).links 2;
      Files.ok (Fs.unlink fs ~directory:1 "a");
      let fs = again fs in
      check_contents fs "d/b" "text";
      let long = String.make 5000 'l' in
      ignore (Files.ok (Fs.symlink fs ~directory:1 "s" ~target:"d/b" { uid = 1; gid = 2 }));
      ignore (Files.ok (Fs.symlink fs ~directory:1 "l" ~target:long { uid = 1; gid = 2 }));
      let fs = again fs in
      Expect.text "target" (Files.ok (Fs.read_link fs (Files.find fs "s"))) "d/b";
      Expect.text "long" (Files.ok (Fs.read_link fs (Files.find fs "l"))) long;
      Files.fails Not_symlink (Fs.read_link fs 1));
  test "renaming" (fun fs again ->
      List.iter (fun d -> ignore (Files.create ~kind:Directory fs d)) [ "d"; "d/e"; "f" ];
      Files.add fs "a" "a";
      Files.add fs "b" "b";
      let rename ?replace from into = Fs.rename fs ?replace (Files.place fs from)
        (Files.place fs into) in
      Files.ok (rename "a" "d/a");
      Files.fails Exists (rename ~replace:false "b" "d/a");
      Files.ok (rename "b" "d/a");
      Files.fails Into_itself (rename "d" "d/e/d");
      Files.fails Into_itself (rename "d" "d/d");
      Files.fails Is_directory (rename "d/a" "f");
      Files.fails Not_directory (rename "d" "d/a" |> fun r -> if r = Error Into_itself
        then rename "f" "d/a" else r);
      Files.fails Not_empty (rename "f" "d");
      Files.ok (rename "d" "f");
      Files.ok (rename "f" "f");
      let fs = again fs in
      check_contents fs "f/a" "b";
      Check.that "names" (Files.names fs 1 = [ "f" ]));
  test "bad names" (fun fs _ ->
      let create name = Fs.create_node fs ~directory:1 name File ~permissions:0 { uid = 0; gid =
        0 } in
      List.iter (fun name -> Files.fails Bad_name (create name))
        [ ""; "."; ".."; "a/b"; "a:b"; "\000"; "\xff"; String.make 253 'x' ];
      Files.fails No_entry (Fs.unlink fs ~directory:1 "nothing");
      Files.fails No_entry (Fs.stat fs 77))

let attributes () =
  test "attributes" (fun fs again ->
      let id = Files.create fs "f" in
      Files.ok (Fs.set_permissions fs id 0o4711);
      Files.ok (Fs.set_owner fs id { uid = 70000; gid = 4_000_000_000 });
      let time = { Node.seconds = 5; nanoseconds = 6 } in
      Files.ok (Fs.set_times fs id ~accessed:time ~modified:{ time with seconds = 7 } ());
      let fs = again fs in
      let node = Files.ok (Fs.stat fs id) in
      Check.that "all"
        (node.permissions = 0o4711 && node.uid = 70000 && node.gid = 4_000_000_000
        && node.accessed = time && node.modified = { time with seconds = 7 }));
  test "a file without a name stays while it is open" (fun fs again ->
      Files.add fs "f" (noise 1 50_000);
      let id = Files.find fs "f" in
      Files.ok (Fs.open_node fs id);
      Files.ok (Fs.unlink fs ~directory:1 "f");
      Files.ok (Fs.sync fs);
      Expect.text "content" (Files.contents fs id) (noise 1 50_000);
      Files.ok (Fs.close_node fs id);
      Files.fails No_entry (Fs.stat fs id);
      ignore (again fs));
  test "a file without a name that was never closed goes at the next mount" (fun fs again ->
      let before = (Fs.statistics fs).free in
      Files.add fs "f" (noise 1 50_000);
      let id = Files.find fs "f" in
      Files.ok (Fs.open_node fs id);
      Files.ok (Fs.unlink fs ~directory:1 "f");
      let fs = again fs in
      Files.fails No_entry (Fs.stat fs id);
      let fs = again fs in
      Expect.int "free" (Fs.statistics fs).free before)

let discarding () =
  Check.test "change: what is not used any more is discarded, once it can be" (fun () ->
      let bytes = Files.fresh () and discarded = ref 0 in
      let discard ~block:_ ~count = Ok (discarded := !discarded + count) in
      let device = { (Files.device bytes) with discard } in
      let fs = Files.ok (Fs.mount { Files.options with keep = 2 } device) in
      Files.add fs "f" (noise 1 400_000);
      Files.ok (Fs.sync fs);
      Files.ok (Fs.unlink fs ~directory:1 "f");
      Files.ok (Fs.sync fs);
      let change () =
        Files.ok (Fs.set_permissions fs 1 0o700);
        Files.ok (Fs.sync fs)
      in
      Check.that "held" (!discarded < 20);
      change ();
      Check.that "held still" (!discarded < 30);
      change ();
      Check.that "discarded" (!discarded > 98))

let () =
  files ();
  discarding ();
  truncation ();
  room ();
  names ();
  attributes ();
  Check.finish ()
