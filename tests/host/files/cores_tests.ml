(* Many fibers on several cores: names go over as a whole, and what is left is consistent. *)
open Fs
open Structured

let is = Check.that
let fibers = 8

let test seed name body =
  Check.test name (fun () ->
      Pool_scheduler.run ~seed ~domains:3 body;
      Gc.full_major ();
      is "all frames are back" (Frames.in_use () = 0))

let everyone body =
  Bundle.join_after (fun bundle ->
      for n = 0 to fibers - 1 do
        Bundle.fork bundle (fun () -> body n)
      done)

let mkdir view path = At.ok path (Naming.mkdir view path ~mode:0o755)
let is_there (directory : Node.directory) name = Result.is_ok (directory.find name)

(* Names go from one directory to the other, never back: who sees one gone there must see it here,
   and who sees it here must not see it there. *)
let moves () =
  let view = At.view () in
  let count = 300 in
  let name n = string_of_int n in
  List.iter (mkdir view) [ "/a"; "/b" ];
  for n = 1 to count do
    At.make view ("/a/" ^ name n) ""
  done;
  let a = At.directory view "/a" and b = At.directory view "/b" in
  let at = Atomic.make 1 in
  let move () =
    for n = 1 to count do
      Atomic.set at n;
      At.ok "rename" (Naming.rename view ("/a/" ^ name n) ("/b/" ^ name n) Replace);
      if n mod 16 = 0 then Picos.Fiber.yield ()
    done;
    Atomic.set at (count + 1)
  in
  let rec watch () =
    let n = Atomic.get at in
    if n <= count then begin
      if not (is_there a (name n)) then is "it is there" (is_there b (name n));
      if is_there b (name n) then is "it is in one alone" (not (is_there a (name n)));
      Picos.Fiber.yield ();
      watch ()
    end
  in
  everyone (fun n -> if n = 0 then move () else watch ())

let exclusive () =
  let view = At.view () in
  let flags = { At.rw with exclusive = true } in
  for n = 1 to 100 do
    let path = string_of_int n and made = Atomic.make 0 in
    everyone (fun _ ->
        match Opening.open_ view path flags ~mode:0o644 with
        | Ok (_, file) ->
            Atomic.incr made;
            file.close ()
        | Error e -> is "EEXIST" (e = EEXIST));
    is "one made it" (Atomic.get made = 1)
  done

let record n = String.make 9 (Char.chr (Char.code 'a' + n)) ^ "\n"

let appends () =
  let view = At.view () and rounds = 200 in
  At.make view "/log" "";
  everyone (fun n ->
      let file = At.opened view "/log" At.rw in
      for _ = 1 to rounds do
        is "appended" (At.put file ~at:Node.at_end (record n) = Ok 10)
      done;
      file.close ());
  let lines = String.split_on_char '\n' (At.contents view "/log") in
  is "all of them" (List.length lines = (fibers * rounds) + 1);
  List.iter (fun l -> is "whole" (l = "" || l ^ "\n" = record (Char.code l.[0] - 97))) lines;
  At.ok "unlink" (Naming.unlink view "/log")

(* ---- anything ---- *)

let some_name random = String.make 1 "abcd".[Random.State.int random 4]

let some_path random =
  String.concat "/" (List.init (1 + Random.State.int random 3) (fun _ -> some_name random))

let some_work view random =
  let path = some_path random and other = some_path random in
  let ignored result = ignore (result : (unit, Errno.t) result) in
  match Random.State.int random 9 with
  | 0 | 1 -> ignored (Naming.mkdir view path ~mode:0o755)
  | 2 | 3 -> (
      match Opening.open_ view path At.rw ~mode:0o644 with
      | Error _ -> ()
      | Ok (_, file) ->
          ignore (At.put file ~at:(Random.State.int random 9000) "hello" : (int, Errno.t) result);
          if Random.State.bool random then Picos.Fiber.yield ();
          ignore (At.get file ~at:0 100 : string);
          file.close ())
  | 4 -> ignored (Naming.unlink view path)
  | 5 -> ignored (Naming.rmdir view path)
  | 6 ->
      ignored (Result.bind (Walk.resolve view path) (fun place -> Naming.link view place other))
  | 7 -> ignored (Naming.rename view path other Exchange)
  | _ -> ignored (Naming.rename view path other Replace)

(* Every directory stands in its parent and counts those in it, and every file its names. *)
let rec count_names view links path =
  List.iter
    (fun name ->
      let path = Filename.concat path name in
      let node = At.node view path in
      Hashtbl.add links node.same path;
      match node.body with
      | Names _ ->
          is "its parent knows it" (Walk.path view (At.ok path (Walk.resolve view path)) = Ok path);
          count_names view links path
      | Target _ | Plain -> ())
    (At.names view path)

let check_links view links =
  Hashtbl.iter
    (fun same path ->
      let names = List.length (Hashtbl.find_all links same) and stat = At.stat view path in
      let is_directory = stat.kind = Directory in
      if is_directory then is "one name for a directory" (names = 1)
      else is "as many links as names" (stat.links = names))
    links

let rec remove_all view path =
  List.iter
    (fun name ->
      let path = Filename.concat path name in
      match (At.node view path).body with
      | Names _ ->
          remove_all view path;
          At.ok path (Naming.rmdir view path)
      | Target _ | Plain -> At.ok path (Naming.unlink view path))
    (At.names view path)

let anything seed () =
  let view = At.view ~bytes:(64 * 4096) ~nodes:1000 () in
  let root = At.node view "/" in
  everyone (fun n ->
      let random = Random.State.make [| seed; n |] in
      for step = 1 to 2000 do
        some_work view random;
        if step mod 50 = 0 then Picos.Fiber.yield ()
      done);
  let links = Hashtbl.create 64 in
  count_names view links "/";
  check_links view links;
  remove_all view "/";
  let figures = At.ok "statfs" (root.figures ()) in
  is "all pages are free" (figures.free = 64);
  is "all nodes are free" (figures.free_nodes = 999)

let () =
  let seed = Seed.get () in
  test seed "a name goes over as a whole" moves;
  test seed "one of many creates a file" exclusive;
  test seed "what is appended is whole" appends;
  test seed "anything, by many at once" (anything seed);
  Check.finish ()
