open Fs
open Call

let at_removedir = 0x200
let at_symlink_nofollow = 0x100
let at_symlink_follow = 0x400
let at_eaccess = 0x200
let at_empty_path = 0x1000
let cwd = -100

(* Where relative paths begin that are given with a directory's descriptor. *)
let start thread fd path = Opened.start (files thread) fd path

(* A path argument, and where it begins. *)
let path_from thread ~fd i =
  let* path = path thread i in
  let* start = start thread fd path in
  Ok (start, path)

(* What a path stands for; with AT_EMPTY_PATH and an empty one, what the descriptor has open. *)
let node_at thread ~fd i ~flags ~follow =
  let* path = path thread i in
  if path = "" && flags land at_empty_path <> 0 then
    if fd = cwd then Ok (view thread).here.node
    else Descriptors.using (files thread) fd (fun file -> Ok file.file.node)
  else
    let* start = start thread fd path in
    let* place = Walk.resolve (view thread) ?start ~follow path in
    Ok place.node

let credentials thread = (view thread).Walk.credentials

(* ---- opening ---- *)


let opening flags : Opening.flags =
  let has bit = flags land bit <> 0 in
  let access = flags land 3 in
  {
    read = access <> 1;
    write = access = 1 || access = 2;
    create = has Open_flag.creat;
    exclusive = has Open_flag.excl;
    truncate = has Open_flag.trunc;
    directory = has Architecture.o_directory;
    no_follow = has Architecture.o_nofollow;
    no_access_time = has Open_flag.noatime;
  }

let status flags : File.status =
  { append = Open_flag.(has flags append); nonblocking = Open_flag.(has flags nonblock) }

let add thread ?place flags file =
  Option.iter (File.set_place file) place;
  Descriptors.add (files thread) ~close_on_exec:(Open_flag.(has flags cloexec)) file

let no_access : Node.flags = { read = false; write = false }

let open_path thread ?start path flags =
  let* place = Opening.open_path (view thread) ?start path (opening flags) in
  let file = Nameless.file place.node ~watch:(Watch.create ()) in
  add thread ~place flags (File.make ~what:(Opened.Path_only place) no_access file)

let access_of (o : Opening.flags) : Node.flags = { read = o.read; write = o.write }

(* A pipe with a name is entered, which may wait; all else is there at once. *)
let open_plain thread ?start path flags ~mode =
  let o = opening flags in
  let* { place; kind; open_ } = Opening.locate (view thread) ?start path o ~mode in
  match kind with
  | Fifo ->
      let* file = Fifo.open_ place.node (access_of o) (status flags) (Signals.patience thread) in
      add thread ~place flags file
  | _ -> (
      let* () = if o.write || o.truncate then Running.may_write place.node else Ok () in
      let* file = open_ () in
      let* stat = place.node.stat () in
      let made =
        match Terminals.opened thread place stat ~controls:(not Open_flag.(has flags noctty)) with
        | Some make -> make (access_of o) (status flags)
        | None ->
            Ok (File.make ~what:(Opened.Placed place) ~status:(status flags) (access_of o) file)
      in
      match made with
      | Ok file -> add thread ~place flags file
      | Error error ->
          file.close ();
          Error error)

(* A new name that nobody can guess, gone at once. *)
let open_temporary thread ?start path flags ~mode =
  let* () = check (flags land 3 <> 0) Errno.EINVAL in
  let* directory = Walk.resolve (view thread) ?start path in
  let* () = check (match directory.node.body with Names _ -> true | _ -> false) Errno.ENOTDIR in
  let bytes = Bytes.create 16 in
  Hal.Entropy.fill bytes ~pos:0 ~len:16;
  let name = ".#" ^ String.concat "" (List.map (Printf.sprintf "%02x") (List.map Char.code (List.of_seq (Bytes.to_seq bytes)))) in
  let flags = flags land lnot (Open_flag.tmpfile lor Architecture.o_directory) lor Open_flag.creat lor Open_flag.excl in
  let* place, file = Opening.open_ (view thread) ~start:directory name (opening flags) ~mode in
  let* () = Naming.unlink (view thread) ~start:directory name in
  add thread ~place flags
    (File.make ~what:(Opened.Placed place) ~status:(status flags) (access_of (opening flags)) file)

let is_temporary flags = Open_flag.(has flags tmpfile)

let open_with thread ~fd ~path:i ~flags ~mode =
  let* start, path = path_from thread ~fd i in
  let mode = mode land 0o7777 in
  if Open_flag.(has flags path) then open_path thread ?start path flags
  else if is_temporary flags then open_temporary thread ?start path flags ~mode
  else open_plain thread ?start path flags ~mode

let open_ thread = open_with thread ~fd:cwd ~path:0 ~flags:(int thread 1) ~mode:(int thread 2)

let openat thread =
  open_with thread ~fd:(int thread 0) ~path:1 ~flags:(int thread 2) ~mode:(int thread 3)

let creat thread =
  open_with thread ~fd:cwd ~path:0 ~flags:(Open_flag.creat lor Open_flag.trunc lor 1) ~mode:(int thread 1)

(* ---- looking ---- *)

let put_stat thread at (node : Node.t) =
  let* stat = node.stat () in
  done_ (User_memory.write (memory thread) ~at (Stat_layout.stat stat))

let stat ~follow thread =
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow in
  put_stat thread (arg thread 1) node

let fstat thread =
  Descriptors.using (files thread) (int thread 0) (fun file -> put_stat thread (arg thread 1) file.file.node)

let follows flags = flags land at_symlink_nofollow = 0

let fstatat thread =
  let flags = int thread 3 in
  let* () = check (flags land lnot 0x1900 = 0) Errno.EINVAL in
  let* node = node_at thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  put_stat thread (arg thread 2) node

let statx thread =
  let flags = int thread 2 in
  let* () = check (flags land lnot 0x7900 = 0 && flags land 0x6000 <> 0x6000) Errno.EINVAL in
  let* () = check (int thread 3 >= 0) Errno.EINVAL in
  let* node = node_at thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  let* stat = node.stat () in
  done_ (User_memory.write (memory thread) ~at:(arg thread 4) (Stat_layout.statx stat))

let put_figures thread at (node : Node.t) =
  let* figures = node.figures () in
  done_ (User_memory.write (memory thread) ~at (Stat_layout.statfs figures))

let statfs thread =
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow:true in
  put_figures thread (arg thread 1) node

let fstatfs thread =
  Descriptors.using (files thread) (int thread 0) (fun file -> put_figures thread (arg thread 1) file.file.node)

let access_with thread ~fd ~path ~mode ~flags =
  let* () = check (mode land lnot 7 = 0) Errno.EINVAL in
  let process = thread.Process.process in
  let view = view thread in
  let i = process.identity in
  (* By the real identity, unless the effective one is asked about. *)
  let credentials =
    if flags land at_eaccess <> 0 then view.credentials
    else { view.credentials with uid = i.uid; gid = i.gid }
  in
  let* start, name = path_from thread ~fd path in
  let* place = Walk.resolve { view with credentials } ?start ~follow:(follows flags) name in
  done_ (Attributes.access credentials place.node mode)

let access thread = access_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~flags:0

let faccessat thread =
  access_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:0

let faccessat2 thread =
  access_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:(int thread 3)

let readlink_with thread ~fd ~path ~at ~room =
  let* () = check (room > 0) Errno.EINVAL in
  let* node = node_at thread ~fd path ~flags:at_empty_path ~follow:false in
  let* target = Attributes.readlink node in
  let n = min room (String.length target) in
  let* () = User_memory.write (memory thread) ~at (Bytes.sub (Bytes.of_string target) 0 n) in
  Ok n

let readlink thread =
  readlink_with thread ~fd:cwd ~path:0 ~at:(arg thread 1) ~room:(int thread 2)

let readlinkat thread =
  readlink_with thread ~fd:(int thread 0) ~path:1 ~at:(arg thread 2) ~room:(int thread 3)

(* ---- changing what is told ---- *)

let chmod_with thread ~fd ~path ~mode ~flags =
  let* node = node_at thread ~fd path ~flags ~follow:(follows flags) in
  done_ (Attributes.chmod (credentials thread) node (mode land 0o7777))

let chmod thread = chmod_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~flags:0

let fchmodat thread =
  chmod_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~flags:0

let of_file thread f = File_calls.using thread (fun file -> done_ (f file.file.node))

let fchmod thread =
  of_file thread (fun node -> Attributes.chmod (credentials thread) node (int thread 1 land 0o7777))

let chosen id = if id = -1 then None else Some (id land 0xffffffff)

let chown_node thread node ~uid ~gid =
  Attributes.chown (credentials thread) node ~uid:(chosen uid) ~gid:(chosen gid)

let chown ~follow thread =
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow in
  done_ (chown_node thread node ~uid:(int thread 1) ~gid:(int thread 2))

let fchownat thread =
  let flags = int thread 4 in
  let* node = node_at thread ~fd:(int thread 0) 1 ~flags ~follow:(follows flags) in
  done_ (chown_node thread node ~uid:(int thread 2) ~gid:(int thread 3))

let fchown thread =
  of_file thread (fun node -> chown_node thread node ~uid:(int thread 1) ~gid:(int thread 2))

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

let set_times thread node (accessed, modified) =
  done_ (Attributes.utimens (credentials thread) node ~accessed ~modified ~now:(Stamp.now ()))

let utimensat thread =
  let fd = int thread 0 and at = arg thread 2 and flags = int thread 3 in
  let* () = check (flags land lnot 0x1100 = 0) Errno.EINVAL in
  let* times =
    if at = 0 then Ok (Attributes.Now, Attributes.Now)
    else
      let* accessed = time_at thread at in
      let* modified = time_at thread (at + 16) in
      Ok (accessed, modified)
  in
  if times = (Omit, Omit) then Ok 0
  else if arg thread 1 = 0 then
    Descriptors.using (files thread) fd (fun file -> set_times thread file.file.node times)
  else
    let* node = node_at thread ~fd 1 ~flags ~follow:(follows flags) in
    set_times thread node times

let utimes_with thread ~fd ~path ~at =
  let* times =
    if at = 0 then Ok (Attributes.Now, Attributes.Now)
    else
      let* accessed = get_microseconds (memory thread) at in
      let* modified = get_microseconds (memory thread) (at + 16) in
      Ok (Attributes.At (Stamp.of_ns accessed), Attributes.At (Stamp.of_ns modified))
  in
  let* node = node_at thread ~fd path ~flags:0 ~follow:true in
  set_times thread node times

let utimes thread = utimes_with thread ~fd:cwd ~path:0 ~at:(arg thread 1)
let futimesat thread = utimes_with thread ~fd:(int thread 0) ~path:1 ~at:(arg thread 2)

let utime thread =
  let at = arg thread 1 in
  let seconds at : (Attributes.time, Errno.t) result =
    let* seconds = User_memory.get64 (memory thread) at in
    Ok (Attributes.At { seconds; nanoseconds = 0 })
  in
  let* times =
    if at = 0 then Ok (Attributes.Now, Attributes.Now)
    else
      let* accessed = seconds at in
      let* modified = seconds (at + 8) in
      Ok (accessed, modified)
  in
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow:true in
  set_times thread node times

let truncate thread =
  let* () = check (arg thread 1 >= 0) Errno.EINVAL in
  let* node = node_at thread ~fd:cwd 0 ~flags:0 ~follow:true in
  let* () = Running.may_write node in
  done_ (Attributes.truncate (credentials thread) node (arg thread 1))

(* ---- making and removing names ---- *)

let mkdir_with thread ~fd ~path ~mode =
  let* start, path = path_from thread ~fd path in
  done_ (Naming.mkdir (view thread) ?start path ~mode:(mode land 0o7777))

let mkdir thread = mkdir_with thread ~fd:cwd ~path:0 ~mode:(int thread 1)
let mkdirat thread = mkdir_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2)

let kind_of mode : (Node.kind, Errno.t) result =
  match mode land 0o170000 with
  | 0 | 0o100000 -> Ok Regular
  | 0o020000 -> Ok Character
  | 0o060000 -> Ok Block
  | 0o010000 -> Ok Fifo
  | 0o140000 -> Ok Socket
  | 0o040000 -> Ok Directory
  | _ -> Error Errno.EINVAL

let mknod_with thread ~fd ~path ~mode ~special =
  let* start, path = path_from thread ~fd path in
  let* kind = kind_of mode in
  let* _ = Naming.mknod (view thread) ?start path kind ~mode:(mode land 0o7777) ~special in
  Ok 0

let mknod thread = mknod_with thread ~fd:cwd ~path:0 ~mode:(int thread 1) ~special:(int thread 2)

let mknodat thread =
  mknod_with thread ~fd:(int thread 0) ~path:1 ~mode:(int thread 2) ~special:(int thread 3)

let symlink_with thread ~target ~fd ~path:i =
  let* target = path thread target in
  let* start, name = path_from thread ~fd i in
  done_ (Naming.symlink (view thread) ?start ~target name)

let symlink thread = symlink_with thread ~target:0 ~fd:cwd ~path:1
let symlinkat thread = symlink_with thread ~target:0 ~fd:(int thread 1) ~path:2

let linked thread ~fd i ~flags =
  let* path = path thread i in
  if path = "" && flags land at_empty_path <> 0 then
    Descriptors.using (files thread) fd (fun file ->
        Option.to_result (Opened.place file) ~none:Errno.ENOENT)
  else
    let* start = start thread fd path in
    Walk.resolve (view thread) ?start ~follow:(flags land at_symlink_follow <> 0) path

let link_with thread ~fd ~path ~to_fd ~to_path ~flags =
  let* () = check (flags land lnot (at_symlink_follow lor at_empty_path) = 0) Errno.EINVAL in
  let* place = linked thread ~fd path ~flags in
  let* start, name = path_from thread ~fd:to_fd to_path in
  done_ (Naming.link (view thread) place ?start name)

let link thread = link_with thread ~fd:cwd ~path:0 ~to_fd:cwd ~to_path:1 ~flags:0

let linkat thread =
  link_with thread ~fd:(int thread 0) ~path:1 ~to_fd:(int thread 2) ~to_path:3
    ~flags:(int thread 4)

let remove remove thread ~fd ~path =
  let* start, path = path_from thread ~fd path in
  done_ (remove (view thread) ?start path)

let unlink_file view ?start path = Naming.unlink view ?start path
let rmdir_path view ?start path = Naming.rmdir view ?start path
let unlink thread = remove unlink_file thread ~fd:cwd ~path:0
let rmdir thread = remove rmdir_path thread ~fd:cwd ~path:0

let unlinkat thread =
  let flags = int thread 2 in
  let* () = check (flags land lnot at_removedir = 0) Errno.EINVAL in
  remove (if flags <> 0 then rmdir_path else unlink_file) thread ~fd:(int thread 0) ~path:1

let how : int -> (Node.how, Errno.t) result = function
  | 0 -> Ok Replace
  | 1 -> Ok Keep
  | 2 -> Ok Exchange
  | _ -> Error Errno.EINVAL

let rename_with thread ~fd ~path ~to_fd ~to_path ~flags =
  let* how = how flags in
  let* start, name = path_from thread ~fd path in
  let* start', name' = path_from thread ~fd:to_fd to_path in
  done_ (Naming.rename (view thread) ?start name ?start' name' how)

let rename thread = rename_with thread ~fd:cwd ~path:0 ~to_fd:cwd ~to_path:1 ~flags:0

let renameat ~flags thread =
  rename_with thread ~fd:(int thread 0) ~path:1 ~to_fd:(int thread 2) ~to_path:3
    ~flags:(flags thread)

(* ---- directories ---- *)

let entry_head = 19

let entry_bytes (entry : Node.entry) =
  let length = (entry_head + String.length entry.name + 1 + 7) land lnot 7 in
  let bytes = Bytes.make length '\000' in
  Bytes.set_int64_le bytes 0 (Int64.of_int entry.inode);
  Bytes.set_int64_le bytes 8 (Int64.of_int entry.next);
  Bytes.set_uint16_le bytes 16 length;
  Bytes.set_uint8 bytes 18 (Stat_layout.entry_type entry.kind);
  Bytes.blit_string entry.name 0 bytes entry_head (String.length entry.name);
  bytes

(* The old form has the kind in its last byte. *)
let old_entry_bytes (entry : Node.entry) =
  let length = (entry_head - 1 + String.length entry.name + 2 + 7) land lnot 7 in
  let bytes = Bytes.make length '\000' in
  Bytes.set_int64_le bytes 0 (Int64.of_int entry.inode);
  Bytes.set_int64_le bytes 8 (Int64.of_int entry.next);
  Bytes.set_uint16_le bytes 16 length;
  Bytes.blit_string entry.name 0 bytes (entry_head - 1) (String.length entry.name);
  Bytes.set_uint8 bytes (length - 1) (Stat_layout.entry_type entry.kind);
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
  File_calls.using thread @@ fun file ->
  File.positioned file @@ fun position ->
  let* entries = entries_of file position ~room in
  let bytes, next = fill entry_bytes entries ~room in
  match (entries, next) with
  | [], _ -> Ok (0, position)
  | _, None -> Error Errno.EINVAL
  | _, Some next ->
      let* () = User_memory.write (memory thread) ~at bytes in
      Ok (Bytes.length bytes, next)

let change_view (thread : Process.thread) f =
  let view = view thread in
  Atomic.set thread.process.view (f view)

let enter thread (place : Mounts.place) =
  let* () =
    match place.node.body with Names _ -> Ok () | _ -> Error Errno.ENOTDIR
  in
  let* () = Credentials.check (credentials thread) place.node Credentials.execute in
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
  let* () = check (thread.process.identity.effective_uid = 0) Errno.EPERM in
  change_view thread (fun view -> { view with root });
  Ok 0

let getcwd thread =
  let view = view thread in
  let* path = Walk.path view view.here in
  let length = String.length path + 1 in
  let* () = check (length <= Walk.path_max + 1) Errno.ENAMETOOLONG in
  let* () = check (length <= size thread 1) Errno.ERANGE in
  let* () =
    User_memory.write (memory thread) ~at:(arg thread 0) (Bytes.of_string (path ^ "\000"))
  in
  Ok length

let umask thread =
  let before = (view thread).umask in
  change_view thread (fun view -> { view with umask = int thread 0 land 0o777 });
  Ok before

let no_attributes _ = Error Errno.EOPNOTSUPP
let attribute_calls = [ "getxattr"; "lgetxattr"; "fgetxattr"; "setxattr"; "lsetxattr"; "fsetxattr"; "removexattr"; "lremovexattr"; "fremovexattr" ]

let all =
  [
    make "open" ~restart:With_flag open_;
    make "openat" ~restart:With_flag openat;
    make "creat" ~restart:With_flag creat;
    make "stat" (stat ~follow:true);
    make "lstat" (stat ~follow:false);
    make "fstat" fstat;
    make "newfstatat" fstatat;
    make "statx" statx;
    make "statfs" statfs;
    make "fstatfs" fstatfs;
    make "access" access;
    make "faccessat" faccessat;
    make "faccessat2" faccessat2;
    make "readlink" readlink;
    make "readlinkat" readlinkat;
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
    make "mkdir" mkdir;
    make "mkdirat" mkdirat;
    make "mknod" mknod;
    make "mknodat" mknodat;
    make "symlink" symlink;
    make "symlinkat" symlinkat;
    make "link" link;
    make "linkat" linkat;
    make "unlink" unlink;
    make "unlinkat" unlinkat;
    make "rmdir" rmdir;
    make "rename" rename;
    make "renameat" (renameat ~flags:(fun _ -> 0));
    make "renameat2" (renameat ~flags:(fun thread -> int thread 4));
    make "getdents64" (getdents entry_bytes);
    make "getdents" (getdents old_entry_bytes);
    make "chdir" chdir;
    make "fchdir" fchdir;
    make "chroot" chroot;
    make "getcwd" getcwd;
    make "umask" umask;
  ]
  @ List.map (fun name -> make name no_attributes) attribute_calls
