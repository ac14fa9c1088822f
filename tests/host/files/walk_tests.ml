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
  Check.test "devices" devices;
  Check.finish ()
