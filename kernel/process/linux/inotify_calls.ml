open Fs
open Call

let init (thread : Process.thread) flags =
  let known = Open_flag.(nonblock lor cloexec) in
  let* () = check (flags land lnot known = 0) Errno.EINVAL in
  let nonblocking = Open_flag.(has flags nonblock) in
  let user = thread.process.identity.user.real in
  let* file = Inotify.create ~user { append = false; nonblocking } in
  Descriptors.add (files thread) ~close_on_exec:Open_flag.(has flags cloexec) file

let only_directories = 0x01000000
let dont_follow = 0x02000000
let create_and_add = 0x30000000

let of_file (file : File.t) =
  match file.what with Inotify.Inotify t -> Ok t | _ -> Error Errno.EINVAL

let is_directory (node : Node.t) = match node.body with Names _ -> true | _ -> false

(* What may be read may be watched. *)
let find thread mask =
  let* path = path thread 1 in
  let view = view thread in
  let* { node; _ } = Walk.resolve view ~follow:(mask land dont_follow = 0) path in
  let* () = check (mask land only_directories = 0 || is_directory node) Errno.ENOTDIR in
  let* () = Credentials.(check view.credentials node read) in
  Ok node

let add_watch thread =
  let mask = int thread 2 land 0xffffffff in
  let* () = check (mask land Inotify.known <> 0) Errno.EINVAL in
  File_argument.using thread @@ fun file ->
  let* () = check (mask land create_and_add <> create_and_add) Errno.EINVAL in
  let* t = of_file file in
  let* node = find thread mask in
  Inotify.add t node mask

let remove_watch thread =
  File_argument.using thread @@ fun file ->
  let* t = of_file file in
  done_ (Inotify.remove t (int thread 1))

let all =
  [
    make "inotify_init" (fun thread -> init thread 0);
    make "inotify_init1" (fun thread -> init thread (int thread 0));
    make "inotify_add_watch" add_watch;
    make "inotify_rm_watch" remove_watch;
  ]
