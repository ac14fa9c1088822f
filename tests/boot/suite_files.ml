open Hal

let test name about run : Commands.test = { name; about; run }
let check ok format = Printf.ksprintf (fun what -> if ok then Ok () else Error what) format
let all_of checks = List.fold_left (fun so_far next -> Result.bind so_far next) (Ok ()) checks

let with_object size f =
  let t = Memory_object.create ~size in
  Fun.protect ~finally:(fun () -> Memory_object.release t) (fun () -> f t)

let pattern = Bytes.init 10_000 (fun i -> Char.chr (i * 7 land 255))

let read t offset length =
  let bytes = Bytes.make length 'x' in
  let n = Memory_object.read t ~offset bytes 0 length in
  Bytes.sub_string bytes 0 n

let zeros n = String.make n '\000'

let bytes_come_back () =
  with_object 1_000_000 (fun t ->
      let n = Memory_object.write t ~offset:4000 pattern 0 10_000 in
      all_of
        [
          (fun () -> check (n = 10_000) "%d bytes were written" n);
          (fun () -> check (read t 4000 10_000 = Bytes.to_string pattern) "others came back");
          (fun () -> check (read t 3990 10 = zeros 10) "no zeros before");
          (fun () -> check (read t 999_990 100 = zeros 10) "not zeros up to the end");
          (fun () -> check (read t 2_000_000 1 = "") "there is something behind the end");
          (fun () ->
            let frames = Memory_object.frames t in
            check (frames >= 4 && frames <= 8) "4 pages take %d frames" frames);
        ])

let holes_take_nothing () =
  with_object (1 lsl 40) (fun t ->
      let end_ = (1 lsl 40) - 5 in
      let n = Memory_object.write t ~offset:end_ pattern 0 100 in
      all_of
        [
          (fun () -> check (n = 5) "%d bytes went to the last 5" n);
          (fun () -> check (read t 12345 60_000 = zeros 60_000) "no zeros in a hole");
          (fun () -> check (read t end_ 10 = Bytes.sub_string pattern 0 5) "the end is another");
          (fun () -> check (Memory_object.frames t < 10) "%d frames" (Memory_object.frames t));
        ])

let cut_and_grown () =
  with_object 10_000 (fun t ->
      ignore (Memory_object.write t ~offset:0 pattern 0 10_000 : int);
      Memory_object.resize t 5000;
      Memory_object.resize t 10_000;
      let expected = Bytes.sub_string pattern 0 5000 ^ zeros 5000 in
      all_of
        [
          (fun () -> check (read t 0 20_000 = expected) "what was cut off came back");
          (fun () -> check (Memory_object.zero t ~offset:100 ~length:4500 = 4500) "zeros stopped");
          (fun () ->
            let rest = String.sub expected 4600 400 in
            let expected = String.sub expected 0 100 ^ zeros 4500 ^ rest in
            check (read t 0 5000 = expected) "zeros are elsewhere");
        ])

let a_pager_brings () =
  let t = Memory_object.create_paged ~size:10_000 ~pager:1 in
  Fun.protect ~finally:(fun () -> Memory_object.release t) @@ fun () ->
  all_of
    [
      (fun () -> check (read t 0 100 = "") "an absent page was read");
      (fun () -> check (Memory_object.why t ~offset:5000 = Some (Absent 1)) "why is another");
      (fun () -> check (Memory_object.bring t ~index:1 (Bytes.of_string "abc")) "not brought");
      (fun () -> check (not (Memory_object.bring t ~index:1 Bytes.empty)) "brought again");
      (fun () -> check (read t 4096 5000 = "abc" ^ zeros 4093) "others came");
      (fun () -> check (Memory_object.forget t ~index:1) "not forgotten");
      (fun () -> check (not (Memory_object.is_present t ~index:1)) "still there");
    ]

let module_shows () =
  match Machine.boot_modules () with
  | [] -> Error "there is no boot module"
  | { contents; _ } :: _ ->
      let size = min 5000 (Bigarray.Array1.dim contents - 100) in
      let t, ahead = Memory_object.of_module contents ~offset:100 ~size in
      let expected = String.init size (fun i -> contents.{100 + i}) in
      let got = read t ahead (size + 10) in
      Memory_object.release t;
      check (got = expected) "a module's bytes are others"

(* A thousand frames at least, whatever else happens meanwhile. *)
let frames_return () =
  let size = 8 lsl 20 in
  let t = Memory_object.create ~size in
  let rec fill offset =
    if offset < size then fill (offset + Memory_object.write t ~offset pattern 0 10_000)
  in
  fill 0;
  let before = (Machine.memory ()).free in
  Memory_object.release t;
  let freed = (Machine.memory ()).free - before in
  all_of
    [
      (fun () -> check (freed > 4 lsl 20) "%d bytes came back of %d" freed size);
      (fun () ->
        Memory_object.release t;
        check (Memory_object.is_released t) "not released");
      (fun () ->
        match Memory_object.size t with
        | _ -> Error "a released object answers"
        | exception Invalid_argument _ -> Ok ());
    ]

(* ---- the boot module's files in memory ---- *)

open Fs

let now () : Node.stamp =
  let ns = Machine.wall_ns () in
  { seconds = ns / 1_000_000_000; nanoseconds = ns mod 1_000_000_000 }

let ( let* ) = Result.bind
let told what = Result.map_error (fun e -> what ^ ": " ^ Errno.name e)

let loaded () =
  match Machine.boot_modules () with
  | [] -> Error "there is no boot module"
  | { contents; _ } :: _ -> (
      let tmp = Tmp.create ~now () in
      match Boot_files.load tmp contents with
      | Ok count -> Ok (Walk.create (Mounts.create (Tmp.root tmp)), count)
      | Error e -> Error (Format.asprintf "%a" Boot_files.pp_error e))

let opened view path flags =
  let* _, file = told path (Opening.open_ view path flags ~mode:0o644) in
  Ok file

let contents_of (file : Node.file) =
  let* size = told "end" (Node.end_of file) in
  let bytes = Bytes.create size in
  let* n = told "read" (file.read ~at:0 (Transfer.of_bytes bytes 0 size)) in
  Ok (Bytes.sub_string bytes 0 n)

let writing = { Opening.flags with write = true }

let boot_files () =
  let* view, count = loaded () in
  let* file = opened view "/hello.txt" writing in
  let* before = contents_of file in
  let* _ = told "write" (file.write ~at:Node.at_end (Transfer.of_string "And this.\n")) in
  let* after = contents_of file in
  file.close ();
  let* () = told "unlink" (Naming.unlink view "/hello.txt") in
  let* again, _ = loaded () in
  let* file = opened again "/hello.txt" Opening.flags in
  let* still = contents_of file in
  all_of
    [
      (fun () -> check (count > 0) "no entry");
      (fun () -> check (String.starts_with ~prefix:"Hello" before) "it says %S" before);
      (fun () -> check (after = before ^ "And this.\n") "then it says %S" after);
      (fun () -> check (still = before) "the module says %S" still);
    ]

(* Each core makes, moves and removes names of its own among all others'. *)
let on_all_cores () =
  let view = Walk.create (Mounts.create (Tmp.root (Tmp.create ~now ()))) in
  let rounds = 200 in
  let work core =
    let path n = Printf.sprintf "/%d-%d" core n in
    let one so_far n =
      let* () = so_far in
      Picos.Fiber.yield ();
      let* file = opened view (path n) { writing with create = true } in
      let* _ = told "write" (file.write ~at:5000 (Transfer.of_string (path n))) in
      let* () = told "rename" (Naming.rename view (path n) (path (n + rounds)) Replace) in
      let* text = contents_of file in
      file.close ();
      let* () = told "unlink" (Naming.unlink view (path (n + rounds))) in
      check (text = String.make 5000 '\000' ^ path n) "%s: %d bytes" (path n) (String.length text)
    in
    List.fold_left one (Ok ()) (List.init rounds Fun.id)
  in
  all_of (List.map Fun.const (Sched.everywhere work))

(* Up to what is held back for the collector, and no further. *)
let memory_ends () =
  let view = Walk.create (Mounts.create (Tmp.root (Tmp.create ~now ()))) in
  let* file = opened view "/large" { writing with create = true } in
  let piece = Bytes.make 65536 'x' in
  let rec fill size =
    Picos.Fiber.yield ();
    match file.write ~at:size (Transfer.of_bytes piece 0 65536) with
    | Ok n -> fill (size + n)
    | Error e -> (size, e)
  in
  let before = (Machine.memory ()).free in
  let size, error = fill 0 in
  let left = (Machine.memory ()).free in
  file.close ();
  let* () = told "unlink" (Naming.unlink view "/large") in
  let after = (Machine.memory ()).free in
  all_of
    [
      (fun () -> check (error = ENOMEM) "it ended with %s" (Errno.name error));
      (fun () -> check (size > before / 4) "only %d bytes of %d" size before);
      (fun () -> check (left >= (Machine.memory ()).reserve) "%d bytes are left" left);
      (fun () -> check (after > left + (size / 2)) "%d bytes free, after %d" after left);
    ]

let all =
  [
    test "object-bytes" "what is written to a memory object comes back" bytes_come_back;
    test "object-holes" "what was never written is zeros, and takes no memory" holes_take_nothing;
    test "object-cut" "what is cut off, or made zeros, is zeros" cut_and_grown;
    test "object-paged" "an absent page of a paged object waits for its pager" a_pager_brings;
    test "object-module" "a memory object shows a boot module" module_shows;
    test "boot-files" "the boot module's files can be read, and written to as copies" boot_files;
    test "files-cores" "all cores work on one file system" on_all_cores;
    test "object-returns" "a released memory object gives its frames back" frames_return;
  ]
