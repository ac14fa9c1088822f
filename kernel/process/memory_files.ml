open Fs

let ( let* ) = Result.bind

(* A file system that nobody can walk to. *)
let system = Tmp.create ~now:Stamp.now ()
let root = Mounts.root (Mounts.create (Tmp.root system))
let numbers = Atomic.make 0

let create name make =
  match root.node.body with
  | Target _ | Plain -> Error Errno.ENOTDIR
  | Names directory ->
      let unique = Printf.sprintf "%d" (Atomic.fetch_and_add numbers 1) in
      let* node = directory.create unique New_regular ~mode:0o777 ~uid:0 ~gid:0 in
      let* file = node.open_ { read = true; write = true } in
      let* () = directory.unlink unique in
      Ok (make (Mounts.found root ("memfd:" ^ name) node) file)
