(* The power fails at any moment of random work: CRASHES states of it, from SEED on. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

(* What was done, and what the file system can have been at each commit. *)
type history = {
  recorder : Recorder.t;
  worlds : (int, Timeline.world list) Hashtbl.t;  (** by generation *)
  mutable synced : (int * int) list;  (** events so far, generation; newest first *)
}

let generation fs = (Fs.statistics fs).generation
let fs timeline = Workload.fs (Timeline.workload timeline)

(* Commits that happened since: all of one of these. *)
let note history ~before ~upto worlds =
  for generation = before + 1 to upto do
    Hashtbl.replace history.worlds generation worlds
  done

let synced history timeline =
  history.synced <-
    (Recorder.events history.recorder, generation (fs timeline)) :: history.synced

let sync history timeline =
  let before = generation (fs timeline) in
  Files.ok (Fs.sync (fs timeline));
  note history ~before ~upto:(generation (fs timeline)) [ Timeline.world timeline ];
  synced history timeline

(* An operation commits, if it does, before it is done. *)
let step history timeline =
  let before = generation (fs timeline) and world = Timeline.world timeline in
  Workload.step (Timeline.workload timeline);
  note history ~before ~upto:(generation (fs timeline)) [ world ]

(* One with snapshots is on the device when it is done. *)
let snapshot_step history timeline =
  let before = generation (fs timeline) and world = Timeline.world timeline in
  Timeline.step timeline;
  let upto = generation (fs timeline) and after = Timeline.world timeline in
  note history ~before ~upto [ world; after ];
  if upto > before && world.snapshots <> after.snapshots then begin
    Hashtbl.replace history.worlds upto [ after ];
    synced history timeline
  end

let remount history options timeline =
  let world = Timeline.world timeline and before = generation (fs timeline) in
  Files.ok (Fs.unmount (fs timeline));
  note history ~before ~upto:(generation (fs timeline)) [ world ];
  let fs = Files.ok (Fs.mount options (Recorder.device history.recorder)) in
  Timeline.resume timeline fs world

let record ~seed ~blocks ~large ~steps ~snapshots options =
  let random = Random.State.make [| seed |] in
  let recorder = Recorder.create (Files.fresh ~blocks ()) in
  let history = { recorder; worlds = Hashtbl.create 64; synced = [ (0, 1) ] } in
  let fs = Files.ok (Fs.mount options (Recorder.device recorder)) in
  Hashtbl.replace history.worlds 1 [ { Timeline.model = Model.empty; snapshots = [] } ];
  let timeline = Timeline.create random (Workload.create random ~large fs Model.empty) in
  for _ = 1 to steps do
    if snapshots && Random.State.int random 10 = 0 then snapshot_step history timeline
    else step history timeline;
    if Random.State.int random 12 = 0 then sync history timeline;
    if Random.State.int random 150 = 0 then remount history options timeline
  done;
  history

(* ---- one state ---- *)

let durable history at =
  snd (List.find (fun (events, _) -> events <= at) history.synced)

let check_structure device =
  let result = Redoxfs_check.run ?cipher:Files.cipher device ~base:0 in
  match result.findings with
  | [] -> result.generation
  | first :: _ -> Expect.fail "%s" (Format.asprintf "%a" Redoxfs_check.Report.pp first)

let same world fs =
  match Timeline.same world fs with Ok () -> () | Error what -> Expect.fail "%s" what

(* That it is one of these: which. *)
let rec one_of worlds fs =
  match worlds with
  | [] -> Expect.fail "nothing is known of this generation"
  | [ world ] -> same world fs; world
  | world :: rest -> if Timeline.same world fs = Ok () then world else one_of rest fs

(* Work goes on with what was found. *)
let go_on random device fs world ~snapshots =
  let workload = Workload.create random fs world.Timeline.model in
  let timeline = Timeline.create random workload in
  Timeline.resume timeline fs world;
  for _ = 1 to 20 do Workload.step workload done;
  if snapshots then begin
    Timeline.rename timeline "again";
    Timeline.step timeline;
    if Random.State.bool random then Timeline.delete_all timeline
  end;
  Files.ok (Fs.sync fs);
  ignore (check_structure device);
  same (Timeline.world timeline) fs

let check_state history random options ~at ~snapshots =
  let device = Recorder.cut history.recorder random ~at in
  let found = check_structure device in
  let fs = Files.ok (Fs.mount options device) in
  (match Fs.skipped fs with
  | [] -> Expect.int "generation" (generation fs) found
  | { generation; reason } :: _ ->
      Expect.fail "generation %d is skipped: %s" generation (Reason.to_string reason));
  let least = durable history at in
  if found < least then Expect.fail "generation %d, but %d was synced" found least;
  let world = one_of (Hashtbl.find history.worlds found) fs in
  if Random.State.int random 4 = 0 then go_on random device fs world ~snapshots

let states_of_one = 250

let run ~seed ~states ~blocks ~large ~snapshots options =
  let history = record ~seed ~blocks ~large ~steps:400 ~snapshots options in
  let random = Random.State.make [| seed; 1 |] in
  for n = 1 to states do
    let at = 1 + Random.State.int random (Recorder.events history.recorder) in
    try check_state history random options ~at ~snapshots
    with Failure what -> Expect.fail "SEED=%d, state %d, event %d: %s" seed n at what
  done

let test ?(snapshots = false) name ~blocks ~large options =
  let seed = env "SEED" 1 and crashes = env "CRASHES" 400 in
  Check.test (Printf.sprintf "crash: %s, %d states from seed %d" name crashes seed) (fun () ->
      for n = 0 to (crashes - 1) / states_of_one do
        let states = min states_of_one (crashes - (n * states_of_one)) in
        run ~seed:(seed + n) ~states ~blocks ~large ~snapshots options
      done)

let () =
  test "small files" ~blocks:4096 ~large:false Files.options;
  test "large files, little room" ~blocks:1024 ~large:true Files.options;
  test "commits at any time" ~blocks:1500 ~large:true { Files.options with dirty_blocks = 30; keep =
    1 };
  test "hardly any room" ~blocks:Fs.blocks_min ~large:false { Files.options with keep = 0 };
  test "snapshots" ~snapshots:true ~blocks:4096 ~large:false Files.options;
  test "snapshots, little room" ~snapshots:true ~blocks:1024 ~large:true
    { Files.options with dirty_blocks = 30; keep = 1 };
  Check.finish ()
