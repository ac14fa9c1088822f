(* Random work beside a model, with remounts and checks between: OPERATIONS of it, from SEED on. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let same timeline =
  match Timeline.same (Timeline.world timeline) (Workload.fs (Timeline.workload timeline)) with
  | Ok () -> ()
  | Error what -> Expect.fail "%s" what

let remount bytes options timeline =
  Files.ok (Fs.unmount (Workload.fs (Timeline.workload timeline)));
  Image.clean bytes;
  Timeline.resume timeline (Files.mount ~options bytes) (Timeline.world timeline);
  same timeline

let run ~seed ~blocks ~large ~steps ~snapshots options =
  let random = Random.State.make [| seed |] in
  let bytes = Files.fresh ~blocks () in
  let workload = Workload.create random ~large (Files.mount ~options bytes) Model.empty in
  let timeline = Timeline.create random workload in
  let step () =
    if snapshots > 0 && Random.State.int random snapshots = 0 then Timeline.step timeline
    else Workload.step workload
  in
  for n = 1 to steps do
    (try step ()
     with Failure what -> Expect.fail "step %d: %s" n what);
    if Random.State.int random 20 = 0 then Files.ok (Fs.sync (Workload.fs workload));
    if Random.State.int random 500 = 0 then same timeline;
    if Random.State.int random 300 = 0 then remount bytes options timeline
  done;
  remount bytes options timeline;
  Timeline.delete_all timeline;
  remount bytes options timeline

let test ?(snapshots = 0) name ~blocks ~large options =
  let seed = env "SEED" 1 and operations = env "OPERATIONS" 3000 in
  let steps = 2000 in
  let rec go n =
    if n * steps < operations then begin
      (try run ~seed:(seed + n) ~blocks ~large ~steps ~snapshots options
       with Failure what -> Expect.fail "SEED=%d: %s" (seed + n) what);
      go (n + 1)
    end
  in
  Check.test (Printf.sprintf "model: %s, %d operations from seed %d" name operations seed)
    (fun () -> go 0)

let () =
  test "small files, much room" ~blocks:16384 ~large:false Files.options;
  test "large files, little room" ~blocks:2048 ~large:true Files.options;
  test "little memory" ~blocks:4096 ~large:true
    { Files.options with cache_blocks = 8; dirty_blocks = 40; keep = 1 };
  test "hardly any room" ~blocks:Fs.blocks_min ~large:false { Files.options with keep = 0 };
  test "snapshots" ~snapshots:25 ~blocks:16384 ~large:false Files.options;
  test "snapshots, little room" ~snapshots:40 ~blocks:2048 ~large:true Files.options;
  test "snapshots, hardly any room" ~snapshots:30 ~blocks:Fs.blocks_min ~large:false
    { Files.options with keep = 0 };
  Check.finish ()
