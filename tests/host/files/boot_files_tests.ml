(* The boot module's files: an archive of the host's tar, in place. *)
open Fs

let is = Check.that

let shell format =
  Printf.ksprintf (fun line -> if Sys.command line <> 0 then failwith (line ^ ": failed")) format

(* A boot module never ends. *)
let archives = ref []

(* An archive of what the line makes in an empty directory. *)
let archive line =
  let directory = Filename.temp_dir "boot_files" "" in
  let file = directory ^ ".tar" in
  shell "cd %s && %s" directory line;
  shell "tar --format=ustar --sort=name --owner=0 --group=0 -C %s -cf %s ." directory file;
  let fd = Unix.openfile file [ O_RDWR ] 0 in
  let contents =
    Bigarray.array1_of_genarray (Unix.map_file fd Char C_layout true [| -1 |])
  in
  Unix.close fd;
  shell "rm -rf %s %s" directory file;
  archives := contents :: !archives;
  contents

let load contents =
  let tmp = Tmp.create ~now:At.clock () in
  match Boot_files.load tmp contents with
  | Ok count -> (Walk.create (Mounts.create (Tmp.root tmp)), count)
  | Error e -> failwith (Format.asprintf "%a" Boot_files.pp_error e)

let line =
  "mkdir -p bin etc && echo hello > etc/motd && ln -s ../etc/motd bin/link && \
   seq 30000 > bin/large && chmod 4711 bin/large && chmod 700 etc && : > etc/empty && \
   touch -d @1234567 etc/motd"

let numbers = String.concat "" (List.init 30_000 (fun n -> string_of_int (n + 1) ^ "\n"))

let files_are_there () =
  let view, count = load (archive line) in
  is "entries" (count = 6);
  is "names" (List.sort compare (At.names view "/") = [ "bin"; "etc" ]);
  is "a file" (At.contents view "/etc/motd" = "hello\n");
  is "through a link" (At.contents view "/bin/../bin/link" = "hello\n");
  is "a large one" (At.contents view "/bin/large" = numbers);
  is "nothing was copied" (Frames.in_use () = 0);
  let large = At.stat view "/bin/large" and motd = At.stat view "/etc/motd" in
  is "mode" (large.mode = 0o4711 && (At.stat view "/etc").mode = 0o700);
  is "time" (motd.modified = { seconds = 1234567; nanoseconds = 0 });
  is "empty" ((At.stat view "/etc/empty").size = 0)

let digest contents =
  Digest.string (String.init (Bigarray.Array1.dim contents) (Bigarray.Array1.get contents))

let written_is_copied () =
  let contents = archive line in
  let before = digest contents in
  let view, _ = load contents in
  let file = At.opened view "/bin/large" At.rw in
  is "written" (At.put file ~at:100_000 "hello" = Ok 5);
  is "at its end" (At.put file ~at:Node.at_end "end" = Ok 3);
  let expected = Bytes.of_string (numbers ^ "end") in
  Bytes.blit_string "hello" 0 expected 100_000 5;
  is "the rest came along" (At.contents view "/bin/large" = Bytes.to_string expected);
  is "the module is as it was" (digest contents = before);
  file.close ();
  At.ok "unlink" (Naming.unlink view "/bin/large");
  is "the copy is gone" (Frames.in_use () = 0)

let mapped_is_pages () =
  let view, _ = load (archive line) in
  let file = At.opened view "/bin/large" Opening.flags in
  let memory = At.ok "memory" (file.memory ()) in
  let size = String.length numbers in
  is "its size" (Hal.Memory_object.size memory = size);
  let bytes = Bytes.create 65536 in
  is "its bytes" (Hal.Memory_object.read memory ~offset:0 bytes 0 65536 = 65536);
  is "from the first on" (Bytes.to_string bytes = String.sub numbers 0 65536);
  file.close ();
  At.ok "cut" (Attributes.truncate Credentials.root (At.node view "/etc/motd") 2);
  is "cut" (At.contents view "/etc/motd" = "he");
  At.ok "unlink" (Naming.unlink view "/bin/large");
  At.ok "unlink" (Naming.unlink view "/etc/motd")

let no_archive () =
  let contents = Bigarray.Array1.init Char C_layout 1000 (fun _ -> 'x') in
  match Boot_files.load (Tmp.create ~now:At.clock ()) contents with
  | Ok _ -> failwith "it loaded"
  | Error (Archive _) -> ()
  | Error e -> failwith (Format.asprintf "%a" Boot_files.pp_error e)

let () =
  Check.test "an archive's files are there, uncopied" files_are_there;
  Check.test "what is written to is copied, and the module is not" written_is_copied;
  Check.test "what is mapped is whole pages" mapped_is_pages;
  Check.test "what is no archive" no_archive;
  Check.finish ()
