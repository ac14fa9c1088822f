open Fs
open Call
open File_argument

let nonblock = 2
let known = 15 (* SPLICE_F_MOVE, NONBLOCK, MORE, GIFT *)
let check_flags flags = check (flags land lnot known = 0) Errno.EINVAL

let check_access (source : File.t) (target : File.t) =
  check (source.access.read && target.access.write) Errno.EBADF

(* Where an argument says: a pipe has no places. *)
let place thread (file : File.t) at : (Splicing.place, Errno.t) result =
  if at = 0 then Ok Splicing.Own
  else
    let* () = check (Splicing.pipe_of file = None) Errno.ESPIPE in
    let* start = User_memory.get64 (memory thread) at in
    Ok (Splicing.At (ref start))

let check_place (file : File.t) : Splicing.place -> (unit, Errno.t) result = function
  | Own -> Ok ()
  | At position -> check (file.file.has_position && !position >= 0) Errno.EINVAL

let tell_place thread at : Splicing.place -> (unit, Errno.t) result = function
  | Own -> Ok ()
  | At position -> User_memory.set64 (memory thread) at !position

let splice_files thread (source : File.t) source_place (target : File.t) target_place =
  let length = min io_most (size thread 4) and at_once = int thread 5 land nonblock <> 0 in
  match (Splicing.pipe_of source, Splicing.pipe_of target) with
  | Some first, Some second ->
      let* () = check (first != second) Errno.EINVAL in
      Splicing.between thread source target ~at_once ~length
  | Some _, None ->
      let* () = check (not (Atomic.get target.status).append) Errno.EINVAL in
      let* () = check (not (File_io.is_directory target)) Errno.EINVAL in
      let* () = check_place target target_place in
      Splicing.from_pipe thread source target target_place ~at_once ~length
  | None, Some _ ->
      let* () = check (not (File_io.is_directory source)) Errno.EINVAL in
      let* () = check_place source source_place in
      Splicing.to_pipe thread source source_place target ~at_once ~length
  | None, None -> Error Errno.EINVAL

let splice thread =
  let source_at = arg thread 1 and target_at = arg thread 3 in
  if arg thread 4 = 0 then Ok 0
  else
    let* () = check_flags (int thread 5) in
    using_fd thread (int thread 0) @@ fun source ->
    using_fd thread (int thread 2) @@ fun target ->
    let* source_place = place thread source source_at in
    let* target_place = place thread target target_at in
    let* () = check_access source target in
    let* n = splice_files thread source source_place target target_place in
    let* () = tell_place thread source_at source_place in
    let* () = tell_place thread target_at target_place in
    Ok n

let tee thread =
  let length = min io_most (size thread 2) and flags = int thread 3 in
  let* () = check_flags flags in
  if length = 0 then Ok 0
  else
    using_fd thread (int thread 0) @@ fun source ->
    using_fd thread (int thread 1) @@ fun target ->
    let* () = check_access source target in
    match (Splicing.pipe_of source, Splicing.pipe_of target) with
    | Some first, Some second when first != second ->
        Splicing.copied thread source target ~at_once:(flags land nonblock <> 0) ~length
    | _ -> Error Errno.EINVAL

(* To a pipe that is open for writing, else from it. *)
let vmsplice thread =
  let flags = int thread 3 in
  let* () = check_flags flags in
  using thread @@ fun file ->
  let* () = check (Splicing.pipe_of file <> None) Errno.EBADF in
  let* transfer = iovec thread (arg thread 1) (size thread 2) in
  let at_once = flags land nonblock <> 0 in
  let move, bits =
    if file.access.write then (file.file.write, Readiness.writable)
    else (file.file.read, Readiness.readable)
  in
  if Transfer.length transfer = 0 then Ok 0
  else Splicing.once thread file bits ~at_once (fun () -> move ~at:0 transfer)

let all =
  [
    make "splice" ~restart:With_flag splice;
    make "tee" ~restart:With_flag tee;
    make "vmsplice" ~restart:With_flag vmsplice;
  ]
