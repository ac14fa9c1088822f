(* Images whose hashes are right and whose fields are not: whatever is asked of them,
  and done to them,
   ends with a value or an error. *)
open Redoxfs

(* Some of everything, in several commits. *)
let sample ~snapshots =
  let bytes = Files.fresh ~blocks:700 () in
  let fs = Files.mount bytes in
  let noise n = String.init n (fun i -> Char.unsafe_chr ((i * i * 7919) lsr 5 land 255)) in
  ignore (Files.create ~kind:Directory fs "d");
  for i = 1 to 120 do ignore (Files.create fs (Printf.sprintf "d/%d%s" i
    (String.make 100 'n'))) done;
  Files.add fs "noise" (noise 200_000);
  Files.add fs "zeros" (String.make 400_000 'z');
  if snapshots then Files.ok (Fs.create_snapshot fs "one");
  Files.ok (Fs.sync fs);
  let small = Files.create fs "small" in
  Files.ok (Fs.set_record_level fs small 0);
  for i = 0 to 2 do Files.write fs small ~offset:(i * 2_400_000) (noise 9000) done;
  ignore (Files.ok (Fs.symlink fs ~directory:1 "link" ~target:(noise 5000) { uid = 0; gid = 0 }));
  Files.add fs "gone" (noise 20_000);
  Files.ok (Fs.open_node fs (Files.find fs "gone"));
  Files.ok (Fs.unlink fs ~directory:1 "gone");
  if snapshots then Files.ok (Fs.create_snapshot fs "two");
  Files.ok (Fs.unlink fs ~directory:1 "zeros");
  Files.ok (Fs.sync fs);
  (* The older generations are of no use here. *)
  for i = 0 to 255 do
    if i <> (Fs.statistics fs).generation then Buffer.fill bytes (i * 4096) 8 '\000'
  done;
  bytes

(* ---- everything is asked ---- *)

let buffer = Buffer.create 100_000

let read_all fs id (node : Node.t) =
  let part offset = ignore (Fs.read fs id ~offset { buffer; at = 0; length = 100_000 }) in
  part 0;
  part (node.size / 2);
  part (node.size - 50_000 |> max 0);
  ignore (Fs.read_link fs id)

let rec walk fs left id =
  if !left > 0 then begin
    decr left;
    match Fs.stat fs id with
    | Ok node when node.kind = Directory -> walk_names fs left id Names.start
    | Ok node -> read_all fs id node
    | Error _ -> ()
  end

and walk_names fs left id cursor =
  match Fs.list fs id cursor with
  | Error _ -> ()
  | Ok (names, next) ->
      List.iter (fun (name, child) ->
          ignore (Fs.lookup fs ~directory:id name);
          walk fs left child)
        names;
      Option.iter (fun cursor -> if !left > 0 then walk_names fs left id cursor) next

(* ---- everything is done ---- *)

let slice = { File.buffer; at = 0; length = 3000 }
let owner = { Fs.uid = 0; gid = 0 }

let change fs random id =
  match Random.State.int random 6 with
  | 0 -> ignore (Fs.write fs id ~offset:(Random.State.int random 5_000_000) slice)
  | 1 -> ignore (Fs.truncate fs id ~size:(Random.State.int random 300_000))
  | 2 -> ignore (Fs.create_node fs ~directory:id "new" File ~permissions:0 owner)
  | 3 -> ignore (Fs.link fs id ~directory:1 (string_of_int (Random.State.bits random)))
  | 4 -> ignore (Fs.set_permissions fs id 0)
  | _ -> ignore (Fs.rename fs { directory = id; name = "new" } { directory = 1; name = "moved" })

let rec remove_all fs left directory =
  match Fs.list fs directory Names.start with
  | Ok ((_ :: _ as names), _) when !left > 0 ->
      List.iter (fun (name, id) ->
          decr left;
          if !left > 0 then
            match Fs.unlink fs ~directory name with
            | Error Reason.Is_directory ->
                remove_all fs left id;
                ignore (Fs.remove_directory fs ~directory name)
            | Ok () | Error _ -> ())
        names;
      remove_all fs left directory
  | _ -> ()

(* ---- snapshots ---- *)

let look fs name =
  match Fs.open_snapshot fs name with
  | Ok view ->
      walk view (ref 200) 1;
      Fs.close_snapshot fs name
  | Error _ -> ()

let use_snapshots fs random =
  List.iter (look fs) [ "one"; "two" ];
  match Random.State.int random 5 with
  | 0 -> ignore (Fs.roll_back fs ~newer:true (if Random.State.bool random then "one" else "two"))
  | 1 -> ignore (Fs.delete_snapshot fs "one")
  | 2 -> ignore (Fs.delete_snapshot fs "two")
  | 3 -> ignore (Detach.run fs ~snapshot:"one" { directory = 1; name = "copy" })
  | _ -> ignore (Fs.create_snapshot fs "three")

let use fs random =
  use_snapshots fs random;
  walk fs (ref 400) 1;
  for _ = 1 to 20 do change fs random (1 + Random.State.int random 140) done;
  ignore (Fs.sync fs);
  use_snapshots fs random;
  remove_all fs (ref 500) 1;
  ignore (Fs.sync fs);
  ignore (Fs.create_node fs ~directory:1 "last" File ~permissions:0 owner);
  ignore (Fs.unmount fs)

(* Reading alone writes nothing. *)
let only_read image =
  let device = Device.memory image in
  let never _ = raise (Failure "it was written to") in
  let device = { device with write = never; flush = (fun () -> never ()) } in
  match Fs.mount { Files.options with read_only = true } device with
  | Ok fs ->
      walk fs (ref 400) 1;
      List.iter (look fs) [ "one"; "two" ]
  | Error _ -> ()

let one image random =
  let damaged = Buffer.copy image in
  for _ = 0 to Random.State.int random 3 do ignore (Damage.random random damaged) done;
  only_read damaged;
  ignore (Redoxfs_check.run (Device.memory damaged) ~base:0);
  match Fs.mount Files.options (Device.memory damaged) with
  | Ok fs -> use fs random
  | Error _ -> ()

let fuzz name image =
  let make () random = string_of_int (Random.State.bits random) in
  Fuzz.run name make () (fun seed -> one image (Random.State.make [| int_of_string seed |]))

(* Written since by somebody who does not know of snapshots. *)
let foreign image =
  let image = Buffer.copy image in
  Damage.at image [] (fun header ->
      Buffer.set64 header 3176 (Int64.pred (Buffer.get64 header 3176)));
  image

let () =
  let image = sample ~snapshots:true in
  fuzz "fuzz: fields changed, hashes right" (sample ~snapshots:false);
  fuzz "fuzz: with snapshots" image;
  fuzz "fuzz: with snapshots, and others" (foreign image);
  Check.finish ()
