(* Damage, devices that fail, and devices that lie about flushes: what is lost is said, the rest
   stands. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let test name = Check.test ("fault: " ^ name)
let generation fs = (Fs.statistics fs).generation

let same model fs =
  match Model.same model fs with Ok () -> () | Error what -> Expect.fail "%s" what

(* ---- falling back ---- *)

(* Three files, each synced; and the image's block of a generation's tree. *)
let three () =
  let bytes = Files.fresh () in
  let fs = Files.mount bytes in
  let add name =
    Files.add fs name name;
    Files.ok (Fs.sync fs)
  in
  List.iter add [ "a"; "b"; "c" ];
  (bytes, generation fs)

let tree_of bytes generation =
  let at = ((generation mod 256) * 4096) + 48 in
  Int64.to_int (Int64.shift_right_logical (Buffer.get64 bytes at) 8)

let spoil bytes block = Buffer.set8 bytes (block * 4096) (Buffer.get8 bytes (block * 4096) lxor 1)

let fall_back () =
  test "a damaged newest generation is skipped, and named" (fun () ->
      let bytes, newest = three () in
      spoil bytes (tree_of bytes newest);
      let fs = Files.mount bytes in
      Expect.int "generation" (generation fs) (newest - 1);
      (match Fs.skipped fs with
      | [ { generation; reason = Damaged { problem = Wrong_hash _; _ } } ] ->
          Expect.int "skipped" generation newest
      | _ -> Expect.fail "not said");
      Check.that "names" (List.sort compare (Files.names fs 1) = [ "a"; "b" ]);
      (* What is written next is newer than the damaged one. *)
      Files.add fs "d" "d";
      Files.ok (Fs.sync fs);
      Expect.int "next" (generation fs) (newest + 1);
      Image.clean bytes;
      let fs = Files.mount bytes in
      Check.that "names" (List.sort compare (Files.names fs 1) = [ "a"; "b"; "d" ]));
  test "further back" (fun () ->
      let bytes, newest = three () in
      spoil bytes (tree_of bytes newest);
      spoil bytes (tree_of bytes (newest - 1));
      let fs = Files.mount bytes in
      Check.that "names" (Files.names fs 1 = [ "a" ]);
      Expect.int "skipped" (List.length (Fs.skipped fs)) 2);
  test "a damaged header" (fun () ->
      let bytes, newest = three () in
      spoil bytes (newest mod 256);
      let fs = Files.mount bytes in
      Expect.int "generation" (generation fs) (newest - 1);
      Check.that "names" (List.sort compare (Files.names fs 1) = [ "a"; "b" ]));
  test "nothing is left" (fun () ->
      let bytes, _ = three () in
      Buffer.fill bytes 0 (256 * 4096) '\255';
      Files.fails No_file_system (Fs.mount Files.options (Device.memory bytes)));
  test "behind a boot loader" (fun () ->
      let bytes = Buffer.create (1200 * 4096) in
      let device = Device.memory bytes in
      Files.ok (Fs.create device ~uuid:(String.make 16 'u') ~base:77 ~now:(Files.now ()) ());
      let fs = Files.mount bytes in
      Files.add fs "a" "a";
      Files.ok (Fs.unmount fs);
      Check.that "untouched" (Buffer.is_zero bytes 0 (77 * 4096));
      let part = Device.part device ~block:77 ~blocks:1123 in
      Check.that "clean" ((Redoxfs_check.run part ~base:0).findings = []);
      Check.that "names" (Files.names (Files.mount bytes) 1 = [ "a" ]));
  test "a new one over an old one" (fun () ->
      let bytes, _ = three () in
      Files.ok (Fs.create (Device.memory bytes) ~uuid:(String.make 16 'v') ~now:(Files.now ()) ());
      let fs = Files.mount bytes in
      Expect.int "generation" (generation fs) 1;
      Check.that "empty" (Files.names fs 1 = []));
  test "too small" (fun () ->
      let device = Device.memory (Buffer.create ((Fs.blocks_min - 1) * 4096)) in
      Files.fails No_space (Fs.create device ~uuid:(String.make 16 'u') ~now:(Files.now ()) ()))

(* ---- flushes that are none ---- *)

let record ~seed recorder models =
  let random = Random.State.make [| seed |] in
  let fs = Files.ok (Fs.mount Files.options (Recorder.device recorder)) in
  let workload = Workload.create random fs Model.empty in
  Hashtbl.replace models (generation fs) Model.empty;
  for _ = 1 to 300 do
    Workload.step workload;
    if Random.State.int random 12 = 0 then begin
      Files.ok (Fs.sync fs);
      Hashtbl.replace models (generation fs) (Model.closed (Workload.model workload))
    end
  done

(* What was written before the last few flushes is there, and it falls back to that. *)
let lies ~seed ~states =
  let recorder = Recorder.create (Files.fresh ~blocks:4096 ()) and models = Hashtbl.create 64 in
  record ~seed recorder models;
  let random = Random.State.make [| seed; 1 |] and fallen = ref 0 in
  for n = 1 to states do
    let at = 1 + Random.State.int random (Recorder.events recorder) in
    let device = Recorder.lost recorder random ~at in
    try
      let fs = Files.ok (Fs.mount Files.options device) in
      if Fs.skipped fs <> [] then incr fallen;
      same (Hashtbl.find models (generation fs)) fs
    with Failure what -> Expect.fail "SEED=%d, state %d, event %d: %s" seed n at what
  done;
  Check.that "it fell back" (!fallen > 0)

(* ---- requests that fail ---- *)

type run = { bytes : Buffer.t; faulty : Faulty.t; models : (int, Model.t list) Hashtbl.t }

let fs timeline = Workload.fs (Timeline.workload timeline)

(* Whatever is committed from now on is this, or one of the others; it may be committed without our
   knowing. *)
let note ?(others = []) run timeline =
  let now = generation (fs timeline) and { Timeline.model; _ } = Timeline.world timeline in
  for next = now + 1 to now + 40 do Hashtbl.replace run.models next (model :: others) done

let same_world timeline =
  match Timeline.same (Timeline.world timeline) (fs timeline) with
  | Ok () -> ()
  | Error what -> Expect.fail "%s" what

let rec one_of models fs =
  match models with
  | [] -> Expect.fail "nothing is known of generation %d" (generation fs)
  | [ model ] -> same model fs; model
  | model :: rest -> if Model.same model fs = Ok () then model else one_of rest fs

(* It stops when it cannot know whether its header was written. *)
let remount_if_stopped ?others run timeline =
  Faulty.set run.faulty false;
  note ?others run timeline;
  (match Fs.sync (fs timeline) with
  | Ok () -> ()
  | Error _ ->
      let fs = Files.ok (Fs.mount Files.options (Faulty.device run.faulty)) in
      let model = one_of (Hashtbl.find run.models (generation fs)) fs in
      Timeline.resume timeline fs { (Timeline.world timeline) with model };
      Timeline.reconcile timeline);
  Image.clean run.bytes;
  same_world timeline;
  Faulty.set run.faulty true

(* What was begun may have been done. *)
let snapshot_step run timeline =
  let { Timeline.model; snapshots } = Timeline.world timeline in
  let others = model :: List.map snd snapshots in
  note run timeline ~others;
  Timeline.step timeline ~looks:false;
  match Fs.sync (fs timeline) with
  | Error _ -> remount_if_stopped run timeline ~others
  | Ok () ->
      Faulty.set run.faulty false;
      Timeline.reconcile timeline;
      Faulty.set run.faulty true

let fault_step run random timeline ~snapshots =
  if snapshots && Random.State.int random 12 = 0 then snapshot_step run timeline
  else Workload.step (Timeline.workload timeline)

let failing ~seed ~steps ~one_in ~snapshots =
  let random = Random.State.make [| seed |] in
  let bytes = Files.fresh ~blocks:2048 () in
  let faulty = Faulty.create (Device.memory bytes) random ~one_in in
  let run = { bytes; faulty; models = Hashtbl.create 64 } in
  Faulty.set faulty false;
  let options = { Files.options with cache_blocks = 16; dirty_blocks = 60 } in
  let fs = Files.ok (Fs.mount options (Faulty.device faulty)) in
  let workload = Workload.create random ~large:true fs Model.empty in
  let timeline = Timeline.create random workload in
  Hashtbl.replace run.models (generation fs) [ Model.empty ];
  Faulty.set faulty true;
  for n = 1 to steps do
    note run timeline;
    (try fault_step run random timeline ~snapshots
     with Failure what -> Expect.fail "SEED=%d, step %d: %s" seed n what);
    note run timeline;
    if Random.State.int random 15 = 0 then ignore (Fs.sync (Workload.fs workload));
    if Random.State.int random 40 = 0 then remount_if_stopped run timeline
  done;
  remount_if_stopped run timeline

let () =
  let seed = env "SEED" 1 and faults = env "FAULTS" 3 in
  fall_back ();
  test (Printf.sprintf "flushes that are none, from seed %d" seed) (fun () ->
      for n = 1 to faults do lies ~seed:(seed + n) ~states:100 done);
  test (Printf.sprintf "requests that fail, from seed %d" seed) (fun () ->
      for n = 1 to faults do
        failing ~seed:(seed + n) ~steps:800 ~one_in:(if n land 1 = 0 then 20 else 200)
          ~snapshots:false
      done);
  test (Printf.sprintf "requests that fail, with snapshots, from seed %d" seed) (fun () ->
      for n = 1 to faults do
        failing ~seed:(seed + n) ~steps:800 ~one_in:(if n land 1 = 0 then 20 else 200)
          ~snapshots:true
      done);
  Check.finish ()
