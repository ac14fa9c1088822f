(* The power fails at any moment of random work: CRASHES states of it, from SEED on. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

(* What was done, and what the file system was at each commit. *)
type history = {
  recorder : Recorder.t;
  models : (int, Model.t) Hashtbl.t;  (** by generation *)
  mutable synced : (int * int) list;  (** events so far, generation; newest first *)
}

let generation fs = (Fs.statistics fs).generation

(* Commits that happened since: all of this model. *)
let note history ~before ~upto model =
  for generation = before + 1 to upto do
    Hashtbl.replace history.models generation model
  done

let sync history workload =
  let fs = Workload.fs workload in
  let before = generation fs in
  Files.ok (Fs.sync fs);
  note history ~before ~upto:(generation fs) (Model.closed (Workload.model workload));
  history.synced <- (Recorder.events history.recorder, generation fs) :: history.synced

(* An operation commits, if it does, before it is done. *)
let step history workload =
  let before = generation (Workload.fs workload) and model = Workload.model workload in
  Workload.step workload;
  note history ~before ~upto:(generation (Workload.fs workload)) (Model.closed model)

let remount history options workload =
  let fs = Workload.fs workload and model = Model.closed (Workload.model workload) in
  let before = generation fs in
  Files.ok (Fs.unmount fs);
  note history ~before ~upto:(generation fs) model;
  let fs = Files.ok (Fs.mount options (Recorder.device history.recorder)) in
  Workload.resume workload fs model

let record ~seed ~blocks ~large ~steps options =
  let random = Random.State.make [| seed |] in
  let recorder = Recorder.create (Files.fresh ~blocks ()) in
  let history = { recorder; models = Hashtbl.create 64; synced = [ (0, 1) ] } in
  let fs = Files.ok (Fs.mount options (Recorder.device recorder)) in
  Hashtbl.replace history.models 1 Model.empty;
  let workload = Workload.create random ~large fs Model.empty in
  for _ = 1 to steps do
    step history workload;
    if Random.State.int random 12 = 0 then sync history workload;
    if Random.State.int random 150 = 0 then remount history options workload
  done;
  history

(* ---- one state ---- *)

let durable history at =
  snd (List.find (fun (events, _) -> events <= at) history.synced)

let check_structure device =
  let result = Redoxfs_check.run device ~base:0 in
  match result.findings with
  | [] -> result.generation
  | first :: _ -> Expect.fail "%s" (Format.asprintf "%a" Redoxfs_check.Report.pp first)

let same model fs =
  match Model.same model fs with Ok () -> () | Error what -> Expect.fail "%s" what

(* Work goes on with what was found. *)
let go_on random device fs model =
  let workload = Workload.create random fs model in
  for _ = 1 to 20 do Workload.step workload done;
  Files.ok (Fs.sync fs);
  ignore (check_structure device);
  same (Workload.model workload) fs

let check_state history random options ~at =
  let device = Recorder.cut history.recorder random ~at in
  let found = check_structure device in
  let fs = Files.ok (Fs.mount options device) in
  Check.that "the newest generation" (Fs.skipped fs = [] && generation fs = found);
  let least = durable history at in
  if found < least then Expect.fail "generation %d, but %d was synced" found least;
  let model = Hashtbl.find history.models found in
  same model fs;
  if Random.State.int random 4 = 0 then go_on random device fs model

let states_of_one = 250

let run ~seed ~states ~blocks ~large options =
  let history = record ~seed ~blocks ~large ~steps:400 options in
  let random = Random.State.make [| seed; 1 |] in
  for n = 1 to states do
    let at = 1 + Random.State.int random (Recorder.events history.recorder) in
    try check_state history random options ~at
    with Failure what -> Expect.fail "SEED=%d, state %d, event %d: %s" seed n at what
  done

let test name ~blocks ~large options =
  let seed = env "SEED" 1 and crashes = env "CRASHES" 400 in
  Check.test (Printf.sprintf "crash: %s, %d states from seed %d" name crashes seed) (fun () ->
      for n = 0 to (crashes - 1) / states_of_one do
        let states = min states_of_one (crashes - (n * states_of_one)) in
        run ~seed:(seed + n) ~states ~blocks ~large options
      done)

let () =
  test "small files" ~blocks:4096 ~large:false Files.options;
  test "large files, little room" ~blocks:1024 ~large:true Files.options;
  test "commits at any time" ~blocks:1500 ~large:true { Files.options with dirty_blocks = 30; keep =
    1 };
  test "hardly any room" ~blocks:Fs.blocks_min ~large:false { Files.options with keep = 0 };
  Check.finish ()
