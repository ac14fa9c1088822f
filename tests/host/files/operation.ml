open Fs

type who = { uid : int; gid : int; group : int option }

type t =
  | Open of { slot : int; path : string; flags : Opening.flags }
  | Open_path of { path : string; directory : bool; no_follow : bool }
  | Close of int
  | Write of { slot : int; at : int; length : int; byte : char }
  | Read of { slot : int; at : int; length : int }
  | Cut of { slot : int; size : int }
  | Make_directory of string * int
  | Make_node of string * Node.kind * int
  | Symlink of { target : string; path : string }
  | Link of { old : string; path : string; follow : bool }
  | Unlink of string
  | Remove_directory of string
  | Rename of string * string * Node.how
  | Read_link of string
  | Stat of { path : string; follow : bool }
  | Change_mode of string * int
  | Change_owner of { path : string; uid : int; gid : int; follow : bool }
  | Change_times of { path : string; accessed : int; modified : int }
  | Access of string * int
  | Truncate of string * int
  | Change_directory of string
  | List of string
  | Where

let slots = 6
let file_mode = 0o6666

(* ---- at random ---- *)

let one_of random list = List.nth list (Random.State.int random (List.length list))
let in_100 random n = Random.State.int random 100 < n
let long = String.make 256 'n'
let longest = String.make 255 'n'

let name random =
  match Random.State.int random 60 with
  | 0 -> long
  | 1 -> longest
  | 2 | 3 | 4 -> "."
  | 5 | 6 | 7 | 8 | 9 -> ".."
  | n -> String.make 1 "abcdef".[n mod 6]

let slashes random = if in_100 random 5 then "//" else "/"

let path random =
  if in_100 random 1 then ""
  else if in_100 random 1 then "/"
  else if in_100 random 1 then String.concat "/" (List.init 2048 (fun _ -> "."))
  else
    let rec more n = if n = 0 then "" else slashes random ^ name random ^ more (n - 1) in
    (if in_100 random 30 then slashes random else "")
    ^ name random
    ^ more (one_of random [ 0; 0; 0; 1; 1; 2; 3 ])
    ^ if in_100 random 8 then slashes random else ""

let modes = [ 0o777; 0o755; 0o700; 0o1777; 0o2775; 0o644; 0o4755; 0o2750; 0o070; 0o007; 0 ]
let mode random = one_of random modes

let flags random : Opening.flags =
  let write = in_100 random 50 in
  {
    read = (not write) || in_100 random 50;
    write;
    create = in_100 random 50;
    exclusive = in_100 random 15;
    truncate = in_100 random 15;
    directory = in_100 random 10;
    no_follow = in_100 random 15;
    unnamed = false;
    no_access_time = in_100 random 5;
  }

let slot random = Random.State.int random slots
let size random = one_of random [ 0; 1; 100; 4095; 4096; 4097; 10_000; 70_000; 200_000 ]
let id random = one_of random [ -1; -1; 0; 1000; 1001; 2000 ]
let time random = one_of random [ -2; -1; -1; 12345; 2_000_000_000 ]

let random_data random =
  let slot = slot random in
  match Random.State.int random 4 with
  | 0 -> Cut { slot; size = size random }
  | 1 -> Read { slot; at = size random; length = size random }
  | _ ->
      let byte = one_of random [ 'x'; 'y'; '\000' ] in
      Write { slot; at = size random; length = size random; byte }

let random_attribute random =
  let path = path random in
  match Random.State.int random 6 with
  | 0 | 1 -> Change_mode (path, mode random)
  | 2 -> Change_owner { path; uid = id random; gid = id random; follow = in_100 random 60 }
  | 3 -> Change_times { path; accessed = time random; modified = time random }
  | 4 -> Access (path, Random.State.int random 9)
  | _ -> Truncate (path, size random)

let random_name random =
  let path' = path random in
  match Random.State.int random 16 with
  | 0 | 1 | 2 | 3 -> Make_directory (path', mode random)
  | 4 ->
      Make_node (path', one_of random [ Node.Regular; Fifo; Socket; Directory ], mode random)
  | 5 | 6 -> Symlink { target = path random; path = path' }
  | 7 | 8 -> Link { old = path random; path = path'; follow = in_100 random 40 }
  | 9 -> Unlink path'
  | 10 -> Remove_directory path'
  | _ -> Rename (path random, path', one_of random [ Node.Replace; Replace; Keep; Exchange ])

let random random =
  match Random.State.int random 100 with
  | n when n < 45 -> random_name random
  | n when n < 60 -> Open { slot = slot random; path = path random; flags = flags random }
  | n when n < 62 ->
      Open_path { path = path random; directory = in_100 random 30; no_follow = in_100 random 50 }
  | n when n < 66 -> Close (slot random)
  | n when n < 77 -> random_data random
  | n when n < 88 -> random_attribute random
  | n when n < 91 -> Read_link (path random)
  | n when n < 95 -> Stat { path = path random; follow = in_100 random 50 }
  | n when n < 97 -> Change_directory (path random)
  | 97 -> Where
  | _ -> List (path random)

let random_who random =
  one_of random
    [
      { uid = 0; gid = 0; group = None };
      { uid = 0; gid = 0; group = None };
      { uid = 1000; gid = 1000; group = Some 2000 };
      { uid = 1001; gid = 1001; group = Some 1000 };
    ]

(* ---- told ---- *)

let short path =
  let length = String.length path in
  if length > 300 then Printf.sprintf "<%d bytes>" length else path

let told_flags (f : Opening.flags) =
  String.concat "|"
    (List.filter_map
       (fun (is, name) -> if is then Some name else None)
       [
         (f.read, "read");
         (f.write, "write");
         (f.create, "create");
         (f.exclusive, "exclusive");
         (f.truncate, "truncate");
         (f.directory, "directory");
         (f.no_follow, "no_follow");
         (f.no_access_time, "no_access_time");
       ])

let told_how = function Node.Replace -> "" | Keep -> " keep" | Exchange -> " exchange"

let told_kind = function
  | Node.Regular -> "file"
  | Directory -> "directory"
  | Fifo -> "fifo"
  | Socket -> "socket"
  | _ -> "other"

let to_string operation =
  let s = Printf.sprintf in
  match operation with
  | Open { slot; path; flags } -> s "open %d %S %s" slot (short path) (told_flags flags)
  | Open_path { path; directory; no_follow } ->
      s "open path %S directory=%b no_follow=%b" (short path) directory no_follow
  | Close slot -> s "close %d" slot
  | Write { slot; at; length; byte } -> s "write %d at %d: %d of %C" slot at length byte
  | Read { slot; at; length } -> s "read %d at %d: %d" slot at length
  | Cut { slot; size } -> s "ftruncate %d to %d" slot size
  | Make_directory (path, mode) -> s "mkdir %S %o" (short path) mode
  | Make_node (path, kind, mode) -> s "mknod %S %s %o" (short path) (told_kind kind) mode
  | Symlink { target; path } -> s "symlink to %S: %S" (short target) (short path)
  | Link { old; path; follow } -> s "link %S %S follow=%b" (short old) (short path) follow
  | Unlink path -> s "unlink %S" (short path)
  | Remove_directory path -> s "rmdir %S" (short path)
  | Rename (old, path, how) -> s "rename %S %S%s" (short old) (short path) (told_how how)
  | Read_link path -> s "readlink %S" (short path)
  | Stat { path; follow } -> s "stat %S follow=%b" (short path) follow
  | Change_mode (path, mode) -> s "chmod %S %o" (short path) mode
  | Change_owner { path; uid; gid; follow } ->
      s "chown %S %d %d follow=%b" (short path) uid gid follow
  | Change_times { path; accessed; modified } -> s "utimens %S %d %d" (short path) accessed modified
  | Access (path, wants) -> s "access %S %d" (short path) wants
  | Truncate (path, size) -> s "truncate %S to %d" (short path) size
  | Change_directory path -> s "chdir %S" (short path)
  | List path -> s "list %S" (short path)
  | Where -> "getcwd"
