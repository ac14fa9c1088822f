open Fs

type t = (int * Opening.flags) option array

let create () : t = Array.make Operation.slots None
let answer n = string_of_int n
let no_special_file = 0o100000

(* ---- open files ---- *)

(* The numbers of this machine's architecture (Linux, include/uapi/asm-generic/fcntl.h, and arm's
   own). *)
let is_arm = Sys.file_exists "/lib/ld-linux-aarch64.so.1"
let o_directory = if is_arm then 0o40000 else 0o200000
let o_no_follow = if is_arm then 0o100000 else 0o400000
let o_non_blocking = 0o4000

let bits (f : Opening.flags) =
  let bit is n = if is then n else 0 in
  (match (f.read, f.write) with true, true -> 2 | _, true -> 1 | _ -> 0)
  lor bit f.create 0o100 lor bit f.exclusive 0o200 lor bit f.truncate 0o1000
  lor bit f.directory o_directory lor bit f.no_follow o_no_follow
  lor bit f.no_access_time 0o1000000
  lor o_non_blocking

let close t slot =
  match t.(slot) with
  | None -> ()
  | Some (fd, _) ->
      t.(slot) <- None;
      ignore (Host_calls.close fd : int)

let open_ t slot path flags =
  close t slot;
  let fd = Host_calls.open_ path (bits flags) Operation.file_mode in
  if fd < 0 then answer fd
  else begin
    t.(slot) <- Some (fd, flags);
    "open"
  end

let with_slot t slot can f =
  match t.(slot) with Some (fd, flags) when can flags -> f fd | _ -> "none"

let espipe = -29

let write t slot at length byte =
  with_slot t slot (fun (f : Opening.flags) -> f.write) @@ fun fd ->
  let n = Host_calls.pwrite fd (Bytes.make length byte) at in
  if n = espipe then "none" else answer n

let read t slot at length =
  with_slot t slot (fun (f : Opening.flags) -> f.read) @@ fun fd ->
  let bytes = Bytes.make length '?' in
  let n = Host_calls.pread fd bytes at in
  if n = espipe then "none"
  else if n < 0 then answer n
  else Digest.to_hex (Digest.subbytes bytes 0 n)

(* A fifo has no size to change: EINVAL for Linux. *)
let cut t slot size =
  with_slot t slot (fun (f : Opening.flags) -> f.write) @@ fun fd ->
  if Host_calls.pread fd Bytes.empty 0 = espipe then "none"
  else answer (Host_calls.ftruncate fd size)

(* ---- names ---- *)

let told = function
  | [| error |] -> answer error
  | s ->
      let is_directory = s.(0) land 0o170000 = 0o040000 in
      Printf.sprintf "%o links=%d owner=%d:%d size=%d" s.(0) s.(1) s.(2) s.(3)
        (if is_directory then 0 else s.(4))

let list path =
  let fd = Host_calls.open_ path o_directory 0 in
  if fd < 0 then answer fd
  else begin
    ignore (Host_calls.close fd : int);
    let handle = Unix.opendir path in
    let rec all names =
      match Unix.readdir handle with
      | name -> all (name :: names)
      | exception End_of_file -> names
    in
    let names = all [] in
    Unix.closedir handle;
    (* The C library keeps ENOENT to itself. *)
    if names = [] then "-2" else String.concat " " (List.sort compare names)
  end

let kind : Node.kind -> int = function
  | Fifo -> 0o010000
  | Socket -> 0o140000
  | Directory -> 0o040000
  | _ -> no_special_file

let how : Node.how -> int = function Replace -> 0 | Keep -> 1 | Exchange -> 2

let read_link path =
  let bytes = Bytes.create 5000 in
  let n = Host_calls.readlink path bytes in
  if n < 0 then answer n else Bytes.sub_string bytes 0 n

let o_path = 0o10000000

let open_path path directory no_follow =
  let bit is n = if is then n else 0 in
  let bits = o_path lor bit directory o_directory lor bit no_follow o_no_follow in
  let fd = Host_calls.open_ path bits 0 in
  if fd < 0 then answer fd
  else begin
    ignore (Host_calls.close fd : int);
    "open"
  end

let where () =
  let bytes = Bytes.create 5000 in
  let n = Host_calls.getcwd bytes in
  if n < 0 then answer n else Bytes.sub_string bytes 0 (n - 1)

let perform t (operation : Operation.t) =
  match operation with
  | Open { slot; path; flags } -> open_ t slot path flags
  | Open_path { path; directory; no_follow } -> open_path path directory no_follow
  | Close slot -> close t slot; "0"
  | Write { slot; at; length; byte } -> write t slot at length byte
  | Read { slot; at; length } -> read t slot at length
  | Cut { slot; size } -> cut t slot size
  | Make_directory (path, mode) -> answer (Host_calls.mkdir path mode)
  | Make_node (path, node, mode) -> answer (Host_calls.mknod path (kind node lor mode) 0)
  | Symlink { target; path } -> answer (Host_calls.symlink target path)
  | Link { old; path; follow } -> answer (Host_calls.link old path follow)
  | Unlink path -> answer (Host_calls.unlink path)
  | Remove_directory path -> answer (Host_calls.rmdir path)
  | Rename (old, path, how') -> answer (Host_calls.rename old path (how how'))
  | Read_link path -> read_link path
  | Stat { path; follow } -> told (Host_calls.stat path follow)
  | Change_mode (path, mode) -> answer (Host_calls.chmod path mode)
  | Change_owner { path; uid; gid; follow } -> answer (Host_calls.chown path uid gid follow)
  | Change_times { path; accessed; modified } -> answer (Host_calls.utimens path accessed modified)
  | Access (path, wants) -> answer (Host_calls.access path wants)
  | Truncate (path, size) -> answer (Host_calls.truncate path size)
  | Change_directory path -> answer (Host_calls.chdir path)
  | List path -> list path
  | Where -> where ()

let run t (who : Operation.who) operation =
  if Host_calls.become who.uid who.gid (Option.value who.group ~default:(-1)) <> 0 then
    failwith "Linux_side: may not become another user";
  perform t operation
