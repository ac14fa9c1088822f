(* The scrub reads every block that something leads to, once, finds what is not as it was written,
   and takes nothing else for damage. *)
open Redoxfs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let test name = Check.test ("scrub: " ^ name)
let ok = Files.ok

let noise seed n =
  let random = Random.State.make [| seed |] in
  String.init n (fun _ -> Char.chr (Random.State.int random 256))

(* Some of everything, and something that only a snapshot has. *)
let sample () =
  let bytes = Files.fresh () in
  let fs = Files.mount bytes in
  ignore (Files.create ~kind:Directory fs "d");
  for i = 1 to 120 do
    ignore (Files.create fs (Printf.sprintf "d/%d%s" i (String.make 100 'n')))
  done;
  Files.add fs "noise" (noise 1 300_000);
  Files.add fs "was" (noise 2 200_000);
  Files.add fs "text" (String.make 300_000 't');
  let small = Files.create fs "small" in
  ok (Fs.set_record_level fs small 0);
  Files.write fs small (noise 3 700_000);
  ok (Fs.create_snapshot fs "one");
  ok (Fs.unlink fs ~directory:1 "was");
  Files.write fs small ~offset:5000 (noise 4 5000);
  ok (Fs.create_snapshot fs "two");
  Files.add fs "later" (noise 5 100_000);
  ok (Fs.unmount fs);
  Image.clean bytes;
  bytes

let rec finish scrub ~blocks =
  let progress = Scrub.step scrub ~blocks in
  if progress.is_done then progress else finish scrub ~blocks

let damage_of fs ~blocks =
  let scrub = Scrub.create fs in
  ignore (finish scrub ~blocks);
  Scrub.damage scrub

let read_only = { Files.options with read_only = true }

let reading () =
  test "each block that is used, once" (fun () ->
      let bytes = sample () in
      let fs = Files.mount ~options:read_only bytes in
      let scrub = Scrub.create fs in
      let first = Scrub.step scrub ~blocks:50 in
      Check.that "a step" (first.blocks >= 50 && first.blocks < 120 && not first.is_done);
      let last = finish scrub ~blocks:10 in
      Expect.int "damaged" last.damaged 0;
      let { Fs.blocks; free; _ } = Fs.statistics fs in
      Expect.int "blocks" last.blocks (blocks - free - 257);
      Expect.int "total" last.total last.blocks);
  test "small steps read no more" (fun () ->
      let fs = Files.mount ~options:read_only (sample ()) in
      let steps n = (finish (Scrub.create fs) ~blocks:n).blocks in
      Expect.int "of one" (steps 1) (steps 100_000);
      Expect.int "of 33" (steps 33) (steps 100_000))

(* What the scrub has to read: where it is, and how long. *)
let used_blocks bytes =
  let read = Hashtbl.create 512 in
  let device = Files.device bytes in
  let note runs =
    let one (run : Device.run) =
      Hashtbl.replace read run.block (Buffer.length run.data / 4096)
    in
    List.iter one runs;
    device.read runs
  in
  let fs = ok (Fs.mount read_only { device with read = note }) in
  Hashtbl.reset read;
  ignore (finish (Scrub.create fs) ~blocks:1000);
  Hashtbl.fold (fun block count list -> (block, count) :: list) read []

let finding () =
  test "a bit of any block" (fun () ->
      let bytes = sample () in
      let random = Random.State.make [| 3 |] in
      let one (block, count) =
        let fs = Files.mount ~options:read_only bytes in
        let at = (block * 4096) + Random.State.int random (count * 4096) in
        let flip () = Buffer.set8 bytes at (Buffer.get8 bytes at lxor 16) in
        flip ();
        let found = damage_of fs ~blocks:100 in
        flip ();
        let is_it { Scrub.block = b; reason; _ } =
          b = block && match reason with Damaged _ -> true | _ -> false
        in
        if not (List.exists is_it found) then Expect.fail "block %d: not found" block
      in
      let blocks = used_blocks bytes in
      Check.that "many" (List.length blocks > 200);
      List.iter one blocks);
  test "damage has a path" (fun () ->
      let bytes = sample () in
      let fs = Files.mount ~options:read_only bytes in
      let spoil fs path =
        let id = Files.find fs path in
        let pointer =
          Mounted.reading fs (fun store state ->
              let at = ok (Tree.find store state.header.tree id) in
              let node = ok (Store.block store at) in
              ok (Records_stored.pointer store node 0))
        in
        let at = Pointer.index pointer * 4096 in
        Buffer.set8 bytes at (Buffer.get8 bytes at lxor 1)
      in
      (* What is in memory is read, too. *)
      Expect.text "noise" (Files.contents fs (Files.find fs "noise")) (noise 1 300_000);
      spoil fs "noise";
      let view = ok (Fs.open_snapshot fs "one") in
      spoil view "was";
      Fs.close_snapshot fs "one";
      let places = List.map (fun { Scrub.place; _ } -> place) (damage_of fs ~blocks:64) in
      Check.that (String.concat ", " places) (places = [ "/noise"; "snapshot one: /was" ]));
  test "what the device cannot read" (fun () ->
      let bytes = sample () in
      let device = Files.device bytes in
      let bad = ref (-1) in
      let read runs =
        let is_bad { Device.block; data } =
          block <= !bad && !bad < block + (Buffer.length data / 4096)
        in
        if List.exists is_bad runs then Error (Device.Failed "worn out") else device.read runs
      in
      let fs = ok (Fs.mount read_only { device with read }) in
      bad := fst (List.hd (used_blocks bytes));
      match damage_of fs ~blocks:64 with
      | { reason = Device { error = Failed "worn out"; _ }; block; _ } :: _ ->
          Expect.int "block" block !bad
      | _ -> Expect.fail "not found")

let working () =
  let seed = env "SEED" 1 in
  test (Printf.sprintf "while others work, from seed %d" seed) (fun () ->
      let random = Random.State.make [| seed |] in
      let fs = Files.mount (Files.fresh ~blocks:4096 ()) in
      let timeline = Timeline.create random (Workload.create random fs Model.empty) in
      let work () =
        for _ = 1 to 1 + Random.State.int random 10 do
          if Random.State.int random 12 = 0 then Timeline.step timeline
          else Workload.step (Timeline.workload timeline)
        done;
        if Random.State.bool random then ok (Fs.sync fs)
      in
      for _ = 1 to 30 do
        let scrub = Scrub.create fs in
        let rec go left =
          work ();
          let progress = Scrub.step scrub ~blocks:(1 + Random.State.int random 60) in
          if not progress.is_done && left > 0 then go (left - 1)
        in
        go 40;
        match Scrub.damage scrub with
        | [] -> ()
        | { place; block; reason } :: _ ->
            Expect.fail "%s, block %d: %s" place block (Reason.to_string reason)
      done)

let () =
  reading ();
  finding ();
  working ();
  Check.finish ()
