open Fs

let ( let* ) = Result.bind

type t = { view : Walk.t; console : Mounts.place }

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

let nodes =
  [
    ("console", Terminals.console_number, 0o600);
    ("tty", Terminals.tty_number, 0o666);
    ("ptmx", Terminals.ptmx_number, 0o666);
  ]

let links =
  [
    ("fd", "/proc/self/fd");
    ("stdin", "/proc/self/fd/0");
    ("stdout", "/proc/self/fd/1");
    ("stderr", "/proc/self/fd/2");
  ]

let fill_devices root =
  let* dev = root.Node.find "dev" in
  let* () = Devices.add dev Devices.all in
  let* dev = names dev in
  let add (name, what, mode) = Result.map ignore (dev.create name what ~mode ~uid:0 ~gid:0) in
  let* () =
    each (fun (name, number, mode) -> add (name, Node.New_special (Character, number), mode)) nodes
  in
  let* () = each (fun (name, target) -> add (name, Node.New_symlink target, 0o777)) links in
  let* () = make_directory dev ("pts", 0o755) in
  make_directory dev ("shm", 0o1777)

let at path view = Walk.resolve view path

let mount mounts view path root =
  let* place = at path view in
  Mounts.add mounts place root

let load tmp archive =
  match Option.map (Boot_files.load tmp) archive with
  | None | Some (Ok _) -> Ok ()
  | Some (Error error) -> Error (Format.asprintf "%a" Boot_files.pp_error error)

(* Pipes with names and terminals are opened by the calls, which know who asks. *)
let others node (stat : Node.stat) _ =
  if stat.kind = Fifo || Terminals.is_terminal stat then
    Ok (Nameless.file node ~watch:(Watch.create ()))
  else Error Errno.ENXIO

(* Pipes and sockets keep what is in them on the kernel's heap. *)
let limit_buffers bytes =
  Atomic.set Pipe.most_pages_in_all (min 16384 (bytes / Pages.size));
  Atomic.set Unix_end.most_charged (min (64 lsl 20) bytes)

let create archive =
  let bytes = (Hal.Machine.memory ()).total / 2 in
  limit_buffers (bytes / 8);
  let tmp = Tmp.create ~bytes ~open_special:(Devices.open_special ~others) ~now:Stamp.now () in
  let root = Tmp.root tmp in
  let* () = load tmp archive in
  let mounts = Mounts.create root in
  let view = Walk.create mounts in
  let filled =
    let* directory = names root in
    let* () = each (make_directory directory) directories in
    let* () = fill_devices directory in
    let* () = mount mounts view "/dev/pts" (Pseudo_terminals.root Terminals.pseudo) in
    let* () = mount mounts view "/proc" (Proc.root ()) in
    at "/dev/console" view
  in
  let* console = Result.map_error (fun e -> "making /dev: " ^ Errno.name e) filled in
  Ok { view; console }

(* ---- programs ---- *)

let descriptors t =
  let files = Descriptors.create ~limit:1024 in
  let file =
    Terminal.opened Terminals.console t.console.node
      { read = true; write = true }
      { append = false; nonblocking = false }
      ~closed:ignore
  in
  File.set_place file t.console;
  let add n =
    if n > 0 then File.hold file;
    ignore (Descriptors.add files file : (int, Errno.t) result)
  in
  List.iter add [ 0; 1; 2 ];
  files

let run t ~path ~arguments ~environment =
  let* p, thread = Birth.first ~name:(Filename.basename path) ~files:(descriptors t) ~view:t.view in
  match Exec.exec thread ~path ~arguments ~environment () with
  | Ok () ->
      Terminals.take p Terminals.console;
      Birth.start thread;
      Ok p
  | Error _ as error ->
      Deliver.end_all p (Exited 127);
      Ending.exit_thread thread;
      error

let wait (p : Process.t) = Sync.Ivar.read p.ended

let figures t =
  let* root = at "/" t.view in
  root.node.figures ()

let counts () =
  Process.locked (fun () ->
      let all = Process.all () in
      (List.length all, List.fold_left (fun n (p : Process.t) -> n + List.length p.threads) 0 all))

let () =
  Birth.body := Run.body;
  Ending.at_end := Terminals.leave
