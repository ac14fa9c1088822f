open Fs
open Call
open File_argument

let piece = 65536

(* What was read but could not be written is not taken from where it came: [give_back]. *)
let rec pump ~from ~into ~give_back buffer ~left ~done_ =
  let n = min left (Bytes.length buffer) in
  if n = 0 then Ok done_
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

let sendfile thread =
  using_fd thread (int thread 0) @@ fun target ->
  using_fd thread (int thread 1) @@ fun source ->
  let* () = check target.access.write Errno.EBADF in
  let* () = check source.file.has_position Errno.EINVAL in
  let length = min io_most (size thread 3) in
  copy thread source ~source_at:(arg thread 2) (File_io.write thread target) ~length

let copy_file_range thread =
  using_fd thread (int thread 0) @@ fun source ->
  using_fd thread (int thread 2) @@ fun target ->
  let* () = check (int thread 5 = 0) Errno.EINVAL in
  let* () = check (source.access.read && target.access.write) Errno.EBADF in
  let* () = check (not (File_io.is_directory source || File_io.is_directory target)) Errno.EISDIR in
  let* () = check (source.file.has_position && target.file.has_position) Errno.EINVAL in
  let length = min io_most (size thread 4) and target_at = arg thread 3 in
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

let all =
  [
    make "sendfile" ~restart:With_flag sendfile;
    make "copy_file_range" copy_file_range;
  ]
