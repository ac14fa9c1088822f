(* Every order of the atomic operations of fibers that use one file system in memory. *)
open Explored
open Explored_tmp

let that = Check.that
let computation () : unit Computation.t = Computation.create ()
let fiber main () = Fibers.fiber (computation ()) main ()
let now () : Node.stamp = { seconds = 1; nanoseconds = 0 }

let ok = function Ok value -> value | Error e -> failwith (Errno.name e)

let names (node : Node.t) =
  match node.body with Names directory -> directory | Target _ | Plain -> assert false

let mkdir directory name =
  ok ((names directory).create name New_directory ~mode:0o755 ~uid:0 ~gid:0)

let make directory name =
  ok ((names directory).create name New_regular ~mode:0o644 ~uid:0 ~gid:0)

let is_there directory name = Result.is_ok ((names directory).find name)
let root () = Tmp.root (Tmp.create ~bytes:(64 * 4096) ~nodes:10 ~now ())

let free root =
  let figures : Node.figures = ok (root.Node.figures ()) in
  (figures.free, figures.free_nodes)

let two_directories () =
  let root = root () in
  let a = mkdir root "a" and b = mkdir root "b" in
  (root, a, b)

let move a b how () = ok ((names a).rename "f" ~into:b "f" how)

let renames =
  [
    ( "rename: a name that is gone there is here",
      fun () ->
        let _, a, b = two_directories () in
        ignore (make a "f" : Node.t);
        let look () = if not (is_there a "f") then that "it is here" (is_there b "f") in
        ([ fiber (move a b Replace); fiber look ], ignore) );
    ( "rename: a name that is here is not there",
      fun () ->
        let _, a, b = two_directories () in
        ignore (make a "f" : Node.t);
        let look () = if is_there b "f" then that "it is gone" (not (is_there a "f")) in
        ([ fiber (move a b Replace); fiber look ], ignore) );
    ( "rename: what is replaced is always something",
      fun () ->
        let root, a, b = two_directories () in
        ignore (make a "f" : Node.t);
        ignore (make b "f" : Node.t);
        ( [ fiber (move a b Replace); fiber (fun () -> that "there" (is_there b "f")) ],
          fun () -> that "one node went" (snd (free root) = 6) ) );
    ( "rename: exchanged as one",
      fun () ->
        let _, a, b = two_directories () in
        let one = make a "f" and other = make b "f" in
        let look () =
          let first = ok ((names a).find "f") in
          let second = ok ((names b).find "f") in
          if first == other then that "both" (second == one)
        in
        ([ fiber (move a b Exchange); fiber look ], ignore) );
    ( "rename: not into each other",
      fun () ->
        let _, a, b = two_directories () in
        let inner_a = mkdir a "f" and inner_b = mkdir b "f" in
        let into directory inner = ignore ((names directory).rename "f" ~into:inner "g" Replace) in
        let rec leads_out node steps =
          let parent = (names node).parent () in
          parent == node || (steps > 0 && leads_out parent (steps - 1))
        in
        ( [ fiber (fun () -> into a inner_b); fiber (fun () -> into b inner_a) ],
          fun () -> that "no circle" (leads_out inner_a 10 && leads_out inner_b 10) ) );
  ]

let read_file : Node.flags = { read = true; write = false }
let write_file : Node.flags = { read = true; write = true }
let open_ flags (node : Node.t) = ok (node.open_ flags)
let put (file : Node.file) ~at text = ok (file.write ~at (Transfer.of_string text))

let get (file : Node.file) =
  let bytes = Bytes.make 16 '?' in
  let n = ok (file.read ~at:0 (Transfer.of_bytes bytes 0 16)) in
  Bytes.sub_string bytes 0 n

let with_file text =
  let root = root () in
  let node = make root "f" in
  let file = open_ write_file node in
  that "written" (text = "" || put file ~at:0 text = String.length text);
  (root, node, file)

let files =
  [
    ( "unlink: whoever opened it has it",
      fun () ->
        let root, node, file = with_file "hello" in
        file.close ();
        let use () =
          match node.open_ read_file with
          | Error e -> that "gone" (e = ENOENT)
          | Ok file ->
              that "its bytes" (get file = "hello");
              file.close ()
        in
        ( [ fiber use; fiber (fun () -> ok ((names root).unlink "f")) ],
          fun () -> that "nothing is left" (free root = (64, 9)) ) );
    ( "unlink: another name for the last one",
      fun () ->
        let root, node, file = with_file "x" in
        file.close ();
        let linked = ref false in
        let link () =
          match (names root).link "g" node with
          | Ok () -> linked := true
          | Error e -> that "gone" (e = ENOENT)
        in
        ( [ fiber link; fiber (fun () -> ok ((names root).unlink "f")) ],
          fun () ->
            that "as it was told" (is_there root "g" = !linked);
            that "counted" (snd (free root) = if !linked then 8 else 9) ) );
    ( "create: one of two",
      fun () ->
        let root = root () and made = Atomic.make 0 in
        let create () =
          match (names root).create "f" New_regular ~mode:0o644 ~uid:0 ~gid:0 with
          | Ok _ -> Atomic.incr made
          | Error e -> that "there" (e = EEXIST)
        in
        ( [ fiber create; fiber create ],
          fun () ->
            that "one" (Atomic.get made = 1);
            that "one node" (snd (free root) = 8) ) );
    ( "rmdir: nothing is made in what is gone",
      fun () ->
        let root = root () in
        let a = mkdir root "a" in
        let make () = ignore ((names a).create "f" New_regular ~mode:0 ~uid:0 ~gid:0) in
        let rmdir () = ignore ((names root).rmdir "a") in
        ( [ fiber make; fiber rmdir ],
          fun () -> that "either" (is_there root "a" = is_there a "f") ) );
    ( "write: what is seen has been written",
      fun () ->
        let _, _, file = with_file "ab" in
        let look () =
          let seen = get file in
          that "a beginning" (List.mem seen [ "ab"; "abcd" ])
        in
        ([ fiber (fun () -> that "all" (put file ~at:2 "cd" = 2)); fiber look ], ignore) );
    ( "write: two at the end",
      fun () ->
        let _, _, file = with_file "" in
        let add text () = that "all" (put file ~at:Node.at_end text = 2) in
        ( [ fiber (add "ab"); fiber (add "cd") ],
          fun () -> that "whole" (List.mem (get file) [ "abcd"; "cdab" ]) ) );
    ( "cut: while it is read",
      fun () ->
        let _, node, file = with_file "abcd" in
        let cut () = ok (node.change [ Size 1 ]) in
        let look () = that "a part" (List.mem (get file) [ "abcd"; "a" ]) in
        ([ fiber cut; fiber look ], ignore) );
  ]

let () =
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:3 name scenario) renames;
  List.iter (fun (name, scenario) -> Explore.test ~preemptions:3 name scenario) files;
  Explore.finish ()
