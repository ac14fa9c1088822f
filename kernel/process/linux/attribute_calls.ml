open Fs
open Call
open Path_argument

let credentials thread = (view thread).Walk.credentials

let told found bits answer =
  if Result.is_ok answer then tell found bits;
  done_ answer

let chmod_found thread found mode =
  Attributes.chmod (credentials thread) found.node (mode land 0o7777)
  |> told found Notices.attrib

let chmod_with thread ~fd ~path ~mode ~flags =
  let* found = find thread ~fd path ~flags ~follow:(follows flags) in
  chmod_found thread found mode

let chmod thread = chmod_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~flags:0

let fchmodat thread =
  chmod_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:0

let using_file thread f = File_argument.using thread (fun file -> f (of_file file))
let fchmod thread = using_file thread (fun found -> chmod_found thread found (int thread 1))

let chosen id = if id = -1 then None else Some (id land 0xffffffff)

let chown_found thread found ~uid ~gid =
  Attributes.chown (credentials thread) found.node ~uid:(chosen uid) ~gid:(chosen gid)
  |> told found Notices.attrib

let chown ~follow thread =
  let* found = find thread ~fd:cwd 0 ~flags:0 ~follow in
  chown_found thread found ~uid:(int thread 1) ~gid:(int thread 2)

let fchownat thread =
  let flags = int thread 4 in
  let* found = find thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  chown_found thread found ~uid:(int thread 2) ~gid:(int thread 3)

let fchown thread =
  using_file thread (chown_found thread ~uid:(int thread 1) ~gid:(int thread 2))

let utime_now = (1 lsl 30) - 1
let utime_omit = (1 lsl 30) - 2

let time_at thread at : (Attributes.time, Errno.t) result =
  let* seconds = User_memory.get64 (memory thread) at in
  let* nanoseconds = User_memory.get64 (memory thread) (at + 8) in
  if nanoseconds = utime_now then Ok Attributes.Now
  else if nanoseconds = utime_omit then Ok Attributes.Omit
  else
    let* () = check (nanoseconds >= 0 && nanoseconds < 1_000_000_000) Errno.EINVAL in
    Ok (Attributes.At { seconds; nanoseconds })

(* As Linux has it: one time alone is as if it had been read or written. *)
let event_of : Attributes.time * Attributes.time -> int = function
  | Omit, _ -> Notices.modify
  | _, Omit -> Notices.access
  | _ -> Notices.attrib

let set_times thread found (accessed, modified) =
  Attributes.utimens (credentials thread) found.node ~accessed ~modified ~now:(Stamp.now ())
  |> told found (event_of (accessed, modified))

(* Two times at an address, of so many bytes each; the present one at 0. *)
let both_times at ~bytes get =
  if at = 0 then Ok (Attributes.Now, Attributes.Now)
  else
    let* accessed = get at in
    let* modified = get (at + bytes) in
    Ok (accessed, modified)

let utimensat thread =
  let fd = int thread 0 and flags = int thread 3 in
  let* () = check (flags land lnot 0x1100 = 0) Errno.EINVAL in
  let* times = both_times (arg thread 2) ~bytes:16 (time_at thread) in
  if times = (Omit, Omit) then Ok 0
  else if arg thread 1 = 0 then
    Descriptors.using (files thread) fd (fun file -> set_times thread (of_file file) times)
  else
    let* found = find thread ~fd 1 ~flags ~follow:(follows flags) in
    set_times thread found times

let utimes_with thread ~fd ~path ~at =
  let get at =
    let* ns = get_microseconds (memory thread) at in
    Ok (Attributes.At (Stamp.of_ns ns))
  in
  let* times = both_times at ~bytes:16 get in
  let* found = find thread ~fd path ~flags:0 ~follow:true in
  set_times thread found times

let utimes thread = utimes_with thread ~fd:cwd ~path:0 ~at:(arg thread 1)
let futimesat thread = utimes_with thread ~fd:(int thread 0) ~path:1 ~at:(arg thread 2)

let utime thread =
  let get at =
    let* seconds = User_memory.get64 (memory thread) at in
    Ok (Attributes.At { seconds; nanoseconds = 0 })
  in
  let* times = both_times (arg thread 1) ~bytes:8 get in
  let* found = find thread ~fd:cwd 0 ~flags:0 ~follow:true in
  set_times thread found times

let truncate thread =
  let* () = check (arg thread 1 >= 0) Errno.EINVAL in
  let* found = find thread ~fd:cwd 0 ~flags:0 ~follow:true in
  let* () = Running.may_write found.node in
  Attributes.truncate (credentials thread) found.node (arg thread 1)
  |> told found Notices.modify

(* No file system here keeps extended attributes. *)
let no_attributes _ = Error Errno.EOPNOTSUPP

let list_at ~follow thread = done_ (Result.map ignore (find thread ~fd:cwd 0 ~flags:0 ~follow))
let list_of_file thread = File_argument.using thread (fun _ -> Ok 0)

let attribute_calls =
  [
    "getxattr";
    "lgetxattr";
    "fgetxattr";
    "setxattr";
    "lsetxattr";
    "fsetxattr";
    "removexattr";
    "lremovexattr";
    "fremovexattr";
  ]

let all =
  [
    make "chmod" chmod;
    make "fchmod" fchmod;
    make "fchmodat" fchmodat;
    make "chown" (chown ~follow:true);
    make "lchown" (chown ~follow:false);
    make "fchown" fchown;
    make "fchownat" fchownat;
    make "utimensat" utimensat;
    make "utimes" utimes;
    make "futimesat" futimesat;
    make "utime" utime;
    make "truncate" truncate;
    make "listxattr" (list_at ~follow:true);
    make "llistxattr" (list_at ~follow:false);
    make "flistxattr" list_of_file;
  ]
  @ List.map (fun name -> make name no_attributes) attribute_calls
