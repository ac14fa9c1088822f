(* Random work on one file system in turn, by us and by somebody who does not know of snapshots:
   TURNS of it, from SEED on. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let ok = Files.ok

let same_live timeline fs =
  match Model.same (Timeline.world timeline).model fs with
  | Ok () -> ()
  | Error what -> Expect.fail "%s" what

let intact fs (name, _) = not (Foreign_writer.is_damaged fs name)

let by_others bytes random timeline ~steps options =
  let world = Timeline.world timeline in
  Foreign_writer.write ~options bytes (fun fs ->
      Timeline.resume timeline fs { world with snapshots = [] };
      for _ = 1 to steps do
        Workload.step (Timeline.workload timeline);
        if Random.State.int random 8 = 0 then ok (Fs.sync fs)
      done);
  { (Timeline.world timeline) with snapshots = world.snapshots }

(* Those that are damaged go; the others are as they were. *)
let back bytes timeline world =
  let fs = Files.mount bytes in
  let good, bad = List.partition (intact fs) world.Timeline.snapshots in
  Timeline.resume timeline fs world;
  same_live timeline fs;
  List.iter (fun (name, _) -> ok (Fs.delete_snapshot fs name)) bad;
  Timeline.resume timeline fs { world with snapshots = good };
  ok (Fs.sync fs);
  Image.clean bytes;
  (match Timeline.same (Timeline.world timeline) fs with
  | Ok () -> ()
  | Error what -> Expect.fail "%s" what);
  (List.length good, List.length bad)

let turn bytes random timeline =
  for _ = 1 to 60 do
    if Random.State.int random 8 = 0 then Timeline.step timeline
    else Workload.step (Timeline.workload timeline)
  done;
  ok (Fs.unmount (Workload.fs (Timeline.workload timeline)));
  Image.clean bytes;
  let steps = 1 + Random.State.int random 40 in
  let discard = Random.State.bool random in
  let world = by_others bytes random timeline ~steps { Foreign_writer.options with discard } in
  back bytes timeline world

let taking_turns ~seed ~turns =
  let random = Random.State.make [| seed |] in
  let bytes = Files.fresh ~blocks:4096 () in
  let fs = Files.mount bytes in
  let timeline = Timeline.create random (Workload.create random fs Model.empty) in
  let good = ref 0 and bad = ref 0 in
  for n = 1 to turns do
    try
      let good', bad' = turn bytes random timeline in
      good := !good + good';
      bad := !bad + bad'
    with Failure what -> Expect.fail "SEED=%d, turn %d: %s" seed n what
  done;
  Timeline.delete_all timeline;
  ok (Fs.unmount (Workload.fs (Timeline.workload timeline)));
  Image.clean bytes;
  (!good, !bad)

let random () =
  let seed = env "SEED" 1 and turns = env "TURNS" 40 in
  let name =
    Printf.sprintf "snapshot: taking turns with another, %d times from seed %d" turns seed
  in
  Check.test name (fun () ->
      let good, bad = taking_turns ~seed ~turns in
      Check.that "some stay, some are lost" (good > 0 && bad > 0))

let () =
  random ();
  Check.finish ()
