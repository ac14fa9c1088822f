open Fs
open Call

(* ---- what is in them ---- *)

let entry_head = 18

(* What both forms begin with: of [size] bytes and as many as make them a multiple of 8. *)
let entry_with (entry : Node.entry) ~name_at ~size =
  let length = (size + 7) land lnot 7 in
  let bytes = Bytes.make length '\000' in
  Bytes.set_int64_le bytes 0 (Int64.of_int entry.inode);
  Bytes.set_int64_le bytes 8 (Int64.of_int entry.next);
  Bytes.set_uint16_le bytes 16 length;
  Bytes.blit_string entry.name 0 bytes name_at (String.length entry.name);
  bytes

(* struct linux_dirent64: the kind is before the name. *)
let entry_bytes (entry : Node.entry) =
  let name_at = entry_head + 1 in
  let bytes = entry_with entry ~name_at ~size:(name_at + String.length entry.name + 1) in
  Bytes.set_uint8 bytes entry_head (Stat_layout.entry_type entry.kind);
  bytes

(* struct linux_dirent: the kind is the last byte of all. *)
let old_entry_bytes (entry : Node.entry) =
  let size = entry_head + String.length entry.name + 2 in
  let bytes = entry_with entry ~name_at:entry_head ~size in
  Bytes.set_uint8 bytes (Bytes.length bytes - 1) (Stat_layout.entry_type entry.kind);
  bytes

(* As many as have room, and where to go on. *)
let fill entry_bytes entries ~room =
  let buffer = Buffer.create (min room 4096) in
  let rec go next = function
    | [] -> next
    | (entry : Node.entry) :: rest ->
        let bytes = entry_bytes entry in
        if Buffer.length buffer + Bytes.length bytes > room then next
        else begin
          Buffer.add_bytes buffer bytes;
          go (Some entry.next) rest
        end
  in
  let next = go None entries in
  (Buffer.to_bytes buffer, next)

let shortest_entry = 24

let entries_of (file : File.t) position ~room =
  match file.file.node.body with
  | Names directory -> directory.entries ~from:position ~most:(max 1 (room / shortest_entry))
  | _ -> Error Errno.ENOTDIR

let getdents entry_bytes thread =
  let at = arg thread 1 and room = min 65536 (size thread 2) in
  File_argument.using thread @@ fun file ->
  File.positioned file @@ fun position ->
  let* entries = entries_of file position ~room in
  let bytes, next = fill entry_bytes entries ~room in
  match (entries, next) with
  | [], _ -> Ok (0, position)
  | _, None -> Error Errno.EINVAL
  | _, Some next ->
      Option.iter (fun place -> Notices.(tell_place place access)) file.place;
      let* () = User_memory.write (memory thread) ~at bytes in
      Ok (Bytes.length bytes, next)

(* ---- where paths begin ---- *)

let change_view (thread : Process.thread) f =
  let view = view thread in
  Atomic.set thread.process.view (f view)

let enter thread (place : Mounts.place) =
  let* () = match place.node.body with Names _ -> Ok () | _ -> Error Errno.ENOTDIR in
  let* () = Credentials.check (view thread).credentials place.node Credentials.execute in
  Ok place

let chdir thread =
  let* path = path thread 0 in
  let* place = Walk.resolve (view thread) path in
  let* here = enter thread place in
  change_view thread (fun view -> { view with here });
  Ok 0

let fchdir thread =
  Descriptors.using (files thread) (int thread 0) @@ fun file ->
  let* place = Option.to_result (Opened.place file) ~none:Errno.ENOTDIR in
  let* here = enter thread place in
  change_view thread (fun view -> { view with here });
  Ok 0

let chroot (thread : Process.thread) =
  let* path = path thread 0 in
  let* place = Walk.resolve (view thread) path in
  let* root = enter thread place in
  let* () = check (Process.is_privileged thread.process) Errno.EPERM in
  change_view thread (fun view -> { view with root });
  Ok 0

let getcwd thread =
  let view = view thread in
  let* path = Walk.path view view.here in
  let length = String.length path + 1 in
  let* () = check (length <= Walk.path_max + 1) Errno.ENAMETOOLONG in
  let* () = check (length <= size thread 1) Errno.ERANGE in
  let bytes = Bytes.of_string (path ^ "\000") in
  let* () = User_memory.write (memory thread) ~at:(arg thread 0) bytes in
  Ok length

let umask thread =
  let before = (view thread).umask in
  change_view thread (fun view -> { view with umask = int thread 0 land 0o777 });
  Ok before

let all =
  [
    make "getdents64" (getdents entry_bytes);
    make "getdents" (getdents old_entry_bytes);
    make "chdir" chdir;
    make "fchdir" fchdir;
    make "chroot" chroot;
    make "getcwd" getcwd;
    make "umask" umask;
  ]
