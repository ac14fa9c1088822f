open Fs
open Call
open File_argument

(* ---- memory without a name ---- *)

let mfd_known = 0xf
let name_most = 249
let both : Node.flags = { read = true; write = true }

let memfd_create thread =
  let flags = int thread 1 in
  let* () = check (flags land lnot mfd_known = 0) Errno.EINVAL in
  let* name = User_memory.string (memory thread) ~at:(arg thread 0) ~limit:(name_most + 1) in
  let* name = Option.to_result name ~none:Errno.EINVAL in
  let make place file =
    let file = File.make ~what:(Opened.Placed place) both file in
    File.set_place file place;
    file
  in
  let* file = Memory_files.create name make in
  Descriptors.add (files thread) ~close_on_exec:(flags land 1 <> 0) file

(* ---- sizes, and what reaches the disk ---- *)

let may_resize (file : File.t) =
  let* () = check file.access.write Errno.EINVAL in
  match file.file.node.body with Plain -> Ok () | _ -> Error Errno.EINVAL

let may_grow_to (thread : Process.thread) (file : File.t) size =
  let from () = Ok (max 0 (size - 1)) in
  Result.map ignore (File_io.within_limit thread file ~from (Transfer.of_string ""))

let resized thread (file : File.t) size =
  let* () = Attributes.resize (view thread).credentials file.file.node size in
  Path_argument.(tell (of_file file) Notices.modify);
  Ok 0

let ftruncate thread =
  using thread @@ fun file ->
  let* () = check (arg thread 1 >= 0) Errno.EINVAL in
  let* () = may_grow_to thread file (arg thread 1) in
  let* () = may_resize file in
  resized thread file (arg thread 1)

let fallocate thread =
  using thread @@ fun file ->
  let mode = int thread 1 and offset = arg thread 2 and length = arg thread 3 in
  let* () = check file.access.write Errno.EBADF in
  let* () = check (offset >= 0 && length > 0) Errno.EINVAL in
  let* () = check (mode land lnot 1 = 0) Errno.EOPNOTSUPP in
  let node = file.file.node in
  let* stat = node.stat () in
  let* () = check (stat.kind = Regular) Errno.ENODEV in
  if mode land 1 <> 0 || offset + length <= stat.size then Ok 0
  else resized thread file (offset + length)

let fsync thread = using thread (fun file -> done_ (file.file.sync ()))
let is_pipe (file : File.t) = not file.file.has_position

let fadvise thread =
  using thread @@ fun file ->
  let* () = check (not (is_pipe file)) Errno.ESPIPE in
  let* () = check (int thread 3 >= 0 && int thread 3 <= 5) Errno.EINVAL in
  Ok 0

let readahead thread =
  using thread @@ fun file ->
  let* () = check file.access.read Errno.EBADF in
  let* () = check file.file.has_position Errno.EINVAL in
  Ok 0

let all =
  [
    make "memfd_create" memfd_create;
    make "ftruncate" ftruncate;
    make "fallocate" fallocate;
    make "fsync" fsync;
    make "fdatasync" fsync;
    make "syncfs" fsync;
    make "sync" (fun _ -> Ok 0);
    make "fadvise64" fadvise;
    make "readahead" readahead;
  ]
