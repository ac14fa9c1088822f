open Fs
open Call

(* What is but a place (O_PATH) is no file to these. *)
let using_fd thread fd f =
  Descriptors.using (files thread) fd @@ fun file ->
  match file.what with Opened.Path_only _ -> Error Errno.EBADF | _ -> f file

let using thread f = using_fd thread (int thread 0) f
let at thread i path f = Result.bind (Opened.start (files thread) (int thread i) path) f

(* ---- reading and writing ---- *)

let io_most = 0x7ffff000
let buffer thread i =
  User_memory.transfer (memory thread) [ (arg thread i, min io_most (size thread (i + 1))) ]
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

let is_directory (file : File.t) = match file.file.node.body with Names _ -> true | _ -> false

let read_into thread file transfer =
  let* () = check (not (is_directory file)) Errno.EISDIR in
  let* () = Terminals.may_read thread file in
  let answer = File.read file (Signals.patience thread) transfer in
  match Sockets.of_file file with
  | Ok socket -> Sockets.limited thread (Unix_socket.receive_timeout socket) answer
  | Error _ -> answer

let written thread (file : File.t) answer =
  (match answer with
  | Ok n when n > 0 -> Attributes.written (view thread).credentials file.file.node
  | _ -> ());
  answer

(* As much as the limit for the size of files leaves from there on. *)
let within_limit (thread : Process.thread) (file : File.t) ~from transfer =
  let limit = Process.limit thread.process Life.limit_file_size in
  if limit = Life.infinite || not file.file.has_position then Ok transfer
  else
    let* from = from () in
    if from < limit then Ok (Transfer.limit transfer (limit - from))
    else begin
      Signals.send_thread thread { signal = Signal.xfsz; cause = Kernel };
      Error Errno.EFBIG
    end

let place_of (file : File.t) () =
  if (Atomic.get file.status).append then Node.end_of file.file else Ok (Atomic.get file.position)

let write_plain thread file transfer =
  let* () = Terminals.may_write thread file in
  let* transfer = within_limit thread file ~from:(place_of file) transfer in
  File.write file (Signals.patience thread) transfer
  |> written thread file |> Sockets.told_of_pipe thread

(* A local socket's messages say who sends them, who need not be who made it. *)
let write_from thread file transfer =
  match Sockets.of_file file with
  | Ok socket ->
      Sockets.send thread socket (Sockets.sender thread) (Signals.patience thread) transfer
  | Error _ -> write_plain thread file transfer

let read thread = using thread (fun file -> read_into thread file (buffer thread 1))
let write thread = using thread (fun file -> write_from thread file (buffer thread 1))

let readv thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  read_into thread file transfer

let writev thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  write_from thread file transfer

let read_at thread file ~at transfer =
  if is_directory file then Error Errno.EISDIR
  else File.read_at file (Signals.patience thread) ~at transfer

let write_at thread file ~at transfer =
  let* transfer = within_limit thread file ~from:(fun () -> Ok at) transfer in
  written thread file (File.write_at file (Signals.patience thread) ~at transfer)

let pread thread =
  using thread (fun file -> read_at thread file ~at:(arg thread 3) (buffer thread 1))

let pwrite thread =
  using thread (fun file -> write_at thread file ~at:(arg thread 3) (buffer thread 1))

let preadv thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  read_at thread file ~at:(arg thread 3) transfer

let pwritev thread =
  using thread @@ fun file ->
  let* transfer = iovec thread (arg thread 1) (int thread 2) in
  write_at thread file ~at:(arg thread 3) transfer

(* With flags, none of which is known; position -1 is the file's own. *)
let second_form plain positioned thread =
  let* () = check (int thread 5 = 0) Errno.EOPNOTSUPP in
  if arg thread 3 = -1 then plain thread else positioned thread

let whence : int -> (File.whence, Errno.t) result = function
  | 0 -> Ok Set
  | 1 -> Ok Current
  | 2 -> Ok End
  | 3 -> Ok Data
  | 4 -> Ok Hole
  | _ -> Error Errno.EINVAL

let lseek thread =
  using thread @@ fun file ->
  let* whence = whence (int thread 2) in
  File.seek file whence (arg thread 1)

(* ---- from one to another ---- *)

let piece = 65536

(* What was read but could not be written is not taken from where it came: [give_back]. *)
let rec pump thread ~from ~into ~give_back buffer ~left ~done_ =
  let n = min left (Bytes.length buffer) in
  if n = 0 then Ok done_
  else
    match from (Transfer.of_bytes buffer 0 n) with
    | Error error -> if done_ > 0 then Ok done_ else Error error
    | Ok 0 -> Ok done_
    | Ok got -> (
        match into (Transfer.of_bytes buffer 0 got) with
        | Ok put when put = got ->
            pump thread ~from ~into ~give_back buffer ~left:(left - put) ~done_:(done_ + put)
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
    Ok ((fun transfer -> read_into thread file transfer), give_back, fun () -> Ok ())
  else
    let* start = User_memory.get64 (memory thread) position_at in
    let* () = check (start >= 0) Errno.EINVAL in
    let position = ref start in
    let read transfer =
      let* n = read_at thread file ~at:!position transfer in
      position := !position + n;
      Ok n
    in
    let give_back n = position := !position - n in
    Ok (read, give_back, fun () -> User_memory.set64 (memory thread) position_at !position)

let copy thread (source : File.t) ~source_at target ~length =
  let* from, give_back, finish = reader thread source source_at in
  let* n =
    pump thread ~from ~into:target ~give_back (Bytes.create (min piece (max 1 length))) ~left:length
      ~done_:0
  in
  let* () = finish () in
  Ok n

let sendfile thread =
  using_fd thread (int thread 0) @@ fun target ->
  using_fd thread (int thread 1) @@ fun source ->
  let* () = check target.access.write Errno.EBADF in
  let* () = check source.file.has_position Errno.EINVAL in
  let length = min io_most (size thread 3) in
  copy thread source ~source_at:(arg thread 2) (write_from thread target) ~length

let copy_file_range thread =
  using_fd thread (int thread 0) @@ fun source ->
  using_fd thread (int thread 2) @@ fun target ->
  let* () = check (int thread 5 = 0) Errno.EINVAL in
  let* () = check (source.access.read && target.access.write) Errno.EBADF in
  let* () = check (not (is_directory source || is_directory target)) Errno.EISDIR in
  let* () = check (source.file.has_position && target.file.has_position) Errno.EINVAL in
  let length = min io_most (size thread 4) and target_at = arg thread 3 in
  if target_at = 0 then copy thread source ~source_at:(arg thread 1) (write_from thread target) ~length
  else
    let* start = User_memory.get64 (memory thread) target_at in
    let position = ref start in
    let into transfer =
      let* n = write_at thread target ~at:!position transfer in
      position := !position + n;
      Ok n
    in
    let* n = copy thread source ~source_at:(arg thread 1) into ~length in
    let* () = User_memory.set64 (memory thread) target_at !position in
    Ok n

(* ---- memory without a name ---- *)

let mfd_known = 0xf
let name_most = 249
let both : Node.flags = { read = true; write = true }

let memfd_create thread =
  let flags = int thread 1 in
  let* () = check (flags land lnot mfd_known = 0) Errno.EINVAL in
  let* name = User_memory.string (memory thread) ~at:(arg thread 0) ~limit:(name_most + 1) in
  let* name = Option.to_result name ~none:Errno.EINVAL in
  let make place file =
    let file = File.make ~what:(Opened.Placed place) both file in
    File.set_place file place;
    file
  in
  let* file = Memory_files.create name make in
  Descriptors.add (files thread) ~close_on_exec:(flags land 1 <> 0) file

(* ---- sizes, and what reaches the disk ---- *)

let may_resize (file : File.t) =
  let* () = check file.access.write Errno.EINVAL in
  match file.file.node.body with Plain -> Ok () | _ -> Error Errno.EINVAL

let may_grow_to (thread : Process.thread) (file : File.t) size =
  Result.map ignore
    (within_limit thread file ~from:(fun () -> Ok (max 0 (size - 1))) (Transfer.of_string ""))

let ftruncate thread =
  using thread @@ fun file ->
  let* () = check (arg thread 1 >= 0) Errno.EINVAL in
  let* () = may_grow_to thread file (arg thread 1) in
  let* () = may_resize file in
  done_ (Attributes.resize (view thread).credentials file.file.node (arg thread 1))

let fallocate thread =
  using thread @@ fun file ->
  let mode = int thread 1 and offset = arg thread 2 and length = arg thread 3 in
  let* () = check file.access.write Errno.EBADF in
  let* () = check (offset >= 0 && length > 0) Errno.EINVAL in
  let* () = check (mode land lnot 1 = 0) Errno.EOPNOTSUPP in
  let node = file.file.node in
  let* stat = node.stat () in
  let* () = check (stat.kind = Regular) Errno.ENODEV in
  if mode land 1 <> 0 || offset + length <= stat.size then Ok 0
  else done_ (Attributes.resize (view thread).credentials node (offset + length))

let fsync thread = using thread (fun file -> done_ (file.file.sync ()))
let is_pipe (file : File.t) = not file.file.has_position

let fadvise thread =
  using thread @@ fun file ->
  let* () = check (not (is_pipe file)) Errno.ESPIPE in
  let* () = check (int thread 3 >= 0 && int thread 3 <= 5) Errno.EINVAL in
  Ok 0

let readahead thread =
  using thread @@ fun file ->
  let* () = check file.access.read Errno.EBADF in
  let* () = check file.file.has_position Errno.EINVAL in
  Ok 0

(* ---- descriptors ---- *)

let close thread = done_ (Descriptors.close (files thread) (int thread 0))

let close_range thread =
  let first = int thread 0 land 0xffffffff and last = int thread 1 land 0xffffffff in
  let flags = int thread 2 in
  let* () = check (first <= last && flags land lnot 6 = 0) Errno.EINVAL in
  let last = min last (1 lsl 24) in
  if flags land 4 <> 0 then Descriptors.mark_range (files thread) ~first ~last
  else Descriptors.close_range (files thread) ~first ~last;
  Ok 0

let dup_from thread ~from ~close_on_exec =
  let files = files thread in
  let* file = Descriptors.find files (int thread 0) in
  Descriptors.add files ~from ~close_on_exec file

let dup thread = dup_from thread ~from:0 ~close_on_exec:false

let replace thread ~close_on_exec =
  let files = files thread and fd = int thread 1 in
  let* file = Descriptors.find files (int thread 0) in
  Result.map (fun () -> fd) (Descriptors.replace files fd ~close_on_exec file)

let dup2 thread =
  if int thread 0 = int thread 1 then using thread (fun _ -> Ok (int thread 1))
  else replace thread ~close_on_exec:false

let dup3 thread =
  let flags = int thread 2 in
  let* () = check (int thread 0 <> int thread 1 && flags land lnot Open_flag.cloexec = 0) Errno.EINVAL in
  replace thread ~close_on_exec:(flags <> 0)

let status_bits (file : File.t) =
  let { File.append; nonblocking } = Atomic.get file.status in
  let access =
    match (file.access, file.what) with
    | _, Opened.Path_only _ -> 0o10000000
    | { read = true; write = true }, _ -> 2
    | { write = true; _ }, _ -> 1
    | _ -> 0
  in
  access lor (if append then Open_flag.append else 0) lor if nonblocking then Open_flag.nonblock else 0

let set_status file bits =
  File.set_status file
    { append = bits land Open_flag.append <> 0; nonblocking = bits land Open_flag.nonblock <> 0 };
  Ok 0

let pipe_of (file : File.t) f = match file.what with Pipe.Pipe pipe -> f pipe | _ -> Error Errno.EBADF

let fcntl (thread : Process.thread) =
  let fd = int thread 0 and value = int thread 2 in
  let files = files thread in
  let privileged = thread.process.identity.effective_uid = 0 in
  Descriptors.using files fd @@ fun file ->
  match int thread 1 with
  | 0 -> dup_from thread ~from:value ~close_on_exec:false
  | 1 -> Result.map Bool.to_int (Descriptors.close_on_exec files fd)
  | 2 -> done_ (Descriptors.set_close_on_exec files fd (value land 1 <> 0))
  | 3 -> Ok (status_bits file)
  | 4 -> set_status file value
  | 8 | 10 -> Ok 0
  | 9 | 11 -> Ok 0
  | 1030 -> dup_from thread ~from:value ~close_on_exec:true
  | 1031 -> pipe_of file (fun pipe -> Pipe.set_capacity pipe ~privileged value)
  | 1032 -> pipe_of file (fun pipe -> Ok (Pipe.capacity pipe))
  | command when Lock_calls.is_fcntl command -> Lock_calls.fcntl thread file command
  | _ -> Error Errno.EINVAL

let fionbio = 0x5421
let fionclex = 0x5450
let fioclex = 0x5451
let control_most = 4096

let ioctl thread =
  let fd = int thread 0 and request = arg thread 1 land 0xffffffff and at = arg thread 2 in
  using thread @@ fun file ->
  if request = fioclex then done_ (Descriptors.set_close_on_exec (files thread) fd true)
  else if request = fionclex then done_ (Descriptors.set_close_on_exec (files thread) fd false)
  else if request = fionbio then begin
    let* on = User_memory.get32 (memory thread) at in
    File.set_status file { (Atomic.get file.status) with nonblocking = on <> 0 };
    Ok 0
  end
  else
    let transfer = User_memory.transfer (memory thread) [ (at, control_most) ] in
    Terminals.control thread file request ~argument:at transfer

let all =
  [
    make "read" ~restart:With_flag read;
    make "write" ~restart:With_flag write;
    make "readv" ~restart:With_flag readv;
    make "writev" ~restart:With_flag writev;
    make "pread64" ~restart:With_flag pread;
    make "pwrite64" ~restart:With_flag pwrite;
    make "preadv" ~restart:With_flag preadv;
    make "pwritev" ~restart:With_flag pwritev;
    make "preadv2" ~restart:With_flag (second_form readv preadv);
    make "pwritev2" ~restart:With_flag (second_form writev pwritev);
    make "lseek" lseek;
    make "sendfile" ~restart:With_flag sendfile;
    make "copy_file_range" copy_file_range;
    make "memfd_create" memfd_create;
    make "ftruncate" ftruncate;
    make "fallocate" fallocate;
    make "fsync" fsync;
    make "fdatasync" fsync;
    make "syncfs" fsync;
    make "sync" (fun _ -> Ok 0);
    make "fadvise64" fadvise;
    make "readahead" readahead;
    make "close" close;
    make "close_range" close_range;
    make "dup" dup;
    make "dup2" dup2;
    make "dup3" dup3;
    make "fcntl" ~restart:With_flag fcntl;
    make "ioctl" ~restart:With_flag ioctl;
  ]
