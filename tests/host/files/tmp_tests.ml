(* A file system in memory: data, limits, listings, and that nothing is left of what nobody
   knows. *)
open Fs

let is = Check.that
let page = 4096

(* With a fresh one; afterwards all frames are back. *)
let test name ?bytes ?nodes body =
  Check.test name (fun () ->
      let before = Frames.in_use () in
      body (At.view ?bytes ?nodes ());
      Gc.full_major ();
      Gc.full_major ();
      is "all frames are back" (Frames.in_use () = before))

let figures view =
  let figures = At.ok "statfs" ((At.node view "/").figures ()) in
  (figures.free, figures.free_nodes)

let remove view path = At.ok path (Naming.unlink view path)

let sparse view =
  let far = 1 lsl 40 in
  let file = At.opened view "f" At.rw in
  is "five bytes go" (At.put file ~at:(far - 5) "hello" = Ok 5);
  is "size" ((At.stat view "f").size = far);
  is "the hole is zeros" (At.get file ~at:(far - 8) 20 = "\000\000\000hello");
  is "a hole takes nothing" ((At.stat view "f").blocks <= 8 * 8);
  At.fails "beyond" EFBIG (At.put file ~at:Tmp_data.size_max "x");
  is "up to the end" (At.put file ~at:(Tmp_data.size_max - 2) "abc" = Ok 2);
  let cut = Attributes.truncate Credentials.root (At.node view "f") in
  At.fails "cut beyond" EFBIG (cut (Tmp_data.size_max + 1));
  At.ok "cut" (cut 10);
  is "what was cut off is gone" (At.get file ~at:0 100 = String.make 10 '\000');
  file.close ();
  remove view "f"

let unlinked_stays view =
  At.make view "f" (String.make 20_000 'x');
  let file = At.opened view "f" At.rw in
  remove view "f";
  is "no name" (Walk.resolve view "f" |> Result.is_error);
  is "its bytes stay" (At.get file ~at:19_990 100 = String.make 10 'x');
  is "and can be added to" (At.put file ~at:Node.at_end "y" = Ok 1);
  is "links" ((At.ok "stat" (file.node.stat ())).links = 0);
  is "its pages stay" (Frames.in_use () > 0);
  file.close ();
  is "its pages go" (Frames.in_use () = 0);
  At.fails "nobody can open it any more" ENOENT (file.node.open_ { read = true; write = false });
  At.fails "nor name it" ENOENT ((At.directory view "/").link "g" file.node)

let bytes_run_out view =
  let file = At.opened view "f" At.rw in
  let first = At.ok "as much as there is" (At.put file ~at:0 (String.make (30 * page) 'x')) in
  is "whole pages, and nearly all" (first mod page = 0 && first >= 15 * page && first <= 20 * page);
  At.fails "no more" ENOSPC (At.put file ~at:first "x");
  is "what is there can be overwritten" (At.put file ~at:(page - 1) "yy" = Ok 2);
  At.ok "cut" (Attributes.truncate Credentials.root file.node page);
  is "room again" (At.put file ~at:(5 * page) "x" = Ok 1);
  let free, _ = figures view in
  is "the figures say so" (free >= 14 && free < 19);
  file.close ();
  remove view "f";
  is "all is free" (fst (figures view) = 20)

let nodes_run_out view =
  At.make view "a" "";
  At.ok "b" (Naming.mkdir view "b" ~mode:0o755);
  At.ok "c" (Naming.symlink view ~target:"x" "c");
  At.fails "a fifth node" ENOSPC (Naming.mkdir view "d" ~mode:0o755);
  At.ok "a name takes none" (Naming.link view (At.ok "a" (Walk.resolve view "a")) "e");
  remove view "a";
  At.fails "it has a name still" ENOSPC (Naming.mkdir view "d" ~mode:0o755);
  remove view "e";
  At.ok "now" (Naming.mkdir view "d" ~mode:0o755);
  At.ok "b" (Naming.rmdir view "b");
  At.ok "again" (Naming.mkdir view "b" ~mode:0o755);
  List.iter (fun name -> At.ok name (Naming.rmdir view name)) [ "b"; "d" ];
  remove view "c";
  is "all are free" (snd (figures view) = 3)

(* What a mapping shows is what reading gives, whatever way it came. *)
let mappings view =
  let file = At.opened view "f" At.rw in
  let memory = At.ok "memory" (file.memory ()) in
  is "of an empty file" (Hal.Memory_object.size memory = 0);
  is "written" (At.put file ~at:0 "0123456789" = Ok 10);
  is "the same object" (At.ok "memory" (file.memory ()) == memory);
  is "stored" (Hal.Memory_object.write memory ~offset:3 (Bytes.of_string "xyz") 0 3 = 3);
  is "read" (At.get file ~at:0 20 = "012xyz6789");
  is "not beyond the end" (Hal.Memory_object.write memory ~offset:10 (Bytes.of_string "z") 0 1 = 0);
  file.close ();
  remove view "f"

(* ---- listings ---- *)

let name n = Printf.sprintf "name-%d" n

let large_directory view =
  let count = 20_000 in
  for n = 1 to count do
    At.ok "symlink" (Naming.symlink view ~target:"x" (name n))
  done;
  let names = At.names view "/" in
  let expected = List.sort compare (List.init count (fun n -> name (n + 1))) in
  is "all, once" (List.sort_uniq compare names = expected);
  is "so many" (List.length names = count);
  List.iter (remove view) names;
  is "none" (At.names view "/" = [])

(* Some names stay; others come and go between the steps of a listing. *)
let changing_listing seed view =
  let random = Random.State.make [| seed |] in
  let directory = At.directory view "/" in
  let stay n = "stay-" ^ string_of_int n in
  for n = 1 to 50 do
    At.make view (stay n) "";
    if n mod 2 = 0 then At.make view (name n) ""
  done;
  let come_and_go () =
    let path = name (Random.State.int random 60) in
    match Naming.unlink view path with
    | Ok () -> ()
    | Error _ -> At.make view path ""
  in
  let rec list from seen =
    come_and_go ();
    match At.ok "list" (directory.entries ~from ~most:(1 + Random.State.int random 4)) with
    | [] -> seen
    | entries ->
        let next = (List.nth entries (List.length entries - 1)).next in
        list next (List.map (fun (e : Node.entry) -> e.name) entries @ seen)
  in
  for _ = 1 to 20 do
    let seen = List.filter (String.starts_with ~prefix:"stay-") (list 0 []) in
    let expected = List.sort compare (List.init 50 (fun n -> stay (n + 1))) in
    is "what stays comes once" (List.sort compare seen = expected)
  done

(* ---- times ---- *)

(* Which of accessed, modified and changed an operation moves. *)
let moved view path operation =
  let before = At.stat view path in
  operation ();
  let after = At.stat view path in
  String.concat ""
    (List.filter_map
       (fun (letter, (a : Node.stamp), b) -> if a <> b then Some letter else None)
       [
         ("a", before.accessed, after.accessed);
         ("m", before.modified, after.modified);
         ("c", before.changed, after.changed);
       ])

let times view =
  let expect what path moves operation =
    let got = moved view path operation in
    if got <> moves then failwith (Printf.sprintf "%s: %S, not %S" what got moves)
  in
  At.ok "d" (Naming.mkdir view "d" ~mode:0o755);
  At.make view "d/f" "hello";
  let file = At.opened view "d/f" At.rw in
  expect "write" "d/f" "mc" (fun () -> ignore (At.put file ~at:0 "x"));
  expect "read after it" "d/f" "a" (fun () -> ignore (At.get file ~at:0 1));
  expect "read again" "d/f" "" (fun () -> ignore (At.get file ~at:0 1));
  expect "nothing written" "d/f" "" (fun () -> ignore (At.put file ~at:0 ""));
  expect "chmod" "d/f" "c" (fun () -> At.ok "" (Attributes.chmod Credentials.root file.node 0o600));
  expect "create" "d" "mc" (fun () -> At.make view "d/g" "");
  expect "open" "d" "" (fun () -> At.make view "d/g" "");
  expect "link" "d/f" "c" (fun () ->
      At.ok "" (Naming.link view (At.ok "" (Walk.resolve view "d/f")) "d/h"));
  expect "unlink" "d/f" "c" (fun () -> remove view "d/h");
  expect "unlink" "d" "mc" (fun () -> remove view "d/g");
  expect "list" "d" "a" (fun () -> ignore (At.names view "d"));
  expect "cut" "d/f" "mc" (fun () -> At.ok "" (Attributes.truncate Credentials.root file.node 1));
  expect "rename" "d" "mc" (fun () -> At.ok "" (Naming.rename view "d/f" "d/g" Replace));
  file.close ();
  remove view "d/g"

let () =
  let seed = Seed.get () in
  test "a file of holes" sparse;
  test "an unlinked file lives as long as it is open" unlinked_stays;
  test "when bytes run out" ~bytes:(20 * page) bytes_run_out;
  test "when nodes run out" ~nodes:4 nodes_run_out;
  test "mappings show the file" mappings;
  test "20000 names" large_directory;
  test "a listing of what changes" (changing_listing seed);
  test "times" times;
  Check.finish ()
