open Fs
open Call

(* What is but a place (O_PATH) is no file to these. *)
let[@inline] unless_place (file : File.t) f =
  match file.what with Opened.Path_only _ -> Error Errno.EBADF | _ -> f file

(* No call that uses a file like this closes any. So it need not be held where no other thread may
   close it meanwhile. *)
let using_fd (thread : Process.thread) fd f =
  if Process.has_files_alone thread.process then
    match Descriptors.peek (files thread) fd with
    | Ok file -> unless_place file f
    | Error _ as error -> error
  else Descriptors.using (files thread) fd (fun file -> unless_place file f)

let using thread f = using_fd thread (int thread 0) f

(* ---- memory for bytes ---- *)

let io_most = 0x7ffff000

let buffer thread i =
  User_memory.area (memory thread) ~at:(arg thread i) (Int.min io_most (size thread (i + 1)))

let iovec_most = 1024

(* Longer than any process's memory; 1024 of these can be added up. *)
let beyond_memory = 1 lsl 48

let iovec thread at count =
  let* () = check (count >= 0 && count <= iovec_most) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at (16 * count) in
  let word i = Bytes.get_int64_le bytes (8 * i) in
  let length i =
    if Int64.compare (word i) 0L < 0 then -1
    else Int64.to_int (Int64.min (word i) (Int64.of_int beyond_memory))
  in
  let piece i = (Int64.to_int (word (2 * i)), length ((2 * i) + 1)) in
  let pieces = List.init count piece in
  let* () = check (List.for_all (fun (_, length) -> length >= 0) pieces) Errno.EINVAL in
  let* () = check (List.for_all (fun (_, length) -> length < beyond_memory) pieces) Errno.EFAULT in
  Ok (Transfer.limit (User_memory.transfer (memory thread) pieces) io_most)
