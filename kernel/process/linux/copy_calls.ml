open Fs
open Call
open File_argument

let piece = 65536

(* What was read but could not be written is not taken from where it came: [give_back]. *)
let rec pump ~from ~into ~give_back buffer ~left ~done_ =
  let n = min left (Bytes.length buffer) in
  let rests = done_ > 0 && done_ land (Stretch.longest - 1) = 0 in
  if n = 0 || (rests && not (Stretch.goes_on ~whole:true)) then Ok done_
  else
    match from (Transfer.of_bytes buffer 0 n) with
    | Error error -> if done_ > 0 then Ok done_ else Error error
    | Ok 0 -> Ok done_
    | Ok got -> (
        match into (Transfer.of_bytes buffer 0 got) with
        | Ok put when put = got ->
            pump ~from ~into ~give_back buffer ~left:(left - put) ~done_:(done_ + put)
        | Ok put ->
            give_back (got - put);
            Ok (done_ + put)
        | Error error ->
            give_back got;
            if done_ > 0 then Ok done_ else Error error)

(* The place where reading goes on: at an address, or the file's own position. *)
let reader thread (file : File.t) position_at =
  if position_at = 0 then
    let give_back n = if n > 0 then ignore (File.seek file Current (-n) : (int, Errno.t) result) in
    Ok ((fun transfer -> File_io.read thread file transfer), give_back, fun () -> Ok ())
  else
    let* start = User_memory.get64 (memory thread) position_at in
    let* () = check (start >= 0) Errno.EINVAL in
    let position = ref start in
    let read transfer =
      let* n = File_io.read_at thread file ~at:!position transfer in
      position := !position + n;
      Ok n
    in
    let give_back n = position := !position - n in
    Ok (read, give_back, fun () -> User_memory.set64 (memory thread) position_at !position)

let copy thread (source : File.t) ~source_at target ~length =
  let* from, give_back, finish = reader thread source source_at in
  let buffer = Bytes.create (min piece (max 1 length)) in
  let* n = pump ~from ~into:target ~give_back buffer ~left:length ~done_:0 in
  let* () = finish () in
  Ok n

let append (file : File.t) = (Atomic.get file.status).append

(* A pipe takes as much as there is room for, as it does from splice. *)
let sendfile_to_pipe thread source target ~length =
  let at = arg thread 2 in
  if at = 0 then Splicing.to_pipe thread source Own target ~at_once:false ~length
  else
    let* start = User_memory.get64 (memory thread) at in
    let* () = check (start >= 0) Errno.EINVAL in
    let position = ref start in
    let* n = Splicing.to_pipe thread source (At position) target ~at_once:false ~length in
    let* () = User_memory.set64 (memory thread) at !position in
    Ok n

let sendfile thread =
  using_fd thread (int thread 0) @@ fun target ->
  using_fd thread (int thread 1) @@ fun source ->
  let* () = check (source.access.read && target.access.write) Errno.EBADF in
  let* () = check (source.file.has_position || arg thread 2 = 0) Errno.ESPIPE in
  let* () = check (source.file.has_position && not (append target)) Errno.EINVAL in
  let length = min io_most (size thread 3) in
  if Splicing.pipe_of target <> None then sendfile_to_pipe thread source target ~length
  else copy thread source ~source_at:(arg thread 2) (File_io.write thread target) ~length

(* ---- from one regular file to another, or within one ---- *)

let check_regular (file : File.t) =
  let* { kind; _ } = file.file.node.stat () in
  match kind with
  | Directory -> Error Errno.EISDIR
  | Regular when file.file.has_position -> Ok ()
  | _ -> Error Errno.EINVAL

let is_same (a : File.t) (b : File.t) =
  let a = a.file.node and b = b.file.node in
  a.system.id = b.system.id && a.same = b.same

(* The place of a file that an argument gives, or its own. *)
let start thread (file : File.t) at =
  if at = 0 then Ok (Atomic.get file.position)
  else
    let* start = User_memory.get64 (memory thread) at in
    let* () = check (start >= 0) Errno.EINVAL in
    Ok start

(* How many bytes there are to copy: none into what they are taken from. *)
let copied_length thread source target =
  let* from = start thread source (arg thread 1) in
  let* into = start thread target (arg thread 3) in
  let length = min io_most (size thread 4) in
  let* end_ = Node.end_of source.file in
  let length = max 0 (min length (end_ - from)) in
  let overlap = into < from + length && from < into + length in
  let* () = check (not (overlap && is_same source target)) Errno.EINVAL in
  Ok length

let copy_range thread (source : File.t) target ~length =
  let target_at = arg thread 3 in
  let copy into = copy thread source ~source_at:(arg thread 1) into ~length in
  if target_at = 0 then copy (File_io.write thread target)
  else
    let* start = User_memory.get64 (memory thread) target_at in
    let position = ref start in
    let into transfer =
      let* n = File_io.write_at thread target ~at:!position transfer in
      position := !position + n;
      Ok n
    in
    let* n = copy into in
    let* () = User_memory.set64 (memory thread) target_at !position in
    Ok n

let copy_file_range thread =
  using_fd thread (int thread 0) @@ fun source ->
  using_fd thread (int thread 2) @@ fun target ->
  let* () = check (int thread 5 = 0) Errno.EINVAL in
  let* () = check_regular source in
  let* () = check_regular target in
  let may = source.access.read && target.access.write && not (append target) in
  let* () = check may Errno.EBADF in
  let* length = copied_length thread source target in
  copy_range thread source target ~length

let all =
  [
    make "sendfile" ~restart:With_flag sendfile;
    make "copy_file_range" copy_file_range;
  ]
