open Fs

type tree =
  | Told of (unit -> string)
  | Set of (unit -> string) * (string -> (unit, Errno.t) result)
  | Below of (string * tree) list

let constant text = Told (fun () -> text ^ "\n")
let number n = constant (string_of_int n)
let sprintf = Printf.sprintf

(* ---- names ---- *)

let host_most = 64

let set_host text =
  let name = List.hd (String.split_on_char '\n' text) in
  System_name.host := String.sub name 0 (min host_most (String.length name));
  Ok ()

let host = Set ((fun () -> !System_name.host ^ "\n"), set_host)

(* ---- random ---- *)

(* RFC 9562, section 5.4: version 4. *)
let identifier () =
  let b = Bytes.create 16 in
  Hal.Entropy.fill b ~pos:0 ~len:16;
  Bytes.set_uint8 b 6 ((Bytes.get_uint8 b 6 land 0x0f) lor 0x40);
  Bytes.set_uint8 b 8 ((Bytes.get_uint8 b 8 land 0x3f) lor 0x80);
  let part at length =
    String.concat "" (List.init length (fun i -> sprintf "%02x" (Bytes.get_uint8 b (at + i))))
  in
  String.concat "-" [ part 0 4; part 4 2; part 6 2; part 8 2; part 10 6 ] ^ "\n"

let boot = Atomic.make None

let rec boot_identifier () =
  match Atomic.get boot with
  | Some it -> it
  | None ->
      let made = Some (identifier ()) in
      ignore (Atomic.compare_and_set boot None made : bool);
      boot_identifier ()

let random =
  [
    ("uuid", Told identifier);
    ("boot_id", Told boot_identifier);
    ("poolsize", number 256);
    ("entropy_avail", number 256);
  ]

(* ---- all ---- *)

let largest = number max_int

let kernel =
  [
    ("ostype", constant System_name.system);
    ("osrelease", constant System_name.release);
    ("version", constant System_name.version);
    ("hostname", host);
    ("domainname", constant "(none)");
    ("pid_max", number Process.id_limit);
    ("threads-max", number Process.most);
    ("ngroups_max", number 65536);
    ("cap_last_cap", number 40);
    ("overflowuid", number 65534);
    ("overflowgid", number 65534);
    ("core_pattern", constant "core");
    ("random", Below random);
  ]

let vm =
  [
    ("overcommit_memory", number 1);
    ("max_map_count", number 65530);
    ("mmap_min_addr", number Hal.Space.bottom);
  ]

let inotify =
  [
    ("max_queued_events", number Inotify.most_queued);
    ("max_user_instances", number Inotify.most_instances);
    ("max_user_watches", number Inotify.most_marks);
  ]

let fs =
  [
    ("inotify", Below inotify);
    ("file-max", largest);
    ("nr_open", number 4096);
    ("pipe-max-size", number (1 lsl 20));
  ]

let net = [ ("core", Below [ ("somaxconn", number 4096) ]) ]
let all = [ ("kernel", Below kernel); ("vm", Below vm); ("fs", Below fs); ("net", Below net) ]

(* ---- nodes: each has the number of its place in the whole ---- *)

let first_inode = 1 lsl 20
let nobodys () = (0, 0)

let rec size = function
  | Told _ | Set _ -> 1
  | Below below -> List.fold_left (fun sum (_, tree) -> sum + size tree) 1 below

let kind : tree -> Node.kind = function Told _ | Set _ -> Regular | Below _ -> Directory

let rec node tree ~inode ~parent =
  let about mode = { Proc_node.inode; mode; owner = nobodys } in
  match tree with
  | Told tell -> Proc_node.text (about 0o444) (fun () -> Ok (tell ()))
  | Set (tell, write) -> Proc_node.text (about 0o644) ~write (fun () -> Ok (tell ()))
  | Below below -> directory_of below (about 0o555) ~parent

and directory_of below about ~parent =
  let add (inode, items) (name, tree) = (inode + size tree, (name, tree, inode) :: items) in
  let _, items = List.fold_left add (about.inode + 1, []) below in
  let items = List.rev items in
  let entry position (name, tree, number) =
    { Proc_node.name; kind = kind tree; number; position }
  in
  let find name ~self =
    match List.find_opt (fun (other, _, _) -> other = name) items with
    | Some (_, tree, inode) -> Ok (node tree ~inode ~parent:(fun () -> self))
    | None -> Error Errno.ENOENT
  in
  Proc_node.directory about ~parent ~entries:(fun () -> Ok (List.mapi entry items)) find

let directory ~parent = node (Below all) ~inode:first_inode ~parent
