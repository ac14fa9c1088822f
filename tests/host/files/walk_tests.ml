(* Paths over several file systems, and the devices of one. *)
open Fs

let is = Check.that
let tmp ?open_special () = Tmp.root (Tmp.create ?open_special ~now:At.clock ())

(* A file system at /mnt, and one in that at /mnt/in. *)
let mounted () =
  let view = At.view () in
  At.ok "mnt" (Naming.mkdir view "/mnt" ~mode:0o755);
  At.make view "/mnt/below" "";
  let mount path = Mounts.add view.mounts (At.ok path (Walk.resolve view path)) (tmp ()) in
  At.ok "mount" (mount "/mnt");
  At.ok "in" (Naming.mkdir view "/mnt/in" ~mode:0o755);
  At.ok "mount" (mount "/mnt/in");
  At.ok "deep" (Naming.mkdir view "/mnt/in/deep" ~mode:0o755);
  view

let path view place = At.ok "path" (Walk.path view place)
let at view path = At.ok path (Walk.resolve view path)

let mounts () =
  let view = mounted () in
  is "what is below is hidden" (At.names view "/mnt" = [ "in" ]);
  is "another device" ((At.stat view "/mnt/in/deep").device <> (At.stat view "/mnt").device);
  is "out of both" (path view (at view "/mnt/in/deep/../../..") = "/");
  is "a path" (path view (at view "/mnt/./in//deep") = "/mnt/in/deep");
  is "a path of a mount" (path view (at view "/mnt/in/deep/..") = "/mnt/in");
  At.make view "/mnt/f" "x";
  At.fails "rename across" EXDEV (Naming.rename view "/mnt/f" "/f" Replace);
  At.fails "link across" EXDEV (Naming.link view (at view "/mnt/f") "/f");
  At.fails "a mount cannot go" EBUSY (Naming.rename view "/mnt" "/other" Replace);
  At.fails "nor be removed" EBUSY (Naming.rmdir view "/mnt");
  At.fails "there it is" EEXIST (Naming.mkdir view "/mnt" ~mode:0o755);
  At.fails "busy" EBUSY (Mounts.remove view.mounts (at view "/mnt"));
  At.fails "no mount" EINVAL (Mounts.remove view.mounts (at view "/mnt/in/deep"));
  At.ok "unmount" (Mounts.remove view.mounts (at view "/mnt/in"));
  At.ok "unmount" (Mounts.remove view.mounts (at view "/mnt"));
  is "what was below is back" (At.names view "/mnt" = [ "below" ]);
  is "the first alone" (List.length (Mounts.list view.mounts) = 1)

let another_root () =
  let view = mounted () in
  At.ok "link" (Naming.symlink view ~target:"/deep" "/mnt/in/link");
  let inside = { view with root = at view "/mnt/in"; here = at view "/mnt/in/deep" } in
  is "absolute" (path inside (at inside "/deep/../../..") = "/");
  is "here" (path inside (at inside ".") = "/deep");
  is "links are absolute, too" (path inside (at inside "/link") = "/deep");
  At.fails "what is outside has no path" ENOENT (Walk.path inside (at view "/mnt"))

let links () =
  let view = At.view () in
  At.make view "/f" "end";
  for n = 1 to 41 do
    let target = if n = 1 then "f" else Printf.sprintf "l%d" (n - 1) in
    At.ok "symlink" (Naming.symlink view ~target (Printf.sprintf "/l%d" n))
  done;
  ignore (at view "/l40" : Mounts.place);
  At.fails "41 links" ELOOP (Walk.resolve view "/l41");
  At.ok "loop" (Naming.symlink view ~target:"loop" "/loop");
  At.fails "a loop" ELOOP (Walk.resolve view "/loop/x");
  At.fails "too long" ENAMETOOLONG (Walk.resolve view (String.make 4096 '/'));
  ignore (at view (String.make 4095 '/') : Mounts.place)

let removed_directory () =
  let view = At.view () in
  At.ok "d" (Naming.mkdir view "/d" ~mode:0o755);
  let inside = { view with here = at view "/d" } in
  At.ok "rmdir" (Naming.rmdir view "/d");
  At.fails "it has no path" ENOENT (Walk.path inside inside.here);
  At.fails "nothing can be made there" ENOENT (Naming.mkdir inside "x" ~mode:0o755);
  is "there is a way out" (path inside (at inside "..") = "/")

let paths_of_files () =
  let view = At.view () in
  List.iter (fun name -> At.ok name (Naming.mkdir view name ~mode:0o755)) [ "/d"; "/d/e" ];
  At.make view "/d/e/f" "text";
  let file = at view "/d/e/../e/f" in
  is "as it was found" (path view file = "/d/e/f");
  At.ok "rename" (Naming.rename view "/d/e/f" "/d/e/g" Replace);
  is "by another name" (path view file = "/d/e/g");
  At.ok "rename" (Naming.rename view "/d/e" "/e" Replace);
  is "in a directory that moved" (path view file = "/e/g");
  At.ok "rename" (Naming.rename view "/e/g" "/g" Replace);
  At.fails "elsewhere" ENOENT (Walk.path view file)

(* A directory with one name, of a link that leads to a place. *)
let leading place : Node.t =
  let under = Nameless.node Events in
  let leads () = Ok (Mounts.Place place) in
  let as_link (stat : Node.stat) = { stat with kind = Symlink } in
  let stat () = Result.map as_link (under.stat ()) in
  let body = Node.Target { text = (fun () -> Ok "nowhere"); leads = Some leads } in
  let link = { under with stat; body } in
  let find = function "link" -> Ok link | _ -> Error Errno.ENOENT in
  let root = Tmp.root (Tmp.create ~now:At.clock ()) in
  match root.body with
  | Names names -> { root with body = Names { names with find } }
  | Target _ | Plain -> failwith "a root that is no directory"

let links_that_lead () =
  let view = At.view () in
  let to_ name =
    let mount = leading (at view name) in
    At.ok "mount" (Mounts.add view.mounts (at view "/m") mount)
  in
  List.iter (fun name -> At.ok name (Naming.mkdir view name ~mode:0o755)) [ "/m"; "/d" ];
  At.make view "/d/f" "text";
  to_ "/d";
  is "to a directory" (path view (at view "/m/link") = "/d");
  is "and on" (path view (at view "/m/link/f") = "/d/f");
  is "and out of it" (path view (at view "/m/link/..") = "/");
  At.ok "unmount" (Mounts.remove view.mounts (at view "/m"));
  let file = at view "/d/f" and held = At.opened view "/d/f" Opening.flags in
  At.ok "unlink" (Naming.unlink view "/d/f");
  At.ok "mount" (Mounts.add view.mounts (at view "/m") (leading file));
  is "to a file without a name" (At.get (At.opened view "/m/link" Opening.flags) ~at:0 9 = "text");
  At.fails "which has no names in it" ENOTDIR (Walk.resolve view "/m/link/");
  At.fails "not when links are not followed" ELOOP
    (Opening.open_ view "/m/link" { Opening.flags with no_follow = true } ~mode:0);
  held.close ()

let devices () =
  let dev = tmp ~open_special:(fun node flags -> Devices.open_special node flags) () in
  At.ok "nodes" (Devices.add dev Devices.all);
  let view = Walk.create (Mounts.create dev) in
  let flags = { At.rw with create = false } in
  let device name = At.opened view name flags in
  let text = String.make 100_000 'x' in
  is "null swallows" (At.put (device "null") ~at:0 text = Ok 100_000);
  is "null is empty" (At.get (device "null") ~at:0 10 = "");
  is "zero is zeros" (At.get (device "zero") ~at:7 100_000 = String.make 100_000 '\000');
  is "zero swallows" (At.put (device "zero") ~at:0 text = Ok 100_000);
  At.fails "full is full" ENOSPC (At.put (device "full") ~at:0 "x");
  is "full is zeros" (At.get (device "full") ~at:0 10 = String.make 10 '\000');
  is "urandom fills" (At.get (device "urandom") ~at:0 300 <> String.make 300 '?');
  is "random takes" (At.put (device "random") ~at:0 text = Ok 100_000);
  let null = At.stat view "null" in
  is "as stat tells it" (null.kind = Character && null.special = 0x103 && null.mode = 0o666);
  At.ok "mknod" (Result.map ignore (Naming.mknod view "x" Character ~mode:0o666 ~special:0x999));
  At.fails "no such device" ENXIO (Opening.open_ view "x" flags ~mode:0)

let () =
  Check.test "mounts" mounts;
  Check.test "another root" another_root;
  Check.test "links, and their number" links;
  Check.test "a directory that was removed" removed_directory;
  Check.test "paths of files" paths_of_files;
  Check.test "links that lead to a place" links_that_lead;
  Check.test "devices" devices;
  Check.finish ()
