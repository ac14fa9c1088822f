(* Repair: each kind of damage is mended, or told; nothing that could be read is lost by it,
   whenever the power fails. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let test name = Check.test ("repair: " ^ name)
let ok = Files.ok

let noise seed n =
  let random = Random.State.make [| seed |] in
  String.init n (fun _ -> Char.chr (Random.State.int random 256))

(* The root directory is node 1, "a" 2, "noise" 3, "d" 4, and 150 files in it; two snapshots. *)
let sample ~snapshots =
  let bytes = Files.fresh () in
  let fs = Files.mount bytes in
  Files.add fs "a" "text";
  Files.add fs "noise" (noise 1 300_000);
  ignore (Files.create ~kind:Directory fs "d");
  let long i = Printf.sprintf "d/%03d%s" i (String.make 90 'n') in
  for i = 1 to 150 do Files.add fs (long i) (string_of_int i) done;
  let small = Files.create fs "small" in
  ok (Fs.set_record_level fs small 0);
  Files.write fs small (noise 3 700_000);
  if snapshots then begin
    Files.add fs "gone" (noise 2 100_000);
    ok (Fs.create_snapshot fs "old");
    ok (Fs.unlink fs ~directory:1 "gone");
    Files.write fs small ~offset:5000 (noise 4 5000);
    ok (Fs.create_snapshot fs "new");
    Files.write fs small ~offset:9000 (noise 5 5000)
  end;
  ok (Fs.unmount fs);
  Image.clean bytes;
  bytes

let run ?(dry_run = false) bytes = ok (Repair.run Files.options (Files.device bytes) ~dry_run)
let free fs = (Fs.statistics fs).free

let has_part text part =
  let n = String.length part in
  let rec go i = i + n <= String.length text && (String.sub text i n = part || go (i + 1)) in
  go 0

let tells (report : Repair.report) expected =
  if not (List.exists (fun text -> has_part text expected) report.findings) then
    Expect.fail "findings: %s" (String.concat "; " report.findings)

(* Looking finds it and changes nothing; then it is whole. *)
let mends ?(snapshots = false) ?(tells_of = "") name damage after =
  test name (fun () ->
      let bytes = sample ~snapshots in
      damage bytes;
      let before = Buffer.copy bytes in
      let report = run ~dry_run:true bytes in
      Check.that "nothing is written"
        (report.written = None && Seahash.buffer bytes ~offset:0 ~length:(Buffer.length bytes)
           = Seahash.buffer before ~offset:0 ~length:(Buffer.length bytes));
      if tells_of <> "" then tells report tells_of;
      Check.that "it is written" ((run bytes).written <> None);
      Image.clean bytes;
      Check.that "nothing is left to do" ((run bytes).written = None);
      let fs = Files.mount bytes in
      after fs;
      List.iter (fun (s : Fs.snapshot) -> ok (Fs.delete_snapshot fs s.name)) (ok (Fs.snapshots fs));
      ok (Fs.unmount fs);
      Image.clean bytes)

let node id = [ 48; 0; 0; 0; 16 * id ]
let at offsets change bytes = Damage.at bytes offsets change

let whole fs =
  Expect.text "a" (Files.contents fs (Files.find fs "a")) "text";
  Expect.text "noise" (Files.contents fs (Files.find fs "noise")) (noise 1 300_000);
  Expect.int "names" (List.length (Files.names fs (Files.find fs "d"))) 150

let nothing () =
  test "what is whole stays as it is" (fun () ->
      let bytes = sample ~snapshots:true in
      let before = Buffer.copy bytes in
      let report = run bytes in
      Check.that (String.concat "; " report.findings)
        (report.findings = [] && report.leaked = 0 && report.unguarded = 0);
      Check.that "not written" (report.written = None && before = bytes))

let nodes () =
  mends "links" (at (node 2) (fun b -> Buffer.set32 b 10 2)) whole
    ~tells_of:"/a: 1 names lead to it, not 2";
  mends "blocks" (at (node 3) (fun b -> Buffer.set64 b 22 7L)) whole
    ~tells_of:"/noise: it has 81 blocks, not 7";
  mends "a directory's size" (at (node 4) (fun b -> Buffer.set64 b 14 4096L)) whole
    ~tells_of:"/d: the directory";
  mends "a record behind the end"
    (at (node 3) (fun b -> Buffer.set64 b 14 1000L))
    (fun fs -> Expect.text "noise" (Files.contents fs (Files.find fs "noise"))
      (String.sub (noise 1 300_000) 0 1000))
    ~tells_of:"/noise: there is data behind its end";
  mends "a node that cannot be one" (at (node 2) (fun b -> Buffer.set16 b 0 0x21ff))
    (fun fs -> Files.fails No_entry (Fs.lookup fs ~directory:1 "a"))
    ~tells_of:"\"a\" leads to node 2, which is lost"

let trees () =
  mends "a flag too many" (at [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4095 0x20)) whole
    ~tells_of:"wrong flags";
  mends "a flag too few" (at [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4064 0xfd)) whole;
  mends "the top flags" (at [ 48 ] (fun b -> Buffer.set8 b 4095 0x80)) whole

let take_name b =
  Buffer.set16 b 4092 0;
  Buffer.set16 b 4094 0

let names () =
  let root_leaf = node 1 @ [ 144 ] in
  mends "names are gone" (at root_leaf take_name)
    (fun fs ->
      let found id = Files.find fs (Printf.sprintf "lost+found/#%d" id) in
      Expect.text "a" (Files.contents fs (found 2)) "text";
      Expect.text "noise" (Files.contents fs (found 3)) (noise 1 300_000);
      Expect.int "names" (List.length (Files.names fs (found 4))) 150)
    ~tells_of:"node 2: no name leads to it";
  mends "a name of nothing" (at root_leaf (fun b -> Buffer.set32 b 0 777))
    (fun fs -> ignore (Files.find fs "lost+found"))
    ~tells_of:"leads to node 777, which is lost";
  mends "a bad name" (at root_leaf (fun b -> Buffer.set8 b 5 (Char.code ':')))
    (fun fs -> ignore (Files.find fs "lost+found"))
    ~tells_of:"is none"

let flip bytes block = Buffer.set8 bytes ((block * 4096) + 99)
  (Buffer.get8 bytes ((block * 4096) + 99) lxor 4)

(* A block, by the pointers on the way to it. *)
let block bytes offsets =
  let found = ref 0 in
  let rec but_last = function [] | [ _ ] -> [] | x :: rest -> x :: but_last rest in
  let last = List.nth offsets (List.length offsets - 1) in
  Damage.at bytes (but_last offsets) (fun b ->
      found := Int64.to_int (Buffer.get64 b last) lsr 8);
  !found

let unreadable () =
  let spoil offsets bytes = flip bytes (block bytes offsets) in
  mends "a node cannot be read" (spoil (node 2))
    (fun fs -> Files.fails No_entry (Fs.lookup fs ~directory:1 "a"))
    ~tells_of:"has the hash";
  mends "a leaf cannot be read" (spoil (node 4 @ [ 144; 4 ]))
    (fun fs ->
      let here = List.length (Files.names fs (Files.find fs "d")) in
      let found = Files.names fs (Files.find fs "lost+found") in
      Expect.int "all" (here + List.length found) 150)
    ~tells_of:"/d: ";
  mends "the log cannot be read" (fun bytes ->
      (* In no generation. *)
      for slot = 0 to 255 do
        let b = Buffer.sub bytes (slot * 4096) 4096 in
        if Buffer.equal_string b 0 "RedoxFS\000" then begin
          let log = Int64.to_int (Buffer.get64 b 64) lsr 8 in
          Buffer.fill bytes (log * 4096) 4096 'x'
        end
      done)
    whole ~tells_of:"the allocation log cannot be read";
  test "a list of pointers cannot be read" (fun () ->
      let bytes = sample ~snapshots:false in
      (* Of "small": the first list is in slot 128. *)
      flip bytes (block bytes (node 155 @ [ 128 + (16 * 128) ]));
      let report = run bytes in
      tells report "/small: block";
      Check.that "repaired" (report.is_damaged && report.written <> None);
      let is_data (f : Redoxfs_check.Report.finding) =
        has_part f.text "a pointer list: its hash is"
      in
      let { Redoxfs_check.findings; count; _ } =
        Redoxfs_check.run (Device.memory bytes) ~base:0
      in
      Expect.int "what is left" count 1;
      Check.that "which" (List.for_all is_data findings);
      Check.that "nothing is left to do" ((run bytes).written = None));
  test "without a root in any generation nothing is written" (fun () ->
      let bytes = sample ~snapshots:false in
      for slot = 0 to 255 do
        let b = Buffer.sub bytes (slot * 4096) 4096 in
        if Buffer.equal_string b 0 "RedoxFS\000" then
          Buffer.fill bytes (Int64.to_int (Buffer.get64 b 48) lsr 8 * 4096) 4096 'x'
      done;
      let before = Buffer.copy bytes in
      Files.refused (Repair.run Files.options (Files.device bytes) ~dry_run:false);
      Check.that "as it was" (bytes = before));
  test "the newest tree's root is lost: what was before it is there" (fun () ->
      let bytes = sample ~snapshots:false in
      let fs = Files.mount bytes in
      Files.add fs "b" "text";
      ok (Fs.unmount fs);
      flip bytes (block bytes [ 48 ]);
      tells (run bytes) "is lost";
      Image.clean bytes;
      whole (Files.mount bytes));
  test "data stays as it is, and is told" (fun () ->
      let bytes = sample ~snapshots:false in
      flip bytes (block bytes (node 3 @ [ 128 ]));
      let report = run bytes in
      tells report "/noise: block";
      Check.that "damaged" (report.is_damaged && report.written = None);
      let fs = Files.mount bytes in
      Expect.text "a" (Files.contents fs (Files.find fs "a")) "text";
      Files.refused (Fs.read fs (Files.find fs "noise") ~offset:0
        { buffer = Buffer.create 10; at = 0; length = 10 }))

let space () =
  test "what was leaked is free" (fun () ->
      let bytes = sample ~snapshots:false in
      let before = free (Files.mount bytes) in
      Damage.at bytes (node 3) (fun b -> Buffer.fill b 128 16 '\000');
      let report = run bytes in
      Expect.int "leaked" report.leaked 32;
      Image.clean bytes;
      Expect.int "free" (free (Files.mount bytes)) (before + 32));
  mends "what is used was free"
    (at [ 64 ] (fun b ->
      Buffer.set64 b 16 (Int64.sub (Buffer.get64 b 16) 3L);
      Buffer.set64 b 24 (Int64.add (Buffer.get64 b 24) 3L)))
    whole

(* An entry of the table: the newest is 1. *)
let entry n offset = (256 * n) + offset

let released () =
  mends "a released node that is not there"
    (fun bytes ->
      let fs = Files.mount bytes in
      Files.add fs "gone" (noise 6 20_000);
      ok (Fs.open_node fs (Files.find fs "gone"));
      ok (Fs.unlink fs ~directory:1 "gone");
      ok (Fs.sync fs);
      Damage.at bytes [ 3152 ] (fun b -> Buffer.set32 b 20 7777))
    whole ~tells_of:"the list of released nodes is wrong"

let snapshots () =
  let mends = mends ~snapshots:true in
  let both fs =
    whole fs;
    let view = ok (Fs.open_snapshot fs "old") in
    Expect.text "gone" (Files.contents view (Files.find view "gone")) (noise 2 100_000);
    Fs.close_snapshot fs "old"
  in
  mends "a dead list is gone" (at [] (fun b -> Buffer.set64 b 3200 0L)) both;
  mends "a snapshot's dead list is gone" (at [ 3184 ] (fun b -> Buffer.set64 b (entry 1 48) 0L))
    both ~tells_of:"on no dead list";
  mends "a free list cannot be read" (fun bytes -> flip bytes (block bytes [ 3184; entry 1 32 ]))
    both ~tells_of:"a list of a snapshot cannot be read";
  mends "the table cannot be read" (fun bytes -> flip bytes (block bytes [ 3184 ])) whole
    ~tells_of:"the snapshots are lost";
  mends "the live tree's flags, beside snapshots"
    (at [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4095 0x20))
    both

(* ---- at random ---- *)

(* Everything that can be read, by its path; what is in lost+found by its number. *)
let rec contents fs path id list =
  match Fs.stat fs id with
  | Ok { kind = Directory; _ } ->
      let rec go cursor list =
        match Fs.list fs id cursor with
        | Error _ -> list
        | Ok (names, next) ->
            let add list (name, child) = contents fs (path ^ "/" ^ name) child list in
            let list = List.fold_left add list names in
            (match next with Some cursor -> go cursor list | None -> list)
      in
      go Names.start ((path, "directory") :: list)
  | Ok { kind = File; size; _ } when size < 10_000_000 -> (
      let buffer = Buffer.create size in
      match Fs.read fs id ~offset:0 { buffer; at = 0; length = size } with
      | Ok n -> (path, Buffer.to_string buffer 0 n) :: list
      | Error _ -> list)
  | Ok _ | Error _ -> list

let all bytes =
  match Fs.mount { Files.options with read_only = true } (Files.device bytes) with
  | Ok fs -> contents fs "" 1 []
  | Error _ -> []

let check_kept before after =
  List.iter
    (fun (path, text) ->
      match List.assoc_opt path after with
      | Some text' when text' = text -> ()
      | Some _ -> Expect.fail "%s is another" path
      | None -> Expect.fail "%s is lost" path)
    before

let used_blocks bytes =
  let blocks = Buffer.length bytes / 4096 in
  List.filter
    (fun i -> not (Buffer.is_zero bytes (i * 4096) 4096 || Buffer.get8 bytes (i * 4096) = 221))
    (List.init (blocks - 257) (fun i -> i + 257))

let flips ~seed ~rounds =
  let image = sample ~snapshots:true in
  let random = Random.State.make [| seed |] in
  let blocks = Array.of_list (used_blocks image) in
  for n = 1 to rounds do
    let bytes = Buffer.copy image in
    for _ = 0 to Random.State.int random 3 do
      flip bytes blocks.(Random.State.int random (Array.length blocks))
    done;
    let before = all bytes in
    try
      match Repair.run Files.options (Files.device bytes) ~dry_run:false with
      | Error _ -> Check.that "nothing is changed" (all bytes = before)
      | Ok _ ->
          check_kept before (all bytes);
          let again = run ~dry_run:true bytes in
          Check.that "whole" (again.leaked = 0 && again.unguarded = 0);
          Check.that "done" ((run bytes).written = None)
    with Failure what -> Expect.fail "SEED=%d, round %d: %s" seed n what
  done

(* Whatever its fields say: it ends, with nothing left to do. *)
let fields random image =
  let bytes = Buffer.copy image in
  for _ = 0 to Random.State.int random 3 do ignore (Damage.random random bytes) done;
  match Repair.run Files.options (Files.device bytes) ~dry_run:false with
  | Error _ -> ()
  | Ok { written = None; _ } -> ()
  | Ok { written = Some _; _ } -> (
      match Repair.run Files.options (Files.device bytes) ~dry_run:true with
      | Ok { leaked; unguarded; _ } ->
          Check.that (Printf.sprintf "%d, %d" leaked unguarded) (leaked = 0 && unguarded = 0)
      | Error reason -> Expect.fail "then: %s" (Reason.to_string reason))

(* The power fails while it repairs. *)
let cuts ~seed ~rounds =
  let random = Random.State.make [| seed |] in
  for n = 1 to rounds do
    let image = sample ~snapshots:(n land 1 = 0) in
    Damage.at image (node 2) (fun b -> Buffer.set32 b 10 2);
    Damage.at image (node 4 @ [ 144; 4 ]) take_name;
    if n land 2 = 0 then Damage.at image [ 48; 0; 0; 0 ] (fun b -> Buffer.set8 b 4095 0x20);
    let before = all image in
    let recorder = Recorder.create image in
    ignore (ok (Repair.run Files.options (Recorder.device recorder) ~dry_run:false));
    for _ = 1 to 15 do
      let at = 1 + Random.State.int random (Recorder.events recorder) in
      let device = Recorder.cut recorder random ~at in
      let fs = ok (Fs.mount { Files.options with read_only = true } device) in
      check_kept before (contents fs "" 1 []);
      ignore (ok (Repair.run Files.options device ~dry_run:false));
      match (Redoxfs_check.run device ~base:0).findings with
      | [] -> ()
      | first :: _ -> Expect.fail "%s" (Format.asprintf "%a" Redoxfs_check.Report.pp first)
    done
  done

let random () =
  let seed = env "SEED" 1 and rounds = env "FAULTS" 3 in
  test (Printf.sprintf "bits flipped, from seed %d" seed) (fun () ->
      flips ~seed ~rounds:(rounds * 20));
  test (Printf.sprintf "power cuts, from seed %d" seed) (fun () -> cuts ~seed ~rounds);
  let image = sample ~snapshots:true in
  let make () random = string_of_int (Random.State.bits random) in
  Fuzz.run "fuzz: repair of changed fields" make () (fun seed ->
      fields (Random.State.make [| int_of_string seed |]) image)

let () =
  nothing ();
  nodes ();
  trees ();
  names ();
  unreadable ();
  space ();
  released ();
  snapshots ();
  random ();
  Check.finish ()
