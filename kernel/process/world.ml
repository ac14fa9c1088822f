open Fs

let ( let* ) = Result.bind

type t = { view : Walk.t; console : Node.file }

let view t = t.view

let now () : Node.stamp =
  let ns = Hal.Machine.wall_ns () in
  { seconds = ns / 1_000_000_000; nanoseconds = ns mod 1_000_000_000 }

let directories = [ ("dev", 0o755); ("tmp", 0o1777); ("proc", 0o555); ("root", 0o700) ]

let make_directory (root : Node.directory) (name, mode) =
  match root.create name New_directory ~mode ~uid:0 ~gid:0 with
  | Ok _ | Error EEXIST -> Ok ()
  | Error _ as error -> Result.map ignore error

let rec each f = function
  | [] -> Ok ()
  | x :: rest ->
      let* () = f x in
      each f rest

let names (node : Node.t) =
  match node.body with Names directory -> Ok directory | _ -> Error Errno.ENOTDIR

let console_number = Devices.number ~major:5 ~minor:1

let fill_devices root =
  let* dev = root.Node.find "dev" in
  let* () = Devices.add dev Devices.all in
  let* dev = names dev in
  let* _ =
    dev.create "console" (New_special (Character, console_number)) ~mode:0o600 ~uid:0 ~gid:0
  in
  Ok ()

let load tmp archive =
  match Option.map (Boot_files.load tmp) archive with
  | None | Some (Ok _) -> Ok ()
  | Some (Error error) -> Error (Format.asprintf "%a" Boot_files.pp_error error)

let is_console (stat : Node.stat) = stat.special = console_number

let create archive ~console =
  let others _ stat _ = if is_console stat then Ok console else Error Errno.ENXIO in
  let bytes = (Hal.Machine.memory ()).total / 2 in
  let tmp = Tmp.create ~bytes ~open_special:(Devices.open_special ~others) ~now () in
  let root = Tmp.root tmp in
  let* () = load tmp archive in
  let filled =
    let* directory = names root in
    let* () = each (make_directory directory) directories in
    fill_devices directory
  in
  let* () = Result.map_error (fun e -> "making /dev: " ^ Errno.name e) filled in
  Ok { view = Walk.create (Mounts.create root); console }

(* ---- programs ---- *)

let descriptors t =
  let files = Descriptors.create ~limit:1024 in
  let file = File.make { read = true; write = true } t.console in
  let add n =
    if n > 0 then File.hold file;
    ignore (Descriptors.add files file : (int, Errno.t) result)
  in
  List.iter add [ 0; 1; 2 ];
  files

let run t ~path ~arguments ~environment =
  let* p, thread = Life.first ~name:(Filename.basename path) ~files:(descriptors t) ~view:t.view in
  match Exec.exec thread ~path ~arguments ~environment () with
  | Ok () ->
      Life.start thread;
      Ok p
  | Error _ as error ->
      Deliver.end_all p (Exited 127);
      Life.exit_thread thread;
      error

let wait (p : Process.t) = Sync.Ivar.read p.ended

let counts () =
  Process.locked (fun () ->
      let all = Process.all () in
      (List.length all, List.fold_left (fun n (p : Process.t) -> n + List.length p.threads) 0 all))

let () = Life.body := Run.body
