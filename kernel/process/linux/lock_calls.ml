open Fs
open Call

let using thread f = Descriptors.using (files thread) (int thread 0) f

let check_open (file : File.t) =
  check (match file.what with Opened.Path_only _ -> false | _ -> true) Errno.EBADF

(* ---- struct flock: type and whence in two bytes each, start, length, process ---- *)

type wanted = { kind : Locks.kind option;  (** [None]: to unlock *) first : int; last : int }

let flock_bytes = 32
let whence_at = 2
let start_at = 8
let length_at = 16
let process_at = 24
let f_rdlck = 0
let f_wrlck = 1
let f_unlck = 2
let number : Locks.kind -> int = function Shared -> f_rdlck | Exclusive -> f_wrlck

let kind_of : int -> (Locks.kind option, Errno.t) result = function
  | 0 -> Ok (Some Shared)
  | 1 -> Ok (Some Exclusive)
  | 2 -> Ok None
  | _ -> Error Errno.EINVAL

(* What no file can reach is as good as the end of all. *)
let offset bytes at =
  let n = Bytes.get_int64_le bytes at in
  if n > Int64.of_int max_int then max_int
  else if n < Int64.of_int min_int then min_int
  else Int64.to_int n

let base (file : File.t) = function
  | 0 -> Ok 0
  | 1 -> Ok (Atomic.get file.position)
  | 2 -> Result.map (fun (stat : Node.stat) -> stat.size) (file.file.node.stat ())
  | _ -> Error Errno.EINVAL

(* A negative length is what lies before the start. *)
let range start length =
  let* () = check (start >= 0) Errno.EINVAL in
  if length = 0 then Ok (start, max_int)
  else if length < 0 then
    let* () = check (start + length >= 0) Errno.EINVAL in
    Ok (start + length, start - 1)
  else
    let* () = check (length - 1 <= max_int - start) Errno.EOVERFLOW in
    Ok (start, start + length - 1)

let decode file bytes =
  let* base = base file (Bytes.get_int16_le bytes whence_at) in
  let start = offset bytes start_at in
  let* () = check (start <= max_int - base) Errno.EOVERFLOW in
  let* first, last = range (base + start) (offset bytes length_at) in
  let* kind = kind_of (Bytes.get_int16_le bytes 0) in
  Ok { kind; first; last }

(* No process has the lock of an open file. *)
let encode bytes ({ process; first; last; kind } : Locks.conflict) =
  let length = if last = max_int then 0 else last - first + 1 in
  Bytes.set_int16_le bytes 0 (number kind);
  Bytes.set_int16_le bytes whence_at 0;
  Bytes.set_int64_le bytes start_at (Int64.of_int first);
  Bytes.set_int64_le bytes length_at (Int64.of_int length);
  Bytes.set_int32_le bytes process_at (Int32.of_int (Option.value process ~default:(-1)))

(* ---- fcntl ---- *)

let ask thread file owner bytes =
  let* { kind; first; last } = decode file bytes in
  let* kind = Option.to_result kind ~none:Errno.EINVAL in
  (match Locks.conflict file owner ~first ~last kind with
  | Some conflict -> encode bytes conflict
  | None -> Bytes.set_int16_le bytes 0 f_unlck);
  done_ (User_memory.write (memory thread) ~at:(arg thread 2) bytes)

let may (file : File.t) : Locks.kind option -> bool = function
  | Some Shared -> file.access.read
  | Some Exclusive -> file.access.write
  | None -> true

(* Who closes the descriptor meanwhile may have missed the new lock. *)
let give_up_if_closed thread file owner =
  let is_same = Descriptors.using (files thread) (int thread 0) (fun found -> Ok (found == file)) in
  match owner with
  | Locks.Process process when is_same <> Ok true -> Locks.forget file.file.node ~process
  | _ -> ()

let set thread file owner bytes ~waits =
  let* { kind; first; last } = decode file bytes in
  let* () = check (may file kind) Errno.EBADF in
  match kind with
  | None ->
      Locks.unlock file owner ~first ~last;
      Ok 0
  | Some kind ->
      let patience = if waits then Signals.patience thread else Patience.none in
      let* () = Locks.lock file owner ~first ~last kind patience in
      give_up_if_closed thread file owner;
      Ok 0

let f_getlk = 5
let f_setlk = 6
let f_setlkw = 7
let of_open_file = 31 (* from those to F_OFD_GETLK and so on *)
let is_own command = command >= f_getlk && command <= f_setlkw
let is_fcntl command = is_own command || is_own (command - of_open_file)

let fcntl thread file command =
  let* () = check_open file in
  let* bytes = User_memory.read (memory thread) ~at:(arg thread 2) flock_bytes in
  let own = is_own command in
  let* () = check (own || Bytes.get_int32_le bytes process_at = 0l) Errno.EINVAL in
  let owner =
    if own then Locks.Process (Descriptors.owner (files thread)) else Locks.Description file
  in
  match if own then command else command - of_open_file with
  | command when command = f_getlk -> ask thread file owner bytes
  | command -> set thread file owner bytes ~waits:(command = f_setlkw)

(* ---- flock ---- *)

let lock_sh = 1
let lock_ex = 2
let lock_nb = 4
let lock_un = 8

let flock thread =
  let operation = int thread 1 in
  let patience = if operation land lock_nb <> 0 then Patience.none else Signals.patience thread in
  let lock kind =
    using thread @@ fun file ->
    let* () = check_open file in
    done_ (Locks.lock_whole file kind patience)
  in
  match operation land lnot lock_nb with
  | n when n = lock_sh -> lock Shared
  | n when n = lock_ex -> lock Exclusive
  | n when n = lock_un -> using thread (fun file -> Ok (Locks.unlock_whole file)) |> done_
  | _ -> Error Errno.EINVAL

let all = [ make "flock" ~restart:With_flag flock ]
