(* How many blocks an operation moves. What is asserted is what is promised; the rest is printed. *)
open Redoxfs

let gib = 262_144
let options = Files.options

let fresh blocks =
  let sparse = Sparse.create ~blocks in
  let device = Sparse.device sparse in
  Files.ok (Fs.create device ~uuid:"0123456789abcdef" ~now:(Files.now ()) ());
  (sparse, device)

let per count n = float_of_int count /. float_of_int n

let report name ~limit figure =
  Check.test (Printf.sprintf "cost: %s: %.2f blocks" name figure) (fun () ->
      Check.that (Printf.sprintf "%.2f at most" limit) (figure <= limit))

let mounting () =
  let one blocks name =
    let sparse, device = fresh blocks in
    Sparse.reset sparse;
    let fs = Files.ok (Fs.mount options device) in
    (* The ring, the log's one block, and the way to the root directory. *)
    report ("mounting a new one, " ^ name) ~limit:262. (float_of_int (Sparse.counts sparse).reads);
    for i = 1 to 500 do Files.add fs (Printf.sprintf "%d" i) "text" done;
    Files.ok (Fs.unmount fs);
    Sparse.reset sparse;
    let fs = Files.ok (Fs.mount options device) in
    (* The ring, and the log. *)
    report ("mounting after unmounting, " ^ name) ~limit:257. (float_of_int
      (Sparse.counts sparse).reads);
    Check.test ("cost: mounting writes nothing, " ^ name) (fun () ->
        Expect.int "written" (Sparse.counts sparse).writes 0);
    Files.ok (Fs.unmount fs)
  in
  one gib "1 GiB";
  one (16 * gib) "16 GiB";
  one (64 * gib) "64 GiB"

(* A snapshot of so many files; its table, its list of what was free, and a dead list are read, or
   written, beside what is anyway. *)
let snapshots () =
  let sparse, device = fresh (64 * gib) in
  let fs = Files.ok (Fs.mount options device) in
  for i = 1 to 500 do Files.add fs (Printf.sprintf "%d" i) "text" done;
  Files.ok (Fs.sync fs);
  Sparse.reset sparse;
  Files.ok (Fs.create_snapshot fs "one");
  report "a snapshot of 500 files" ~limit:4. (float_of_int (Sparse.counts sparse).writes);
  for i = 1 to 500 do Files.ok (Fs.unlink fs ~directory:1 (string_of_int i)) done;
  Files.ok (Fs.unmount fs);
  Sparse.reset sparse;
  let fs = Files.ok (Fs.mount options device) in
  report "mounting with a snapshot, 64 GiB" ~limit:259. (float_of_int
    (Sparse.counts sparse).reads);
  Sparse.reset sparse;
  Files.ok (Fs.delete_snapshot fs "one");
  let { Sparse.reads; writes; _ } = Sparse.counts sparse in
  report "deleting it, 500 files with it, read and written" ~limit:8. (float_of_int
    (reads + writes))

let noise n =
  let random = Random.State.make [| 7 |] in
  String.init n (fun _ -> Char.unsafe_chr (Random.State.bits random land 255))

let overwriting level ~limit =
  let sparse, device = fresh gib in
  let fs = Files.ok (Fs.mount options device) in
  let id = Files.create fs "f" in
  Files.ok (Fs.set_record_level fs id level);
  let part = noise (1 lsl 20) in
  for i = 0 to 63 do Files.write fs id ~offset:(i lsl 20) part done;
  Files.ok (Fs.sync fs);
  let random = Random.State.make [| 5 |] in
  let small = noise 4096 and count = 1024 in
  Sparse.reset sparse;
  for i = 1 to count do
    Files.write fs id ~offset:(4096 * Random.State.int random 16384) small;
    if i mod 32 = 0 then Files.ok (Fs.sync fs)
  done;
  report (Printf.sprintf "4 KiB overwritten in 64 MiB, 32 a sync, records of %d KiB" (4 lsl level))
    ~limit (per (Sparse.counts sparse).writes count)

let creating ~files ~batch ~limit =
  let sparse, device = fresh gib in
  let fs = Files.ok (Fs.mount options device) in
  Files.ok (Fs.sync fs);
  Sparse.reset sparse;
  for i = 1 to files do
    Files.add fs (Printf.sprintf "%08d" i) "text";
    if i mod batch = 0 then Files.ok (Fs.sync fs)
  done;
  report (Printf.sprintf "%d files created, %d a sync" files batch)
    ~limit (per (Sparse.counts sparse).writes files);
  Files.ok (Fs.sync fs);
  Sparse.reset sparse;
  for i = 1 to files do
    Files.ok (Fs.unlink fs ~directory:1 (Printf.sprintf "%08d" i));
    if i mod batch = 0 then Files.ok (Fs.sync fs)
  done;
  report (Printf.sprintf "%d files removed, %d a sync" files batch)
    ~limit (per (Sparse.counts sparse).writes files)

let sequential () =
  let sparse, device = fresh gib in
  let fs = Files.ok (Fs.mount options device) in
  let id = Files.create fs "f" in
  let part = noise (1 lsl 20) in
  Sparse.reset sparse;
  for i = 0 to 63 do Files.write fs id ~offset:(i lsl 20) part done;
  Files.ok (Fs.sync fs);
  report "64 MiB written in order, each 4 KiB" ~limit:1.02 (per
    (Sparse.counts sparse).writes 16384);
  Files.ok (Fs.unmount fs);
  let fs = Files.ok (Fs.mount options device) in
  Sparse.reset sparse;
  let buffer = Buffer.create (1 lsl 20) in
  for i = 0 to 63 do
    ignore (Files.ok (Fs.read fs id ~offset:(i lsl 20) { buffer; at = 0; length = 1 lsl 20 }))
  done;
  report "64 MiB read in order, each 4 KiB" ~limit:1.01 (per (Sparse.counts sparse).reads 16384)

let rewriting () =
  let sparse, device = fresh gib in
  let fs = Files.ok (Fs.mount { options with cache_blocks = 64 } device) in
  let id = Files.create fs "f" in
  let part = noise (1 lsl 20) in
  let all () =
    for i = 0 to 15 do Files.write fs id ~offset:(i lsl 20) part done;
    Files.ok (Fs.sync fs)
  in
  all ();
  Sparse.reset sparse;
  all ();
  report "16 MiB written over, read for each 4 KiB" ~limit:0.02
    (per (Sparse.counts sparse).reads 4096)

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let () =
  let files = env "FILES" 5000 in
  mounting ();
  snapshots ();
  overwriting 2 ~limit:5.;
  overwriting 0 ~limit:2.5;
  overwriting 5 ~limit:34.;
  creating ~files ~batch:32 ~limit:2.3;
  creating ~files ~batch:1000 ~limit:1.2;
  sequential ();
  rewriting ();
  Check.finish ()
