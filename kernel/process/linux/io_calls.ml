open Fs
open Call
open File_argument

let read thread = using thread (fun file -> File_io.read thread file (buffer thread 1))
let write thread = using thread (fun file -> File_io.write thread file (buffer thread 1))

let readv thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  File_io.read thread file transfer

let writev thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  File_io.write thread file transfer

let pread thread =
  using thread (fun file -> File_io.read_at thread file ~at:(arg thread 3) (buffer thread 1))

let pwrite thread =
  using thread (fun file -> File_io.write_at thread file ~at:(arg thread 3) (buffer thread 1))

let preadv thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  File_io.read_at thread file ~at:(arg thread 3) transfer

let pwritev thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  File_io.write_at thread file ~at:(arg thread 3) transfer

(* With flags, none of which is known; position -1 is the file's own. *)
let second_form plain positioned thread =
  let* () = check (int thread 5 = 0) Errno.EOPNOTSUPP in
  if arg thread 3 = -1 then plain thread else positioned thread

let whence : int -> (File.whence, Errno.t) result = function
  | 0 -> Ok Set
  | 1 -> Ok Current
  | 2 -> Ok End
  | 3 -> Ok Data
  | 4 -> Ok Hole
  | _ -> Error Errno.EINVAL

let lseek thread =
  using thread @@ fun file ->
  let* whence = whence (int thread 2) in
  File.seek file whence (arg thread 1)

let all =
  [
    make "read" ~restart:With_flag read;
    make "write" ~restart:With_flag write;
    make "readv" ~restart:With_flag readv;
    make "writev" ~restart:With_flag writev;
    make "pread64" ~restart:With_flag pread;
    make "pwrite64" ~restart:With_flag pwrite;
    make "preadv" ~restart:With_flag preadv;
    make "pwritev" ~restart:With_flag pwritev;
    make "preadv2" ~restart:With_flag (second_form readv preadv);
    make "pwritev2" ~restart:With_flag (second_form writev pwritev);
    make "lseek" lseek;
  ]
