open Fs
module Subject = Proc_subject

let ( let* ) = Result.bind

let using t fd f =
  match Subject.files t with
  | None -> Error Errno.ENOENT
  | Some files -> (
      match Descriptors.using files fd f with Error EBADF -> Error Errno.ENOENT | answer -> answer)

let looked t fd f =
  let* () = Subject.may_look t in
  using t fd f

(* ---- links ---- *)

(* What no path led to is named after its kind. *)
let nameless (file : File.t) =
  let kind =
    match file.what with
    | Epoll.Epoll _ -> Ok "[eventpoll]"
    | Timerfd.Timer _ -> Ok "[timerfd]"
    | Signal_file.Signals _ -> Ok "[signalfd]"
    | Inotify.Inotify _ -> Ok "inotify"
    | Process_file.Process _ -> Ok "[pidfd]"
    | Pipe.Pipe _ -> Error "pipe"
    | Unix_socket.Socket _ -> Error "socket"
    | _ -> Ok "[eventfd]"
  in
  match kind with
  | Ok name -> "anon_inode:" ^ name
  | Error name -> Printf.sprintf "%s:[%d]" name file.file.node.same

let text t fd () =
  looked t fd @@ fun file ->
  Ok (match file.place with Some place -> Proc_memory.path t place | None -> nameless file)

let leads (t : Subject.t) fd () =
  looked t fd @@ fun file ->
  let nowhere () = Mounts.within (Atomic.get t.process.view).root file.file.node in
  Ok (Mounts.Place (match file.place with Some place -> place | None -> nowhere ()))

let access (file : File.t) =
  (if file.access.read then 0o500 else 0) lor if file.access.write then 0o300 else 0

let link t about fd =
  let* mode = using t fd (fun file -> Ok (access file)) in
  Ok (Proc_node.link { about with Proc_node.mode } ~leads:(leads t fd) (text t fd))

(* ---- files ---- *)

let flags_of (file : File.t) =
  let status = Atomic.get file.status in
  (match (file.access.read, file.access.write) with true, true -> 2 | _, true -> 1 | _ -> 0)
  lor (if status.append then 0o2000 else 0)
  lor if status.nonblocking then 0o4000 else 0

(* Of what it is beyond others. *)
let more (file : File.t) =
  match Process_file.of_file file with
  | Ok p ->
      let pid = if Process_file.is_there p then p.pid else -1 in
      Printf.sprintf "Pid:\t%d\nNSpid:\t%d\n" pid pid
  | Error _ -> ""

let told t fd () =
  let* () = Subject.may_look t in
  using t fd @@ fun file ->
  Ok
    (Printf.sprintf "pos:\t%d\nflags:\t0%o\nmnt_id:\t1\nino:\t%d\n%s"
       (Atomic.get file.position) (flags_of file) file.file.node.same (more file))

let file t about fd =
  let* () = using t fd (fun _ -> Ok ()) in
  Ok (Proc_node.text { about with Proc_node.mode = 0o400 } (told t fd))

(* ---- directories ---- *)

let number_of name =
  match int_of_string_opt name with
  | Some n when n >= 0 && string_of_int n = name -> Ok n
  | _ -> Error Errno.ENOENT

let directory make kind t (about : Proc_node.about) ~number ~parent =
  let entry fd =
    { Proc_node.name = string_of_int fd; kind; number = number fd; position = fd }
  in
  let entries () =
    let* () = Subject.may_look t in
    let numbers = Option.fold (Subject.files t) ~none:[] ~some:Descriptors.numbers in
    Ok (List.map entry numbers)
  in
  let find name ~self:_ =
    let* fd = number_of name in
    make t { about with inode = number fd } fd
  in
  Proc_node.directory about ~parent ~entries find

let links t = directory link Symlink t
let about t = directory file Regular t
