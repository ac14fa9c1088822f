(* Random work of one user on a file system in memory, beside a model (Model). *)
open Fs

let env name default =
  Option.value (Option.bind (Sys.getenv_opt name) int_of_string_opt) ~default

let one_of random list = List.nth list (Random.State.int random (List.length list))

let some_path random =
  List.init (one_of random [ 1; 1; 2; 2; 3; 4 ]) (fun _ -> one_of random [ "a"; "b"; "c"; "d" ])

let told path = "/" ^ String.concat "/" path

(* The error of either, or nothing. *)
let same what model ours =
  let text = function Ok _ -> "ok" | Error e -> Errno.name e in
  if text model <> text ours then
    failwith (Printf.sprintf "%s: %s, and the model %s" what (text ours) (text model))

let open_write view path = Opening.open_ view path { Opening.flags with write = true } ~mode:0

let write view path ~at piece =
  Result.bind (open_write view path) @@ fun (_, file) ->
  let result = At.put file ~at piece in
  file.close ();
  Result.map (fun n -> Check.that "all is written" (n = String.length piece)) result

let size random = one_of random [ 0; 1; 4095; 4096; 4097; 9000; 70_000 ]

let step random view model =
  let path = some_path random and other = some_path random in
  let name = told path in
  let both what after ours =
    same (what ^ " " ^ name ^ " " ^ told other) after ours;
    Result.value after ~default:model
  in
  match Random.State.int random 11 with
  | 0 | 1 ->
      let flags = { At.rw with exclusive = true } in
      let ours = Opening.open_ view name flags ~mode:0o644 in
      Result.iter (fun (_, (file : Node.file)) -> file.close ()) ours;
      both "make" (Model.make model path) ours
  | 2 | 3 -> both "mkdir" (Model.mkdir model path) (Naming.mkdir view name ~mode:0o755)
  | 4 ->
      let link old = Naming.link view old (told other) in
      let ours = Result.bind (Walk.resolve view name) link in
      both "link" (Model.link model path other) ours
  | 5 -> both "unlink" (Model.unlink model path) (Naming.unlink view name)
  | 6 -> both "rmdir" (Model.rmdir model path) (Naming.rmdir view name)
  | 7 | 8 ->
      let how = one_of random [ Node.Replace; Replace; Keep; Exchange ] in
      both "rename" (Model.rename model path other how) (Naming.rename view name (told other) how)
  | 9 ->
      let at = size random and piece = String.make (size random + 1) 'x' in
      both "write" (Model.write model path ~at piece) (write view name ~at piece)
  | _ ->
      let size = size random in
      let cut (place : Mounts.place) = Attributes.truncate Credentials.root place.node size in
      both "cut" (Model.cut model path size) (Result.bind (Walk.resolve view name) cut)

let rec compare_all view model path =
  let name = told path and is = Check.that in
  let stat = At.stat view name in
  is (name ^ ": links") (Model.links model path = Ok stat.links);
  match Model.names model path with
  | Ok names ->
      is (name ^ ": names") (List.sort compare (At.names view name) = names);
      List.iter (fun child -> compare_all view model (path @ [ child ])) names
  | Error _ ->
      is (name ^ ": bytes") (Model.read model path = Ok (At.contents view name))

let run seed steps =
  let random = Random.State.make [| seed |] in
  let view = At.view () in
  let rec go model n =
    if n mod 200 = 0 then compare_all view model [];
    if n < steps then go (step random view model) (n + 1)
  in
  try go Model.empty 0
  with Failure what -> failwith (Printf.sprintf "SEED=%d: %s" seed what)

let () =
  let seed = Seed.get () and runs = env "RUNS" 40 in
  Check.test "random work beside a model" (fun () ->
      for n = 0 to runs - 1 do
        run (seed + n) 1000
      done;
      Gc.full_major ();
      Gc.full_major ();
      Check.that "all frames are back" (Frames.in_use () = 0));
  Check.finish ()
