open Fs
open Call

(* struct pollfd is fd, events, revents in 4, 2 and 2 bytes. *)
let entry_bytes = 8
let invalid = 0x20
let fd_of bytes i = Int32.to_int (Bytes.get_int32_le bytes (entry_bytes * i))
let asked bytes i = Readiness.of_bits (Bytes.get_uint16_le bytes ((entry_bytes * i) + 4))
let set_found bytes i bits = Bytes.set_uint16_le bytes ((entry_bytes * i) + 6) bits

let entries thread =
  let count = int thread 1 in
  let most = Process.limit thread.process Limit.files in
  let* () = check (count >= 0 && count <= most) Errno.EINVAL in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 0) (entry_bytes * count) in
  Ok (bytes, count)

(* Of each entry, unless it asks for none: the file and what is asked about it, or that there is no
   such file. *)
let find thread bytes i =
  let fd = fd_of bytes i in
  if fd < 0 then None
  else
    let file = Descriptors.find (files thread) fd in
    Some (Result.map (fun file -> (file, asked bytes i)) file)

let good = function Some (Ok found) -> Some found | Some (Error _) | None -> None
let is_bad = function Some (Error _) -> true | Some (Ok _) | None -> false

(* [ready] has the good ones alone, in their order. Gives how many have anything to tell. *)
let tell bytes found ready =
  let next = ref 0 in
  let bits_of = function
    | None -> 0
    | Some (Error _) -> invalid
    | Some (Ok (_, asked)) ->
        let bits = Readiness.inter ready.(!next) (Readiness.union asked Readiness.always) in
        incr next;
        (bits :> int)
  in
  let tell_entry i count found =
    let bits = bits_of found in
    set_found bytes i bits;
    if bits = 0 then count else count + 1
  in
  let count = ref 0 in
  Array.iteri (fun i found -> count := tell_entry i !count found) found;
  !count

let poll_with thread ~timeout =
  let* bytes, count = entries thread in
  let found = Array.init count (find thread bytes) in
  let good = Array.of_seq (Seq.filter_map good (Array.to_seq found)) in
  let is_bad = Array.exists is_bad found in
  let patience = if is_bad then Patience.none else Polling.patience thread timeout in
  let answer = Poll.poll good patience in
  Polling.release good;
  let* ready = answer in
  let count = tell bytes found ready in
  let* () = User_memory.write (memory thread) ~at:(arg thread 0) bytes in
  Ok count

let poll thread = poll_with thread ~timeout:(Polling.milliseconds (int thread 2))

let ppoll thread =
  let* timeout = get_time_option (memory thread) (arg thread 2) in
  let* mask = Signal_calls.get_mask thread (arg thread 3) ~size:(size thread 4) in
  Polling.with_time_left thread put_time ~at:(arg thread 2) timeout @@ fun () ->
  Signal_calls.with_mask thread mask (fun () -> poll_with thread ~timeout)

let all =
  [
    make "poll" ~restart:Without_handler poll;
    make "ppoll" ~restart:Without_handler ppoll;
  ]
