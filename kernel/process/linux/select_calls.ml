open Fs
open Call

(* What is asked about: for reading, for writing, as exceptional. Any may be left out. *)
let kinds = [| Poll.reading; Poll.writing; Poll.exceptional |]
let set_bytes count = (count + 63) / 64 * 8

let read_set thread at count =
  if at = 0 then Ok None
  else Result.map Option.some (User_memory.read (memory thread) ~at (set_bytes count))

let read_sets thread count =
  let* reading = read_set thread (arg thread 1) count in
  let* writing = read_set thread (arg thread 2) count in
  let* exceptional = read_set thread (arg thread 3) count in
  Ok [| reading; writing; exceptional |]

let has set fd = match set with None -> false | Some bytes -> Bit_set.mem bytes fd

(* Errors make what is asked about readable and writable, in the bits of these. *)
let asked sets fd =
  let bits = ref Readiness.none in
  Array.iteri (fun i set -> if has set fd then bits := Readiness.union !bits kinds.(i)) sets;
  !bits

let find_all thread sets count =
  let rec go fd found =
    if fd < 0 then Ok (Array.of_list found)
    else
      let bits = asked sets fd in
      if Readiness.is_empty bits then go (fd - 1) found
      else
        match Descriptors.find (files thread) fd with
        | Ok file -> go (fd - 1) ((fd, file, bits) :: found)
        | Error error ->
            List.iter (fun (_, file, _) -> File.release file) found;
            Error error
  in
  go (count - 1) []

(* The set of those that were asked about and are ready, and how many these are. *)
let ready_of found ready i set =
  let is_ready n = not (Readiness.is_empty (Readiness.inter ready.(n) kinds.(i))) in
  let answer bytes =
    let answer = Bytes.make (Bytes.length bytes) '\000' and count = ref 0 in
    let look n (fd, _, _) =
      if Bit_set.mem bytes fd && is_ready n then begin
        Bit_set.add answer fd;
        incr count
      end
    in
    Array.iteri look found;
    (answer, !count)
  in
  Option.map answer set

let write_set thread at = function
  | None -> Ok 0
  | Some (bytes, count) ->
      let* () = User_memory.write (memory thread) ~at bytes in
      Ok count

let select_with thread ~timeout =
  let* () = check (int thread 0 >= 0) Errno.EINVAL in
  let count = min (int thread 0) (Descriptors.limit (files thread)) in
  let* sets = read_sets thread count in
  let* found = find_all thread sets count in
  let files = Array.map (fun (_, file, bits) -> (file, bits)) found in
  let answer = Poll.wait files (Polling.patience thread timeout) in
  Polling.release files;
  let* ready = answer in
  let ready = Array.mapi (ready_of found ready) sets in
  let* reading = write_set thread (arg thread 1) ready.(0) in
  let* writing = write_set thread (arg thread 2) ready.(1) in
  let* exceptional = write_set thread (arg thread 3) ready.(2) in
  Ok (reading + writing + exceptional)

let select thread =
  let at = arg thread 4 in
  let* timeout =
    if at = 0 then Ok None else Result.map Option.some (get_microseconds (memory thread) at)
  in
  Polling.with_time_left thread put_microseconds ~at timeout @@ fun () ->
  select_with thread ~timeout

(* The sixth argument points to a pointer to the set, and its size. *)
let pselect thread =
  let* timeout = get_time_option (memory thread) (arg thread 4) in
  let* mask =
    if arg thread 5 = 0 then Ok None
    else
      let* at = User_memory.get64 (memory thread) (arg thread 5) in
      let* size = User_memory.get64 (memory thread) (arg thread 5 + 8) in
      Signal_calls.get_mask thread at ~size
  in
  Polling.with_time_left thread put_time ~at:(arg thread 4) timeout @@ fun () ->
  Signal_calls.with_mask thread mask (fun () -> select_with thread ~timeout)

let all =
  [
    make "select" ~restart:Without_handler select;
    make "pselect6" ~restart:Without_handler pselect;
  ]
